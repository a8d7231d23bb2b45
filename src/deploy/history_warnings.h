// What a database's own record says of its history.
#ifndef AUTOGEN_DEPLOY_HISTORY_WARNINGS_H_
#define AUTOGEN_DEPLOY_HISTORY_WARNINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/database.h"
#include "src/revision/graph.h"
#include "src/revision/sum.h"

namespace autogen::deploy {

// Warnings about the version table's `rows`, which `database` has read: rows that others include,
// and revisions that count as applied although by the ledger they never ran here.
// FailedPrecondition where there are no rows and the ledger says that there must be some.
absl::StatusOr<std::vector<std::string>> RowWarnings(const revision::Graph& graph,
                                                     const revision::Nodes& rows,
                                                     const apply::Database& database);

// The same, with those of `current` and `check`: a script that was interrupted, scripts that were
// edited after they ran, but for `accepted` edits. `graph` was loaded with checksums.
absl::StatusOr<std::vector<std::string>> HistoryWarnings(
    const revision::Graph& graph, const revision::Nodes& rows, const apply::Database& database,
    absl::Span<const revision::Acceptance> accepted);

// Of --strict, where there are warnings.
absl::Status StrictError();

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_HISTORY_WARNINGS_H_
