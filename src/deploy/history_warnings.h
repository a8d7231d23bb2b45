// Differences between the scripts and what a database recorded as applied.
#ifndef AUTOGEN_DEPLOY_HISTORY_WARNINGS_H_
#define AUTOGEN_DEPLOY_HISTORY_WARNINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/apply/runner.h"
#include "src/revision/graph.h"

namespace autogen::deploy {

// One line for a run that was interrupted and for each script that was edited after it was applied.
// `rows` are the version table's; `graph` has checksums.
absl::StatusOr<std::vector<std::string>> HistoryWarnings(const revision::Graph& graph,
                                                         const revision::Nodes& rows,
                                                         apply::Runner& runner);

// What --strict makes of a warning.
absl::Status StrictError();

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_HISTORY_WARNINGS_H_
