#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "src/diff/foreign_keys.h"
#include "src/diff/graph.h"
#include "src/diff/inherited.h"
#include "src/diff/names.h"
#include "src/diff/typed_tables.h"

namespace autogen::diff {
namespace {

// What a foreign key can depend on.
bool IsUniqueKey(Kind kind) { return kind == PRIMARY_KEY || kind == UNIQUE || kind == INDEX; }

// A change of what every kind carries: it has no dependents, so nothing waits for it.
bool OnlyCommon(const std::vector<const google::protobuf::FieldDescriptor*>& changed) {
  return std::all_of(changed.begin(), changed.end(),
                     [](const google::protobuf::FieldDescriptor* f) {
                       const std::string& name = f->name();
                       return name == "comment" || name == "owner" || name == "grant" ||
                              name == "revoke" || name == "security_label";
                     });
}

}  // namespace

void Graph::AddEdges() {
  for (size_t a = 0; a < d_.after.objects().size(); ++a) NeedsAfter(static_cast<int>(a));
  for (size_t b = 0; b < d_.before.objects().size(); ++b) NeedsBefore(static_cast<int>(b));
  for (const auto& [object, column] : d_.around) {
    const int altered = alter_.count(column) > 0 ? alter_[column] : -1;
    Edge(RemoverOf(object), altered);
    const int made = d_.to_after[static_cast<size_t>(object)];
    if (made >= 0) Edge(altered, MakerOf(made));
  }
  AddNameClashes();
  AddAttachOrder();
  AddRowsOrder();
  AddOrderBelowParents();
  AddPersistenceOrder();
  AddGlobalOrder();
}

// Of a column, all that changes counts, also what its parent's operation does: the node stands for
// it.
bool Graph::ChangesOnlyCommon(const Node& n) const {
  if (n.op.action != Action::kAlter || n.op.retype) return false;
  if (n.op.id.kind != COLUMN) return OnlyCommon(n.op.changed);
  return n.before >= 0 && d_.retyped.count(n.before) == 0 && OnlyCommon(n.op.changed) &&
         OnlyCommon(d_.changed[static_cast<size_t>(n.before)]);
}

// What an object needs is created before it.
void Graph::NeedsAfter(int a) {
  int main = MakerOf(a);
  int b = d_.to_before[static_cast<size_t>(a)];
  for (const model::Edge& e : d_.after.Needs(a)) {
    // A function sees the type of a table's rows as it will be.
    if (d_.after.at(a).id.kind == FUNCTION && b < 0 && d_.after.at(e.to).id.kind == TABLE) {
      for (int child : d_.after.at(e.to).children) Edge(MakerOf(child), main, true);
    }
    if (d_.after.at(a).id.kind == FOREIGN_KEY && b < 0) AfterKeysThatGo(e.to, main);
    int maker = MakerOf(e.to);
    if (maker < 0) continue;
    int user = main;
    if (b >= 0 && !e.field.empty()) {
      auto it = detached_.find({b, e.field});
      if (it != detached_.end()) user = it->second.second;
    }
    if (user < 0) continue;
    if (ChangesOnlyCommon(nodes_[static_cast<size_t>(maker)])) continue;
    bool alters = nodes_[static_cast<size_t>(maker)].op.action == Action::kAlter;
    // A child does not wait for what is merely changed about the object around it.
    if (alters && d_.after.at(a).parent == e.to) continue;
    bool both_alter = alters && nodes_[static_cast<size_t>(user)].op.action == Action::kAlter;
    Edge(maker, user, e.weak || both_alter, e.field, user);
  }
}

// A new foreign key takes any key of the columns it references: a key to drop must be dropped by
// then, else the foreign key would depend on it.
void Graph::AfterKeysThatGo(int key, int foreign_key) {
  const int table = d_.after.at(key).parent;
  const int before = table < 0 ? -1 : d_.to_before[static_cast<size_t>(table)];
  if (before < 0) return;
  for (int child : d_.before.at(before).children) {
    if (IsUniqueKey(d_.before.at(child).id.kind)) Edge(RemoverOf(child), foreign_key, true);
  }
}

// A foreign key may depend on another key of those columns than when the plan was made: each key to
// drop is dropped after the foreign key.
void Graph::BeforeKeysThatGo(int foreign_key, int key) {
  const int table = d_.before.at(key).parent;
  if (table < 0) return;
  for (int child : d_.before.at(table).children) {
    if (child != key && IsUniqueKey(d_.before.at(child).id.kind)) {
      Edge(foreign_key, RemoverOf(child), true);
    }
  }
}

// An object's dependents are dropped, or detached from it, before it.
void Graph::NeedsBefore(int b) {
  auto dropped = drop_.find(b);
  auto altered = alter_.find(b);
  for (const model::Edge& e : d_.before.Needs(b)) {
    // A dropped child does not see what its parent gets and loses; a dropped function does not keep
    // the type of a table's rows from changing.
    int table = d_.before.at(e.to).id.kind == TABLE ? d_.to_after[static_cast<size_t>(e.to)] : -1;
    Kind kind = d_.before.at(b).id.kind;
    if ((kind == TABLE || kind == FUNCTION) && dropped != drop_.end() && table >= 0) {
      for (int child : d_.after.at(table).children) Edge(dropped->second, MakerOf(child), true);
      if (kind == TABLE) {
        for (int child : d_.before.at(e.to).children) {
          Edge(dropped->second, RemoverOf(child), true);
        }
      }
    }
    int release = -1;
    auto detached = e.field.empty() ? detached_.end() : detached_.find({b, e.field});
    if (dropped != drop_.end()) {
      release = dropped->second;
    } else if (detached != detached_.end()) {
      release = detached->second.first;
    } else if (altered != alter_.end()) {
      release = altered->second;
    }
    if (release < 0) continue;
    if (kind == FOREIGN_KEY && IsUniqueKey(d_.before.at(e.to).id.kind)) {
      BeforeKeysThatGo(release, e.to);
    }
    int remover = RemoverOf(e.to);
    if (remover >= 0) {
      Edge(release, remover, false, e.field, release);
      // A routine is dropped by the names of its arguments' types.
      bool routine = kind == FUNCTION || kind == AGGREGATE || kind == OPERATOR || kind == CAST;
      if (auto aside = aside_.find(e.to); aside != aside_.end() && routine && !aside_.count(b)) {
        Edge(release, aside->second);
      }
      // Recreated only then: else it might depend on the same object again.
      if (d_.fate[static_cast<size_t>(b)] == Fate::kRebuild &&
          d_.fate[static_cast<size_t>(e.to)] != Fate::kReplace) {
        Edge(remover, create_[d_.to_after[static_cast<size_t>(b)]], true);
      }
      continue;
    }
    auto changed = alter_.find(e.to);
    if (changed == alter_.end()) continue;
    // What leaves a publication may become what cannot be published.
    if (altered != alter_.end() && d_.before.at(b).id.kind == PUBLICATION) {
      Edge(altered->second, changed->second, true);
    }
    if (dropped == drop_.end()) continue;
    if (d_.before.at(b).parent == e.to) continue;
    const Operation& op = nodes_[static_cast<size_t>(changed->second)].op;
    // What a field releases (the owner of a sequence) does not block the drop.
    bool hard = (e.field.empty() && (op.retype || d_.rules().disturbs(d_, e.to))) ||
                d_.before.at(b).id.kind == PRIMARY_KEY || IsOfType(d_.before, b, e.to);
    Edge(release, changed->second, !hard);
  }
}

// Two objects that take one name after another.
void Graph::AddNameClashes() {
  std::map<std::string, std::vector<int>> freed;
  for (const auto& [b, node] : drop_) {
    // What is renamed aside gives its name free with the rename, not with the drop.
    if (aside_.count(b) > 0) continue;
    for (const std::string& name : d_.rules().clash_names(d_.before.at(b).id)) {
      freed[name].push_back(node);
    }
    // A partition has a copy of its parent's foreign key, of the same name.
    if (d_.before.at(b).id.kind != FOREIGN_KEY) continue;
    for (const model::ObjectId& copy : CopiesOnPartitions(d_.before, b)) {
      for (const std::string& name : d_.rules().clash_names(copy)) freed[name].push_back(node);
    }
  }
  auto relation = [](const model::Object& column) {
    return absl::StrCat("r ", column.id.schema, " ", IdentitySequence(column));
  };
  for (const auto& [key, steps] : detached_) {
    if (key.second == "identity" && steps.first >= 0) {
      freed[relation(d_.before.at(key.first))].push_back(steps.first);
    }
  }
  for (const auto& [key, steps] : detached_) {
    if (key.second != "identity" || steps.second < 0) continue;
    const model::Object& column = d_.after.at(d_.to_after[static_cast<size_t>(key.first)]);
    for (int drop : freed[relation(column)]) {
      if (drop != steps.first) Edge(drop, steps.second);
    }
  }
  for (const auto& [a, node] : create_) {
    if (nodes_[static_cast<size_t>(node)].op.action != Action::kCreate) continue;
    for (const std::string& name : d_.rules().clash_names(d_.after.at(a).id)) {
      auto it = freed.find(name);
      if (it == freed.end()) continue;
      for (int drop : it->second) Edge(drop, node);
    }
  }
  // A relation cannot have the name of a type, but a type may take that of a sequence.
  for (const auto& [a, node] : create_) {
    const model::ObjectId& id = d_.after.at(a).id;
    if (id.kind != SEQUENCE) continue;
    if (auto it = freed.find(absl::StrCat("t ", id.schema, " ", id.name)); it != freed.end()) {
      for (int drop : it->second) Edge(drop, node);
    }
    for (Kind kind : {ENUM, DOMAIN, RANGE_TYPE, BASE_TYPE}) {
      const int type = d_.after.Find({kind, id.schema, "", id.name});
      if (type >= 0 && create_.count(type) > 0) Edge(node, create_[type]);
    }
  }
}

// A logged table references no unlogged one, at any time.
void Graph::AddPersistenceOrder() {
  for (const auto& [first, second] : PersistenceOrder(d_)) {
    Edge(alter_.at(first), alter_.at(second));
  }
  // Foreign keys that come and go are not there while either table changes.
  auto changes = [&](int table) {
    auto it = table < 0 || !d_.Changes(table, "unlogged") ? alter_.end() : alter_.find(table);
    return it == alter_.end() ? -1 : it->second;
  };
  for (const auto& [b, node] : drop_) {
    if (d_.before.at(b).id.kind != FOREIGN_KEY) continue;
    for (const model::Edge& e : d_.before.Needs(b)) Edge(node, changes(e.to));
  }
  for (const auto& [a, node] : create_) {
    if (d_.after.at(a).id.kind != FOREIGN_KEY) continue;
    for (const model::Edge& e : d_.after.Needs(a)) {
      Edge(changes(d_.to_before[static_cast<size_t>(e.to)]), node);
    }
  }
}

// Extensions are created first and dropped last: their members are no objects of the model, so no
// edge does it. One that is recreated is dropped before anything is created.
void Graph::AddGlobalOrder() {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].op.id.kind != EXTENSION) continue;
    bool create = nodes_[i].op.action != Action::kDrop;
    const bool comes_back =
        !create && d_.fate[static_cast<size_t>(nodes_[i].before)] == Fate::kRebuild;
    for (size_t j = 0; j < nodes_.size(); ++j) {
      Kind kind = nodes_[j].op.id.kind;
      if (kind == EXTENSION || kind == SCHEMA || nodes_[j].absorbed_by >= 0) continue;
      if (create && nodes_[j].op.action != Action::kDrop) {
        Edge(static_cast<int>(i), static_cast<int>(j), true);
      } else if (!create && (!comes_back || nodes_[j].op.action == Action::kDrop)) {
        Edge(static_cast<int>(j), static_cast<int>(i), true);
      }
    }
  }
}

}  // namespace autogen::diff
