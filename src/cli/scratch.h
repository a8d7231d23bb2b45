// Where scratch databases are created: the choice of the person who runs the program.
#ifndef AUTOGEN_CLI_SCRATCH_H_
#define AUTOGEN_CLI_SCRATCH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/cli/command.h"
#include "src/generate/engine.h"
#include "src/project/project.h"
#include "src/scratch/server.h"

namespace autogen::cli {

// `flags` with --scratch-url, --scratch-is-disposable and --scratch-timeout behind them.
std::vector<Flag> WithScratchFlags(std::vector<Flag> flags);

// Those flags over $AUTOGEN_SCRATCH_URL and $AUTOGEN_SCRATCH_IS_DISPOSABLE over the user-level
// file. `target` is the database that is compared; "" where there is none. InvalidArgument where
// the project's configuration names a server for scratch databases, which is not its choice.
absl::StatusOr<scratch::Options> ScratchFor(const Project& project, const Invocation& invocation,
                                            const std::string& target);

// Warnings about the scratch server, on stderr.
void PrintNotes(const generate::Workbench& bench);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_SCRATCH_H_
