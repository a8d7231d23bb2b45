// Approvals: hazards that the configuration lets run only where somebody said so.
#ifndef AUTOGEN_CLI_APPROVALS_H_
#define AUTOGEN_CLI_APPROVALS_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/unit.h"
#include "src/cli/project.h"
#include "src/lint/hazard.h"

namespace autogen::cli {

// The file with the entries, which need not exist.
std::string ApprovalsPath(const Project& project);

// The configuration's require_approval. InvalidArgument for a name that is none.
absl::StatusOr<std::set<lint::HazardKind>> RequiredApprovals(const Project& project);

// FailedPrecondition, with all that lacks one, where a unit has such a hazard and no entry of its
// revision with its checksum names it: "nothing was `done`: …".
absl::Status CheckApprovals(const Project& project, absl::Span<const apply::Unit> units,
                            absl::string_view done = "run");

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_APPROVALS_H_
