#include "src/lint/history.h"

#include <algorithm>

#include "src/lint/rules/tree.h"
#include "src/revision/script.h"

namespace autogen::lint {

bool NeedsHistory(const Script& script) {
  return std::any_of(
      script.statements.begin(), script.statements.end(), [](const Statement& statement) {
        for (const NewConstraint& constraint : NewConstraints(statement)) {
          if (constraint.type == "CONSTR_FOREIGN") return true;
          if (!GetString(*constraint.definition, "indexname").empty()) return true;
        }
        for (const Part& part : Parts(statement)) {
          if (part.type == "AT_DropConstraint") return true;
        }
        return GetString(Body(statement, "DropStmt"), "removeType") == "OBJECT_INDEX";
      });
}

const Known& History::Before(revision::Node node) {
  const revision::Nodes parents = graph_.parents(node);
  const revision::NodeSet wanted =
      graph_.Ancestors(parents, revision::Edges::kRevisesAndDependencies);
  bool grows = in_.size() == wanted.size();
  for (size_t i = 0; grows && i < wanted.size(); ++i) grows = !in_[i] || wanted[i];
  if (!grows) {
    known_ = {};
    in_.assign(wanted.size(), false);
  }
  for (const revision::Node before : graph_.InOrder(wanted)) {
    if (!in_[static_cast<size_t>(before)]) Follow(before);
  }
  in_ = wanted;
  return known_;
}

void History::Follow(revision::Node node) {
  absl::StatusOr<revision::Script> script =
      revision::ReadScript(graph_.at(node).path, graph_.dialect());
  if (!script.ok()) return;
  for (const revision::Step& step : script->upgrade.steps) {
    const absl::StatusOr<nlohmann::json> tree = graph_.dialect().parse(step.statement.text);
    if (tree.ok()) known_.Follow(*tree);
  }
}

}  // namespace autogen::lint
