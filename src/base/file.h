// Files: whole-file reads, writes that never leave half a file.
#ifndef AUTOGEN_BASE_FILE_H_
#define AUTOGEN_BASE_FILE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen {

// The largest file that is read: the model of 13,800 tables is a third of it.
inline constexpr size_t kMaxFileBytes = size_t{64} << 20;

// The whole of a regular file. NotFound, PermissionDenied, ResourceExhausted where it is larger
// than `max_bytes`, InvalidArgument for a folder, a pipe, a socket or a device: nothing that never
// ends is read, and nothing is waited for.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes = kMaxFileBytes);

// What a person named on the command line: as ReadFile(), but standard input and pipes of the shell
// (/dev/stdin, /dev/fd/63) are read to their end.
absl::StatusOr<std::string> ReadInput(const std::string& path, size_t max_bytes = kMaxFileBytes);

// The content of `path` as text: no byte order mark, LF for CRLF; InvalidArgument for UTF-16.
absl::StatusOr<std::string> AsText(const std::string& path, absl::StatusOr<std::string> content);
// ReadFile() and ReadInput() of a text.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);
absl::StatusOr<std::string> ReadTextInput(const std::string& path);

// The rest of an open file, as ReadFile(). Does not close it. `path` is for messages.
absl::StatusOr<std::string> ReadRegular(int fd, const std::string& path, size_t max_bytes);

enum class Overwrite { kNever, kReplace };

// Writes a temporary file beside `path`, syncs it and moves it into place: a
// reader sees all of the old or all of the new. With kNever an existing file is
// AlreadyExists, decided atomically (link, not stat). A full disk is
// ResourceExhausted and leaves nothing behind. A link is replaced, not followed; a
// device, a pipe or a descriptor of ours (/dev/stdout, /dev/fd/1) is written into.
absl::Status WriteFile(const std::string& path, absl::string_view content, Overwrite overwrite);

using FolderVisitor = std::function<void(const std::string& folder)>;

// Every regular file below `folder` whose name ends with `suffix`, sorted by
// path; folders whose names start with "." are passed over. `before_each` is
// called with each folder before it is read. Links are followed, each folder
// once; PermissionDenied for one that leads out of the folder's project (see
// project_root.h).
absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& folder,
                                                   absl::string_view suffix, bool recursive,
                                                   const FolderVisitor& before_each = nullptr);

// `path` if it is absolute, else below `folder`.
std::string JoinPath(absl::string_view folder, absl::string_view path);
// The folder of `path`, "." where it names none.
std::string DirName(absl::string_view path);

}  // namespace autogen

#endif  // AUTOGEN_BASE_FILE_H_
