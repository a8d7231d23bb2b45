#include "src/revision/state.h"

#include "absl/algorithm/container.h"

namespace autogen::revision {

State::State(const Graph* graph, absl::Span<const Node> rows)
    : graph_(graph),
      applied_(graph->Ancestors(rows, Edges::kRevisesAndDependencies)),
      applied_children_(graph->size()) {
  for (size_t i = 0; i < graph->size(); ++i) {
    if (!applied_[i]) continue;
    for (Node parent : graph->parents(static_cast<Node>(i))) {
      ++applied_children_[static_cast<size_t>(parent)];
    }
  }
}

Nodes State::row_nodes() const {
  Nodes nodes;
  for (size_t i = 0; i < applied_.size(); ++i) {
    if (applied_[i] && applied_children_[i] == 0) nodes.push_back(static_cast<Node>(i));
  }
  return nodes;
}

std::vector<std::string> State::rows() const {
  std::vector<std::string> ids;
  for (Node node : row_nodes()) ids.push_back(graph_->id(node));
  absl::c_sort(ids);
  return ids;
}

State::Change State::Apply(Node node) {
  Change change;
  if (applied(node)) return change;
  applied_[static_cast<size_t>(node)] = true;
  change.add.push_back(graph_->id(node));
  for (Node parent : graph_->parents(node)) {
    if (applied_children_[static_cast<size_t>(parent)]++ == 0) {
      change.remove.push_back(graph_->id(parent));
    }
  }
  absl::c_sort(change.remove);
  return change;
}

State::Change State::Revert(Node node) {
  Change change;
  if (!applied(node)) return change;
  applied_[static_cast<size_t>(node)] = false;
  change.remove.push_back(graph_->id(node));
  for (Node parent : graph_->parents(node)) {
    if (--applied_children_[static_cast<size_t>(parent)] == 0) {
      change.add.push_back(graph_->id(parent));
    }
  }
  absl::c_sort(change.add);
  return change;
}

}  // namespace autogen::revision
