// State that the program trusts because it wrote it: caches and the like, in places that others may
// have prepared.
#ifndef AUTOGEN_BASE_TRUSTED_FILE_H_
#define AUTOGEN_BASE_TRUSTED_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen {

// Makes the folder `path`, and those above
// it, private (0700) where they are missing, and takes others' right to write to it away.
// FailedPrecondition where it is a link, belongs to somebody else, or would be made in somebody
// else's folder.
absl::Status MakeOwnFolder(const std::string& path);

// WriteFile() with kReplace, for us alone (0600).
absl::Status WriteOwnFile(const std::string& path, absl::string_view content);

// As ReadFile(), of a file that is no link, belongs to us and that nobody else may write to;
// FailedPrecondition otherwise.
absl::StatusOr<std::string> ReadOwnFile(const std::string& path);

}  // namespace autogen

#endif  // AUTOGEN_BASE_TRUSTED_FILE_H_
