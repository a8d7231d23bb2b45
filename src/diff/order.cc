#include <algorithm>
#include <functional>
#include <queue>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/diff/graph.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsShell(const Operation& op) {
  return op.action == Action::kCreate && op.id.kind == BASE_TYPE &&
         static_cast<const BaseType*>(op.after)->definition().empty();
}

}  // namespace

int Graph::Top(int node) const {
  while (nodes_[static_cast<size_t>(node)].absorbed_by >= 0) {
    node = nodes_[static_cast<size_t>(node)].absorbed_by;
  }
  return node;
}

// Strongly connected components of more than one node (Tarjan's algorithm, without recursion).
std::vector<std::vector<int>> Graph::Cycles() const {
  size_t n = nodes_.size();
  std::vector<std::vector<int>> next(n);
  for (const Order& e : edges_) {
    int a = Top(e.first), b = Top(e.second);
    if (a != b) next[static_cast<size_t>(a)].push_back(b);
  }
  std::vector<int> index(n, -1), low(n, 0);
  std::vector<bool> on_stack(n);
  std::vector<int> stack;
  std::vector<std::vector<int>> found;
  int counter = 0;
  for (size_t root = 0; root < n; ++root) {
    if (index[root] >= 0) continue;
    std::vector<std::pair<size_t, size_t>> work = {{root, 0}};
    while (!work.empty()) {
      auto& [v, child] = work.back();
      if (child == 0) {
        index[v] = low[v] = counter++;
        stack.push_back(static_cast<int>(v));
        on_stack[v] = true;
      }
      if (child < next[v].size()) {
        size_t w = static_cast<size_t>(next[v][child++]);
        if (index[w] < 0) {
          work.emplace_back(w, 0);
        } else if (on_stack[w]) {
          low[v] = std::min(low[v], index[w]);
        }
        continue;
      }
      if (low[v] == index[v]) {
        std::vector<int> component;
        int w;
        do {
          w = stack.back();
          stack.pop_back();
          on_stack[static_cast<size_t>(w)] = false;
          component.push_back(w);
        } while (w != static_cast<int>(v));
        if (component.size() > 1) {
          std::sort(component.begin(), component.end());
          found.push_back(std::move(component));
        }
      }
      size_t done = v;
      work.pop_back();
      if (!work.empty()) {
        size_t up = work.back().first;
        low[up] = std::min(low[up], low[done]);
      }
    }
  }
  return found;
}

// Takes every child of `kind` that ties two members together out of its parent's statement.
bool Graph::Unfold(const std::vector<int>& members, Kind kind) {
  std::set<int> in(members.begin(), members.end());
  std::set<int> taken;
  for (const Order& e : edges_) {
    int first = Top(e.first), second = Top(e.second);
    if (first == second || in.count(first) == 0 || in.count(second) == 0) continue;
    for (int node : {e.first, e.second}) {
      const Node& n = nodes_[static_cast<size_t>(node)];
      if (n.absorbed_by >= 0 && !n.silent && n.op.id.kind == kind) taken.insert(node);
    }
  }
  for (int node : taken) {
    Node& n = nodes_[static_cast<size_t>(node)];
    int parent = n.absorbed_by;
    n.absorbed_by = -1;
    if (n.op.action == Action::kDrop) {
      Edge(node, parent);
      n.absorbed_by = DroppedParentKey(n.before);
      n.silent = n.absorbed_by >= 0;
    } else {
      Edge(parent, node);
    }
  }
  return !taken.empty();
}

// Sets a detachable field that ties two members together in a step of its own. The owner of a
// sequence first: that is enough for a serial column, whose default can then stand in CREATE TABLE,
// where children inherit it.
bool Graph::SplitField(const std::vector<int>& members) {
  std::set<int> in(members.begin(), members.end());
  std::set<std::pair<int, std::string>> fields;
  for (const Order& e : edges_) {
    int first = Top(e.first), second = Top(e.second);
    if (first == second || in.count(first) == 0 || in.count(second) == 0) continue;
    if (e.field.empty() || e.field_of < 0) continue;
    Action action = nodes_[static_cast<size_t>(e.field_of)].op.action;
    if (action == Action::kCreate || action == Action::kDrop) fields.insert({e.field_of, e.field});
  }
  bool owner = std::any_of(fields.begin(), fields.end(),
                           [](const auto& f) { return f.second == "owned_by"; });
  for (const auto& [node, field] : fields) {
    if (owner && field != "owned_by") continue;
    bool create = nodes_[static_cast<size_t>(node)].op.action == Action::kCreate;
    const Message* whole = create ? nodes_[static_cast<size_t>(node)].op.after
                                  : nodes_[static_cast<size_t>(node)].op.before;
    const Message* bare = Without(*whole, field);
    Node step;
    step.op.action = Action::kAlter;
    step.op.id = nodes_[static_cast<size_t>(node)].op.id;
    step.op.before = create ? bare : whole;
    step.op.after = create ? whole : bare;
    step.op.changed = OneField(*whole, field);
    step.before = nodes_[static_cast<size_t>(node)].before;
    step.after = nodes_[static_cast<size_t>(node)].after;
    (create ? nodes_[static_cast<size_t>(node)].op.after
            : nodes_[static_cast<size_t>(node)].op.before) = bare;
    nodes_.push_back(std::move(step));
    int added = static_cast<int>(nodes_.size()) - 1;
    for (Order& e : edges_) {
      if (e.field_of != node || e.field != field) continue;
      (e.first == node ? e.first : e.second) = added;
      e.field_of = added;
    }
    if (create) {
      Edge(node, added);
    } else {
      Edge(added, node);
    }
  }
  return !fields.empty();
}

bool Graph::DropSoft(const std::vector<int>& members) {
  std::set<int> in(members.begin(), members.end());
  size_t before = edges_.size();
  edges_.erase(std::remove_if(edges_.begin(), edges_.end(),
                              [&](const Order& e) {
                                return e.soft && in.count(Top(e.first)) > 0 &&
                                       in.count(Top(e.second)) > 0 && Top(e.first) != Top(e.second);
                              }),
               edges_.end());
  return edges_.size() != before;
}

bool Graph::NeedOneAnother(int drop, int other) const {
  auto needs = [&](int a, int b) {
    const std::vector<model::Edge>& edges = d_.before.Needs(nodes_[static_cast<size_t>(a)].before);
    return std::any_of(edges.begin(), edges.end(), [&](const model::Edge& e) {
      return e.to == nodes_[static_cast<size_t>(b)].before;
    });
  };
  return needs(drop, other) && needs(other, drop);
}

// A base type and its input functions, a range type and its canonical function need one another. A
// shell of the type comes first, for the functions; the type is created after them. The other way
// the server drops the functions with the type.
bool Graph::AddShell(const std::vector<int>& members) {
  const std::set<int> in(members.begin(), members.end());
  auto is_function = [&](int node) {
    return in.count(node) > 0 && nodes_[static_cast<size_t>(node)].op.id.kind == FUNCTION;
  };
  for (int m : members) {
    const Operation op = nodes_[static_cast<size_t>(m)].op;
    if ((op.id.kind != BASE_TYPE && op.id.kind != RANGE_TYPE) || IsShell(op)) continue;
    bool cut = false;
    if (op.action == Action::kDrop) {
      for (int f : members) {
        Node& n = nodes_[static_cast<size_t>(f)];
        if (!is_function(f) || n.op.action != Action::kDrop || !NeedOneAnother(m, f)) continue;
        n.absorbed_by = m;
        n.silent = true;
        cut = true;
      }
    } else if (op.action == Action::kCreate &&
               std::any_of(edges_.begin(), edges_.end(), [&](const Order& e) {
                 return e.first == m && is_function(Top(e.second));
               })) {
      auto type = std::make_shared<BaseType>();
      type->set_schema(op.id.schema);
      type->set_name(op.id.name);
      Node shell;
      shell.op.id = op.id;
      shell.op.id.kind = BASE_TYPE;
      shell.op.after = Own(std::move(type));
      const int added = static_cast<int>(nodes_.size());
      nodes_.push_back(std::move(shell));
      const size_t n = edges_.size();
      for (size_t i = 0; i < n; ++i) {
        Order& e = edges_[i];
        if (e.first == m && is_function(Top(e.second))) {
          e.first = added;
          cut = true;
          continue;
        }
        // The name must be free for the shell already.
        const Action first = nodes_[static_cast<size_t>(e.first)].op.action;
        if (e.second == m &&
            (in.count(Top(e.first)) == 0 || first == Action::kRename || first == Action::kDrop)) {
          Edge(e.first, added, e.soft);
        }
      }
      Edge(added, m);
    }
    if (cut) return true;
  }
  return false;
}

bool Graph::CutCycle(const std::vector<int>& members) {
  if (AddShell(members)) return true;
  if (Unfold(members, FOREIGN_KEY)) return true;
  for (Kind kind : {TRIGGER, POLICY, RULE, INDEX}) {
    if (Unfold(members, kind)) return true;
  }
  if (SplitField(members)) return true;
  for (Kind kind : {CHECK, EXCLUSION, UNIQUE, PRIMARY_KEY, DOMAIN_CHECK}) {
    if (Unfold(members, kind)) return true;
  }
  if (AddStandIn(members)) return true;
  if (DropSoft(members)) return true;
  return Unfold(members, COLUMN);
}

Operation Graph::Assemble(int node, const std::vector<std::vector<int>>& folded) const {
  Operation op = nodes_[static_cast<size_t>(node)].op;
  if (op.action != Action::kCreate) return op;
  for (int child : folded[static_cast<size_t>(node)]) op.folded.push_back(Assemble(child, folded));
  return op;
}

absl::StatusOr<std::vector<Operation>> Graph::Sort() {
  for (;;) {
    std::vector<std::vector<int>> cycles = Cycles();
    if (cycles.empty()) break;
    for (const std::vector<int>& members : cycles) {
      if (CutCycle(members)) continue;
      std::vector<std::string> names;
      for (int m : members) {
        names.push_back(model::Describe(nodes_[static_cast<size_t>(m)].op.id));
      }
      return absl::InternalError(absl::StrCat(
          "these depend on one another and no order was found: ", absl::StrJoin(names, ", ")));
    }
  }

  size_t n = nodes_.size();
  std::vector<std::vector<int>> next(n);
  std::vector<int> waiting(n, 0);
  for (const Order& e : edges_) {
    int a = Top(e.first), b = Top(e.second);
    if (a == b) continue;
    next[static_cast<size_t>(a)].push_back(b);
    ++waiting[static_cast<size_t>(b)];
  }
  // Creates and alters by kind and place in the wanted schema; drops from the last to the first.
  using Rank = std::tuple<int, int, int, int>;
  auto rank = [&](int i) -> Rank {
    const Node& node = nodes_[static_cast<size_t>(i)];
    int kind = static_cast<int>(node.op.id.kind);
    if (node.op.action == Action::kDrop) return {d_.rules().phase(node.op), -kind, -node.before, i};
    return {d_.rules().phase(node.op), kind, node.after >= 0 ? node.after : node.before, i};
  };
  std::priority_queue<Rank, std::vector<Rank>, std::greater<Rank>> ready;
  for (size_t i = 0; i < n; ++i) {
    if (nodes_[i].absorbed_by < 0 && waiting[i] == 0) ready.push(rank(static_cast<int>(i)));
  }
  std::vector<std::vector<int>> folded(n);
  for (size_t i = 0; i < n; ++i) {
    if (nodes_[i].absorbed_by >= 0 && !nodes_[i].silent) {
      folded[static_cast<size_t>(nodes_[i].absorbed_by)].push_back(static_cast<int>(i));
    }
  }
  for (std::vector<int>& children : folded) {
    std::sort(children.begin(), children.end(), [&](int x, int y) {
      return nodes_[static_cast<size_t>(x)].after < nodes_[static_cast<size_t>(y)].after;
    });
  }
  std::vector<Operation> operations;
  while (!ready.empty()) {
    int i = std::get<3>(ready.top());
    ready.pop();
    if (!nodes_[static_cast<size_t>(i)].silent) operations.push_back(Assemble(i, folded));
    for (int to : next[static_cast<size_t>(i)]) {
      if (--waiting[static_cast<size_t>(to)] == 0) ready.push(rank(to));
    }
  }
  return operations;
}

}  // namespace autogen::diff
