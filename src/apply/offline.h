// A run as SQL, for someone else to execute.
#ifndef AUTOGEN_APPLY_OFFLINE_H_
#define AUTOGEN_APPLY_OFFLINE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/options.h"
#include "src/apply/script_run.h"

namespace autogen::apply {

// What a Runner would send for `scripts`: each script and its version rows between BEGIN and
// COMMIT, what cannot run in a transaction outside; assertions as statements that fail.
// `create_tables`: starts with the version table and the ledger, IF NOT EXISTS. An empty
// version_schema leaves the tables to the search path. InvalidArgument as SplitIntoSteps().
absl::StatusOr<std::string> OfflineSql(const impact::Dialect& dialect,
                                       absl::Span<const ScriptRun> scripts, const Options& options,
                                       bool create_tables);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_OFFLINE_H_
