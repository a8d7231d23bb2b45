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

// The whole file. NotFound, PermissionDenied, or InvalidArgument for a folder.
absl::StatusOr<std::string> ReadFile(const std::string& path);

enum class Overwrite { kNever, kReplace };

// Writes a temporary file beside `path`, syncs it and moves it into place: a
// reader sees all of the old or all of the new. With kNever an existing file is
// AlreadyExists, decided atomically (link, not stat). A full disk is
// ResourceExhausted and leaves nothing behind.
absl::Status WriteFile(const std::string& path, absl::string_view content, Overwrite overwrite);

using FolderVisitor = std::function<void(const std::string& folder)>;

// Every regular file below `folder` whose name ends with `suffix`, sorted by
// path; folders whose names start with "." are passed over. `before_each` is
// told of each folder before it is looked into.
absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& folder,
                                                   absl::string_view suffix, bool recursive,
                                                   const FolderVisitor& before_each = nullptr);

// `path` if it is absolute, else below `folder`.
std::string JoinPath(absl::string_view folder, absl::string_view path);
// The folder of `path`, "." where it names none.
std::string DirName(absl::string_view path);

}  // namespace autogen

#endif  // AUTOGEN_BASE_FILE_H_
