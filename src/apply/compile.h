// Scripts of the graph, ready to run.
#ifndef AUTOGEN_APPLY_COMPILE_H_
#define AUTOGEN_APPLY_COMPILE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/script_run.h"
#include "src/revision/graph.h"
#include "src/revision/script.h"

namespace autogen::apply {

// Reads the scripts of `nodes`, in that order, for a database at `rows`. InvalidArgument with path
// and line; FailedPrecondition for a downgrade that a script calls irreversible, with its reason,
// or does not have.
absl::StatusOr<std::vector<ScriptRun>> CompileScripts(const revision::Graph& graph,
                                                      absl::Span<const revision::Node> rows,
                                                      absl::Span<const revision::Node> nodes,
                                                      Direction direction);

// InvalidArgument, with path and line: what a run would refuse of a section before any statement of
// it (see SplitIntoSteps).
absl::Status CheckRunnable(const revision::Script& script, const impact::Dialect& dialect);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_COMPILE_H_
