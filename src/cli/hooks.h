// The commands that run over a new script, and who may choose them.
#ifndef AUTOGEN_CLI_HOOKS_H_
#define AUTOGEN_CLI_HOOKS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/cli/command.h"
#include "src/project/project.h"

namespace autogen::cli {

// "--hooks".
Flag HooksFlag();

// Those of the user's own configuration and, with --hooks, then those of the project's: a
// repository must not choose a program that its readers run. Prints on stderr what it leaves out.
absl::StatusOr<std::vector<Config::Hook>> HooksFor(const Project& project,
                                                   const Invocation& invocation);

// In order, up to the first that fails.
absl::Status RunHooks(const std::vector<Config::Hook>& hooks, const std::string& path);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_HOOKS_H_
