// What the files of a project may name: other files of the project.
#ifndef AUTOGEN_BASE_PROJECT_ROOT_H_
#define AUTOGEN_BASE_PROJECT_ROOT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace autogen {

// The folder that the project in `folder` must stay in, links resolved: the git work tree that
// holds it, else the nearest folder from there upwards with an autogen.txtpb, else `folder` itself.
std::string ProjectRoot(const std::string& folder);

// PermissionDenied where `path`, links resolved, lies outside of `root` (as ProjectRoot() gives
// it). What is not there is judged by where it would be.
absl::Status CheckBelow(const std::string& root, const std::string& path);

// ReadFile() of a path below `root`.
absl::StatusOr<std::string> ReadFileBelow(const std::string& root, const std::string& path);

// FailedPrecondition where `path` or its folder belongs to somebody else than us, root, or, for
// root under sudo, the user who called it.
absl::Status CheckOwner(const std::string& path);

}  // namespace autogen

#endif  // AUTOGEN_BASE_PROJECT_ROOT_H_
