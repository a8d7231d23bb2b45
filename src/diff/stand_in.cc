// Views that read themselves, or that stand in a circle with other views and with functions: CREATE
// OR REPLACE VIEW made such a view of one that was there. So its columns come first, as pg_dump
// does it, and its query when what that needs is there; the other way the query goes first.
#include <algorithm>

#include "src/diff/graph.h"
#include "src/model/references.h"

namespace autogen::diff {
namespace {

const View& ViewOf(const Operation& op) {
  return static_cast<const View&>(op.after != nullptr ? *op.after : *op.before);
}

bool ChangesQuery(const Operation& op) {
  return std::any_of(op.changed.begin(), op.changed.end(),
                     [](const auto* f) { return f->name() == "definition"; });
}

}  // namespace

bool Graph::CanStandIn(int node) const {
  const Node& n = nodes_[static_cast<size_t>(node)];
  if (n.op.id.kind != VIEW || n.op.stand_in || n.has_stand_in || n.silent) return false;
  if (n.op.action == Action::kRename) return false;
  if (n.op.action == Action::kAlter && !ChangesQuery(n.op)) return false;
  const auto& columns = ViewOf(n.op).column();
  return !columns.empty() && std::all_of(columns.begin(), columns.end(),
                                         [](const ViewColumn& c) { return !c.type().empty(); });
}

// What waits for the view in `cycle` waits for its stand-in from now on; what the view waits for
// outside of it comes before the stand-in already: the types of the columns, a name to become free.
void Graph::StandIn(int node, const std::set<int>& cycle) {
  Node stand_in;
  {
    Node& view = nodes_[static_cast<size_t>(node)];
    view.has_stand_in = true;
    stand_in.before = view.before;
    stand_in.after = view.after;
    stand_in.op = view.op;
    stand_in.op.stand_in = true;
    stand_in.op.folded.clear();
    view.op.over_stand_in = view.op.action == Action::kCreate;
    if (view.op.action != Action::kCreate) {
      stand_in.op.action = Action::kAlter;
      stand_in.op.after = &ViewOf(view.op);
      stand_in.op.changed = OneField(ViewOf(view.op), "definition");
    }
  }
  const bool drop = nodes_[static_cast<size_t>(node)].op.action == Action::kDrop;
  nodes_.push_back(std::move(stand_in));
  const int added = static_cast<int>(nodes_.size()) - 1;
  const size_t n = edges_.size();
  for (size_t i = 0; i < n; ++i) {
    Order& e = edges_[i];
    const int first = Top(e.first), second = Top(e.second);
    if (e.first == node && second != node && cycle.count(second) > 0) {
      e.first = added;
    } else if (second == node && first != node && cycle.count(first) == 0 && !drop) {
      Edge(e.first, added, e.soft);
    }
  }
  Edge(added, node);
}

bool Graph::AddStandIn(const std::vector<int>& members) {
  const std::set<int> cycle(members.begin(), members.end());
  for (int m : members) {
    if (!CanStandIn(m)) continue;
    // Names in a text say what a new view needs, or nothing does.
    const bool soft_counts = nodes_[static_cast<size_t>(m)].op.action == Action::kCreate;
    const bool ties = std::any_of(edges_.begin(), edges_.end(), [&](const Order& e) {
      const int second = Top(e.second);
      return e.first == m && second != m && cycle.count(second) > 0 && (!e.soft || soft_counts);
    });
    if (!ties) continue;
    StandIn(m, cycle);
    return true;
  }
  return false;
}

// A new column that the view reads from itself must be there as well.
void Graph::AddOwnStandIns() {
  const int n = static_cast<int>(nodes_.size());
  for (int i = 0; i < n; ++i) {
    const Operation& op = nodes_[static_cast<size_t>(i)].op;
    if (op.action == Action::kDrop || !CanStandIn(i) || !model::ReadsItself(ViewOf(op))) continue;
    if (op.action == Action::kAlter &&
        static_cast<const View&>(*op.before).column_size() == ViewOf(op).column_size()) {
      continue;
    }
    StandIn(i, {});
  }
}

}  // namespace autogen::diff
