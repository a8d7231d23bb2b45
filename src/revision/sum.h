// autogen.sum, in a folder of scripts: what each said when it was written, so that a review or CI
// sees a script that was edited, removed or moved in the history, without a database. Lines, sorted
// by path:
//
//   <checksum> <revision> <revises, by commas, or "base"> <path in the folder>
//
// and behind them, in the order in which they were accepted, edits of scripts that were applied:
//
//   accepted <checksum before> <checksum after> <revision> <reason>
#ifndef AUTOGEN_REVISION_SUM_H_
#define AUTOGEN_REVISION_SUM_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace autogen::revision {

// Runs that write one folder's sums at the same time wait for one another. The file is never read
// through a link that leads out of the project.

// An edit of a script that changes nothing for databases that ran it as it was: a comment, another
// way to the same.
struct Acceptance {
  std::string from;  // checksums
  std::string to;
  std::string revision;
  std::string reason;
  bool operator==(const Acceptance& other) const = default;
};

// Rewrites `folder`/autogen.sum from the scripts; accepted edits stay.
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

// Notes why the script at `path` may differ from what databases ran: from what autogen.sum has of
// it, and from `applied`, the checksum that a database has of it ("" where none was asked). Its
// line is renewed. FailedPrecondition where it does not differ from either; InvalidArgument for a
// reason that is empty or has several lines.
absl::Status AcceptEdit(const std::string& folder, const std::string& path,
                        const std::string& applied, const std::string& reason);

// The accepted edits of all `folders`. None of a folder whose autogen.sum is missing or cannot be
// read: CheckSum() says so.
std::vector<Acceptance> ReadAcceptances(absl::Span<const std::string> folders);

// Whether accepted edits lead from one checksum of a script to the other.
bool IsAccepted(absl::Span<const Acceptance> acceptances, absl::string_view revision,
                const std::string& from, const std::string& to);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_SUM_H_
