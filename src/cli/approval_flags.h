// Which hazards need an approval, and where approvals count: flags, environment, configuration.
#ifndef AUTOGEN_CLI_APPROVAL_FLAGS_H_
#define AUTOGEN_CLI_APPROVAL_FLAGS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "src/cli/command.h"
#include "src/deploy/approvals.h"

namespace autogen::cli {

// --require-approval, --approvals, --approvals-from; the first two for `approve` as well.
std::vector<Flag> ApprovalFlags();

// Flags, else $AUTOGEN_APPROVALS and $AUTOGEN_APPROVALS_FROM, else the user's configuration; what
// is required is the union of all of these, $AUTOGEN_REQUIRE_APPROVAL and the project's
// configuration. InvalidArgument for a name that is none.
absl::StatusOr<deploy::ApprovalPolicy> ReadApprovalPolicy(const project::Project& project,
                                                          const Invocation& invocation);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_APPROVAL_FLAGS_H_
