// What a work tree of git has that another commit has not: the scripts of a pull request.
#ifndef AUTOGEN_PROJECT_GIT_H_
#define AUTOGEN_PROJECT_GIT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace autogen::project {

enum class FileChange { kAdded, kModified, kDeleted };

// The files below `folders` that differ from the commit at which this work tree left `ref`
// ("origin/main"), by their whole paths without links: committed, staged, neither, or not tracked,
// but not ignored. A renamed file is a deleted one and an added one. FailedPrecondition where git
// does not know `ref`, or shares no commit with it: a shallow clone, mostly.
absl::StatusOr<std::map<std::string, FileChange>> ChangedSince(
    const std::string& ref, const std::vector<std::string>& folders);

// The content that the file `path` (as ChangedSince() gives it) had at that commit.
absl::StatusOr<std::string> ContentBefore(const std::string& ref, const std::string& path);

}  // namespace autogen::project

#endif  // AUTOGEN_PROJECT_GIT_H_
