// Flags that preflight and upgrade share: how data checks run.
#ifndef AUTOGEN_CLI_DATA_CHECK_FLAGS_H_
#define AUTOGEN_CLI_DATA_CHECK_FLAGS_H_

#include "absl/status/statusor.h"
#include "src/cli/command.h"
#include "src/deploy/preflight.h"
#include "src/project/project.h"

namespace autogen::cli {

Flag CheckTimeoutFlag();
// The flag, and the extensions that the user's own configuration allows; not the project's, which
// comes with the checks.
absl::StatusOr<deploy::PreflightOptions> DataCheckOptions(const project::Project& project,
                                                          const Invocation& invocation);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_DATA_CHECK_FLAGS_H_
