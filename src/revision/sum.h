// autogen.sum, in a folder of scripts: what each said when it was written, so that a review or CI
// sees a script that was edited, removed or moved in the history, without a database. Lines, sorted
// by path:
//
//   <checksum> <revision> <revises, by commas, or "base"> <path in the folder>
#ifndef AUTOGEN_REVISION_SUM_H_
#define AUTOGEN_REVISION_SUM_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace autogen::revision {

// Runs that write one folder's sums at the same time wait for one another. The file is never read
// through a link that leads out of the project.

// Rewrites `folder`/autogen.sum from the scripts.
absl::Status WriteSum(const std::string& folder);

// Adds or renews the lines of the scripts `paths`; other lines stay, so that other edits stay
// visible. Without a file yet, as WriteSum.
absl::Status AddToSum(const std::string& folder, absl::Span<const std::string> paths);

// InvalidArgument where AddToSum() could not add to it: a merge conflict, most likely. OK where
// there is none.
absl::Status CheckSumIsReadable(const std::string& folder);

// One line for each difference: "versions/x.sql was edited"; empty where all is as written.
// NotFound where there is no autogen.sum.
absl::StatusOr<std::vector<std::string>> CheckSum(const std::string& folder);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_SUM_H_
