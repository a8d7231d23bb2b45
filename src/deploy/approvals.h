// Approvals: hazards that run only where somebody approved them, in a place that counts.
#ifndef AUTOGEN_DEPLOY_APPROVALS_H_
#define AUTOGEN_DEPLOY_APPROVALS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/database.h"
#include "src/apply/script_run.h"
#include "src/lint/hazard.h"
#include "src/project/project.h"

namespace autogen::deploy {

// What needs an approval, and where it may be. A repository can add to what is required; where
// the person who runs the program requires more (flags, environment, the user's configuration),
// nothing of the repository overrides it.
struct ApprovalPolicy {
  std::set<lint::HazardKind> required;
  bool repository = true;  // the project's approvals file counts
  bool database = true;    // those in the database count
  std::string outside;     // another file that counts; "" for none
};

// The project's file with the entries, which need not exist. InvalidArgument where the
// configuration names one outside of the repository, or one that is no .txtpb: `approve` writes to
// it.
absl::StatusOr<std::string> ApprovalsPath(const project::Project& project);

// A line for each hazard that is required and approved: by whom, why, where that is written. Else
// FailedPrecondition, with all that lacks an approval: no entry of the script's revision with its
// checksum names the hazard. `database` may be nullptr (--sql): then the database has none.
absl::StatusOr<std::vector<std::string>> CheckApprovals(const project::Project& project,
                                                        const ApprovalPolicy& policy,
                                                        absl::Span<const apply::ScriptRun> scripts,
                                                        const apply::Database* database,
                                                        absl::string_view done = "run");

// Adds to a file, which need not exist. Only added to: the file tells who approved what, earlier
// versions of a script too.
absl::Status ApproveInFile(const std::string& path, const Approvals& approvals);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_APPROVALS_H_
