#include "src/base/status.h"
#include "src/deploy/preflight.h"
#include "src/revision/plan.h"
#include "src/revision/script.h"

namespace autogen::deploy {

absl::StatusOr<std::vector<PreflightQuestion>> QuestionsOf(
    const revision::Graph& graph, const revision::Nodes& rows,
    const std::vector<std::string>& targets) {
  ASSIGN_OR_RETURN(revision::Steps steps, revision::PlanUpgrade(graph, rows, targets));
  std::vector<PreflightQuestion> questions;
  for (size_t i = 0; i < steps.nodes.size(); ++i) {
    const std::string& path = graph.at(steps.nodes[i]).path;
    ASSIGN_OR_RETURN(revision::Script script, revision::ReadScript(path));
    for (const revision::Question& q : script.upgrade.preflight) {
      questions.push_back({q.query, q.what, path, i > 0, q.line});
    }
  }
  return questions;
}

}  // namespace autogen::deploy
