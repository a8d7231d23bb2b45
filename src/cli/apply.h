// What upgrade, downgrade, stamp and current share.
#ifndef AUTOGEN_CLI_APPLY_H_
#define AUTOGEN_CLI_APPLY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/apply/observer.h"
#include "src/apply/options.h"
#include "src/apply/runner.h"
#include "src/apply/script_run.h"
#include "src/cli/command.h"
#include "src/project/project.h"
#include "src/revision/graph.h"

namespace autogen::cli {

// Flags of upgrade and downgrade.
std::vector<Flag> RunFlags();
// --direct-url, and what it is: of the flag, else the configuration; "" where neither has it.
// ApplyOptions() reads it.
Flag DirectUrlFlag();
absl::StatusOr<std::string> DirectUrl(const Project& project, const Invocation& invocation);

// Of flags, else the configuration, else the defaults.
absl::StatusOr<apply::Options> ApplyOptions(const Project& project, const Invocation& invocation);

// By --log-format, to `log`; a live line where that is standard output and a terminal.
std::unique_ptr<apply::Observer> MakeReport(const Invocation& invocation, std::ostream& log);

// The two commands. `targets` as the user gave them.
absl::StatusOr<int> RunScripts(const Invocation& invocation, apply::Direction direction,
                               const std::vector<std::string>& targets);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_APPLY_H_
