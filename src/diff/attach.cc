// Partitions that are attached and detached, tables that begin or cease to inherit, and what else
// must be detached while other objects change.
#include <algorithm>

#include "src/diff/graph.h"
#include "src/diff/inherited.h"

namespace autogen::diff {

// A partition leaves before anything else is done to it and joins when all is done; likewise a
// table that starts to inherit.
void Graph::AddAttachOrder() {
  auto attached = [&](int child) {
    const google::protobuf::Message& m = d_.After(child);
    const google::protobuf::FieldDescriptor* f = m.GetDescriptor()->FindFieldByName("attached_to");
    return f != nullptr && !m.GetReflection()->GetString(m, f).empty();
  };
  auto nodes_of = [&](int b) {
    std::vector<int> found;
    for (int child : d_.before.at(b).children) {
      for (const std::map<int, int>* side : {&drop_, &alter_}) {
        auto it = side->find(child);
        if (it != side->end()) found.push_back(it->second);
      }
    }
    int a = d_.to_after[static_cast<size_t>(b)];
    const std::vector<int>& children = d_.after.at(a).children;
    bool any = std::any_of(children.begin(), children.end(), attached);
    for (int child : children) {
      auto it = create_.find(child);
      if (it == create_.end()) continue;
      // ATTACH PARTITION takes any index that fits: one that stands alone beside such comes later.
      if (any && d_.after.at(child).id.kind == INDEX && !attached(child)) {
        auto set = detached_.find({b, "partition_of"});
        if (set != detached_.end() && set->second.second >= 0) {
          Edge(set->second.second, it->second);
          continue;
        }
      }
      found.push_back(it->second);
    }
    return found;
  };
  for (const auto& [key, steps] : detached_) {
    if (key.second != "partition_of" && key.second != "inherits") continue;
    for (int node : nodes_of(key.first)) {
      // A table that inherits no more loses what it had from the parent alone, and with a column
      // its dependents: what is the table's own is dropped before.
      const Node& n = nodes_[static_cast<size_t>(node)];
      if (key.second == "inherits" && n.op.action == Action::kDrop && n.op.id.kind != COLUMN &&
          !FollowsParent(n.op.id.kind, *n.op.before)) {
        Edge(node, steps.first);
      } else {
        Edge(steps.first, node, true);
      }
      Edge(node, steps.second);
    }
  }
  for (const auto& [key, steps] : detached_) {
    if (key.second != "replica_identity") continue;
    for (int column : d_.before.at(key.first).children) {
      auto altered = alter_.find(column);
      if (altered == alter_.end()) continue;
      Edge(steps.first, altered->second);
      Edge(altered->second, steps.second);
    }
  }
  // Whoever joins a parent finds it as it will be: its columns and constraints are all there. (Not
  // its foreign keys: those come down to its partitions whenever they are made.)
  auto after_parents = [&](int a, int joins) {
    for (const model::Edge& e : d_.after.Needs(a)) {
      if (d_.after.at(e.to).id.kind != TABLE) continue;
      for (int child : d_.after.at(e.to).children) {
        if (d_.after.at(child).id.kind != FOREIGN_KEY) Edge(MakerOf(child), joins, true);
      }
      int before = d_.to_before[static_cast<size_t>(e.to)];
      if (before < 0) continue;
      for (int child : d_.before.at(before).children) Edge(RemoverOf(child), joins, true);
    }
  };
  for (const auto& [a, node] : create_) {
    if (d_.after.at(a).id.kind == TABLE) after_parents(a, node);
  }
  for (const auto& [key, steps] : detached_) {
    if (key.second != "partition_of") continue;
    after_parents(d_.to_after[static_cast<size_t>(key.first)], steps.second);
  }
  for (const auto& [b, node] : alter_) {
    if (d_.before.at(b).id.kind != TABLE || !d_.Changes(b, "inherits")) continue;
    auto steps = detached_.find({b, "inherits"});
    int joins = steps == detached_.end() ? node : steps->second.second;
    if (joins < 0) continue;
    after_parents(d_.to_after[static_cast<size_t>(b)], joins);
    for (int child : nodes_of(b)) Edge(child, joins, true);
  }
}

}  // namespace autogen::diff
