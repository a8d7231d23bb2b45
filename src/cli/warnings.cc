#include "src/cli/warnings.h"

#include <iostream>

#include "src/apply/edited.h"
#include "src/base/status.h"

namespace autogen::cli {

absl::StatusOr<bool> WarnOfHistory(const revision::Graph& graph, const revision::Nodes& rows,
                                   apply::Runner& runner) {
  bool any = false;
  if (runner.unfinished().has_value()) {
    const apply::Unfinished& open = *runner.unfinished();
    std::cerr << "warning: the " << DirectionName(open.direction) << " of " << open.revision
              << " was interrupted: " << open.steps_done() << " of its " << open.steps()
              << " steps are done\n";
    any = true;
  }
  if (!runner.has_ledger()) return any;
  ASSIGN_OR_RETURN(auto checksums,
                   apply::ReadAppliedChecksums(runner.connection(), runner.table()));
  const std::vector<std::string> edited = apply::EditedScripts(
      graph, graph.Ancestors(rows, revision::Edges::kRevisesAndDependencies), checksums);
  for (const std::string& path : edited) {
    std::cerr << "warning: " << path << " was edited after it was applied\n";
  }
  return any || !edited.empty();
}

absl::Status StrictError() {
  return absl::FailedPreconditionError("the history is not what was applied (--strict)");
}

}  // namespace autogen::cli
