#include "src/deploy/history_warnings.h"

#include "absl/strings/str_cat.h"
#include "src/apply/edited.h"
#include "src/base/status.h"

namespace autogen::deploy {

absl::StatusOr<std::vector<std::string>> HistoryWarnings(const revision::Graph& graph,
                                                         const revision::Nodes& rows,
                                                         apply::Runner& runner) {
  std::vector<std::string> warnings;
  if (runner.unfinished().has_value()) {
    const apply::Unfinished& open = *runner.unfinished();
    warnings.push_back(absl::StrCat("the ", DirectionName(open.direction), " of ", open.revision,
                                    " was interrupted: ", open.steps_done(), " of its ",
                                    open.steps(), " steps are done"));
  }
  if (!runner.has_ledger()) return warnings;
  ASSIGN_OR_RETURN(auto checksums,
                   apply::ReadAppliedChecksums(runner.connection(), runner.table()));
  const std::vector<std::string> edited = apply::EditedScripts(
      graph, graph.Ancestors(rows, revision::Edges::kRevisesAndDependencies), checksums);
  for (const std::string& path : edited) {
    warnings.push_back(absl::StrCat(path, " was edited after it was applied"));
  }
  return warnings;
}

absl::Status StrictError() {
  return absl::FailedPreconditionError("the history is not what was applied (--strict)");
}

}  // namespace autogen::deploy
