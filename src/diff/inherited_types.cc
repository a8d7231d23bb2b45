// Columns that a table inherits from several parents.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "src/diff/graph.h"
#include "src/diff/inherited.h"

namespace autogen::diff {
namespace {

bool ChangesType(const Operation& op) {
  if (op.id.kind != COLUMN || op.action != Action::kAlter) return false;
  if (static_cast<const Column&>(*op.after).has_generated()) return false;
  return op.retype || std::any_of(op.changed.begin(), op.changed.end(),
                                  [](const google::protobuf::FieldDescriptor* f) {
                                    return f->name() == "type" || f->name() == "collation";
                                  });
}

// The tables that inherit from a table, and from those.
std::set<int> AllBelow(const model::Catalog& catalog, int table) {
  std::set<int> below;
  std::vector<int> tables = {table};
  for (size_t i = 0; i < tables.size(); ++i) {
    for (int child : TablesBelow(catalog, tables[i])) {
      if (below.insert(child).second) tables.push_back(child);
    }
  }
  return below;
}

bool Meet(const std::set<int>& a, const std::set<int>& b) {
  return std::any_of(a.begin(), a.end(), [&](int i) { return b.count(i) > 0; });
}

struct Group {
  std::set<int> below;
  std::vector<int> nodes;
};

// Takes in the groups that share a table below with this one.
void Merge(Group group, std::vector<Group>* groups) {
  for (auto it = groups->begin(); it != groups->end();) {
    if (!Meet(it->below, group.below)) {
      ++it;
      continue;
    }
    group.below.insert(it->below.begin(), it->below.end());
    group.nodes.insert(group.nodes.end(), it->nodes.begin(), it->nodes.end());
    it = groups->erase(it);
  }
  groups->push_back(std::move(group));
}

}  // namespace

// PostgreSQL changes the type of an inherited column with that of all of its parents or not at all
// (ATPrepAlterColumnType in tablecmds.c).
void Graph::AlterTypesTogether() {
  std::map<std::string, std::vector<Group>> groups;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Node& n = nodes_[i];
    if (n.before < 0 || n.absorbed_by >= 0 || !ChangesType(n.op)) continue;
    std::set<int> below = AllBelow(d_.before, d_.before.at(n.before).parent);
    if (!below.empty()) Merge({std::move(below), {static_cast<int>(i)}}, &groups[n.op.id.name]);
  }
  for (auto& [name, with_name] : groups) {
    for (Group& group : with_name) {
      if (group.nodes.size() < 2) continue;
      std::sort(group.nodes.begin(), group.nodes.end());
      const int first = group.nodes.front();
      std::vector<model::ObjectId> together;
      for (int node : group.nodes) together.push_back(nodes_[static_cast<size_t>(node)].op.id);
      for (int node : group.nodes) {
        nodes_[static_cast<size_t>(node)].op.together = together;
        // What comes before one of them comes before that.
        const size_t n = edges_.size();
        for (size_t i = 0; i < n && node != first; ++i) {
          const bool inside = std::find(group.nodes.begin(), group.nodes.end(),
                                        Top(edges_[i].first)) != group.nodes.end();
          if (Top(edges_[i].second) == node && !inside) {
            Edge(edges_[i].first, first, edges_[i].soft);
          }
        }
        Edge(first, node);
      }
    }
  }
}

}  // namespace autogen::diff
