// What is amiss between the scripts and what a database says was applied.
#ifndef AUTOGEN_CLI_WARNINGS_H_
#define AUTOGEN_CLI_WARNINGS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/apply/runner.h"
#include "src/revision/graph.h"

namespace autogen::cli {

// Warns, on stderr, of scripts that were edited after they were applied and of a run that was
// interrupted; true where there is any. `rows` are the version table's; `graph` has checksums.
absl::StatusOr<bool> WarnOfHistory(const revision::Graph& graph, const revision::Nodes& rows,
                                   apply::Runner& runner);

// What --strict makes of a warning.
absl::Status StrictError();

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_WARNINGS_H_
