#include "src/diff/graph.h"

#include <algorithm>

#include "src/diff/inherited.h"
#include "src/diff/names.h"
#include "src/diff/typed_tables.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

}  // namespace

const Message* Graph::Own(std::shared_ptr<Message> message) {
  plan_.owned.push_back(message);
  return message.get();
}

const Message* Graph::Without(const Message& m, const std::string& field) {
  std::shared_ptr<Message> copy(m.New());
  copy->CopyFrom(m);
  const FieldDescriptor* f = m.GetDescriptor()->FindFieldByName(field);
  copy->GetReflection()->ClearField(copy.get(), f);
  return Own(std::move(copy));
}

std::vector<const FieldDescriptor*> Graph::OneField(const Message& m,
                                                    const std::string& field) const {
  return {m.GetDescriptor()->FindFieldByName(field)};
}

int Graph::Add(Action action, int before, int after) {
  Node node;
  node.op.action = action;
  node.before = before;
  node.after = after;
  if (before >= 0) {
    node.op.before = d_.before.at(before).message;
    node.op.id = d_.before.at(before).id;
    node.op.because = d_.because[static_cast<size_t>(before)];
  }
  if (after >= 0) {
    node.op.after = d_.after.at(after).message;
    node.op.id = d_.after.at(after).id;
  }
  nodes_.push_back(std::move(node));
  return static_cast<int>(nodes_.size()) - 1;
}

void Graph::AddNodes() {
  for (size_t i = 0; i < d_.fate.size(); ++i) {
    int b = static_cast<int>(i);
    int a = d_.to_after[i];
    switch (d_.fate[i]) {
      case Fate::kKeep:
        break;
      case Fate::kDrop:
        drop_[b] = Add(Action::kDrop, b, -1);
        break;
      case Fate::kAlter:
        alter_[b] = Add(Action::kAlter, b, a);
        nodes_.back().op.changed = d_.changed[i];
        nodes_.back().op.retype = d_.retyped.count(b) > 0;
        break;
      case Fate::kRebuild:
        drop_[b] = Add(Action::kDrop, b, -1);
        create_[a] = Add(Action::kCreate, -1, a);
        nodes_.back().op.because = d_.because[i];
        nodes_.back().op.restore = true;
        Edge(drop_[b], create_[a]);
        break;
      case Fate::kReplace:  // below: its children have their nodes by then
        break;
    }
  }
  for (size_t i = 0; i < d_.to_before.size(); ++i) {
    int a = static_cast<int>(i);
    // The new children of a replaced type have their nodes already.
    // A column that was inherited is the table's own where the table is recreated.
    const int parent = d_.after.at(a).parent;
    const int table = parent < 0 ? -1 : d_.to_before[static_cast<size_t>(parent)];
    const bool with_table = d_.after.at(a).id.kind == COLUMN && table >= 0 &&
                            d_.fate[static_cast<size_t>(table)] == Fate::kRebuild;
    if (d_.to_before[i] < 0 && (!d_.ignored[i] || with_table) && create_.count(a) == 0) {
      create_[a] = Add(Action::kCreate, -1, a);
    }
  }
  for (size_t i = 0; i < d_.fate.size(); ++i) {
    if (d_.fate[i] == Fate::kReplace) AddReplacements(static_cast<int>(i));
  }
}

// A serial column that becomes an identity column, or the other way round: the two sequences have
// one name, so one must be dropped before the other is created.
bool Graph::SwapsIdentity(int b) const {
  if (d_.before.at(b).id.kind != COLUMN || !d_.Changes(b, "identity")) return false;
  int a = d_.to_after[static_cast<size_t>(b)];
  std::string old_name = IdentitySequence(d_.before.at(b));
  std::string new_name = IdentitySequence(d_.after.at(a));
  const std::string& schema = d_.before.at(b).id.schema;
  int gone = d_.before.Find({SEQUENCE, schema, "", new_name});
  int made = d_.after.Find({SEQUENCE, schema, "", old_name});
  return (!new_name.empty() && drop_.count(gone) > 0) ||
         (!old_name.empty() && create_.count(made) > 0);
}

// The columns of the index of a replica identity must be NOT NULL as long as it is that.
bool Graph::IdentifiesByOtherColumns(int b) const {
  if (d_.before.at(b).id.kind != TABLE || !d_.Changes(b, "replica_identity")) return false;
  auto by_index = [](const Message& table) {
    return static_cast<const Table&>(table).replica_identity().mode() ==
           Table::ReplicaIdentity::INDEX;
  };
  if (!by_index(d_.Before(b)) && !by_index(d_.After(d_.to_after[static_cast<size_t>(b)]))) {
    return false;
  }
  const std::vector<int>& columns = d_.before.at(b).children;
  return std::any_of(columns.begin(), columns.end(),
                     [&](int c) { return alter_.count(c) > 0 && d_.Changes(c, "not_null"); });
}

bool Graph::ChangesTypeAndColumns(int b) const {
  if (d_.before.at(b).id.kind != TABLE || !d_.Changes(b, "of_type")) return false;
  const auto& before = d_.before.at(b).children;
  const auto& after = d_.after.at(d_.to_after[static_cast<size_t>(b)]).children;
  return std::any_of(before.begin(), before.end(),
                     [&](int c) {
                       return d_.before.at(c).id.kind == COLUMN &&
                              (alter_.count(c) > 0 || drop_.count(c) > 0);
                     }) ||
         std::any_of(after.begin(), after.end(), [&](int c) {
           return d_.after.at(c).id.kind == COLUMN && create_.count(c) > 0;
         });
}

// The table as it is between leaving its parents and joining the next: below those that stay its
// parents on both sides, if nothing is done to them but changes.
const Message* Graph::BelowSteadyParents(int b) {
  auto between = std::make_shared<Table>(static_cast<const Table&>(d_.Before(b)));
  const auto& after = static_cast<const Table&>(d_.After(d_.to_after[static_cast<size_t>(b)]));
  auto* parents = between->mutable_inherits();
  auto steady = [&](const Name& name) {
    const int parent = d_.before.Find({TABLE, name.schema(), "", name.name()});
    return parent >= 0 && drop_.count(parent) == 0 &&
           std::any_of(after.inherits().begin(), after.inherits().end(), [&](const Name& n) {
             return n.name() == name.name() && n.schema() == name.schema();
           });
  };
  parents->erase(
      std::remove_if(parents->begin(), parents->end(), [&](const Name& n) { return !steady(n); }),
      parents->end());
  return Own(std::move(between));
}

void Graph::AddDetached() {
  // A partition's membership is always its own step: detached first, attached last.
  for (const auto& [b, node] : alter_) {
    if (d_.before.at(b).id.kind == TABLE && d_.Changes(b, "partition_of")) {
      d_.detached.insert({b, "partition_of"});
    }
    if (LeavesParent(d_, b)) d_.detached.insert({b, "inherits"});
    if (SwapsIdentity(b)) d_.detached.insert({b, "identity"});
    if (IdentifiesByOtherColumns(b)) d_.detached.insert({b, "replica_identity"});
    if (ChangesTypeAndColumns(b)) d_.detached.insert({b, "of_type"});
    if (!ChangesAttributes(d_, b)) continue;
    for (const model::Edge& e : d_.before.NeededBy(b)) {
      if (IsOfType(d_.before, e.to, b)) d_.detached.insert({e.to, "of_type"});
    }
  }
  for (const auto& [b, field] : d_.detached) {
    size_t at = static_cast<size_t>(b);
    if (d_.fate[at] != Fate::kKeep && d_.fate[at] != Fate::kAlter) continue;
    int a = d_.to_after[at];
    const Message& before = d_.Before(b);
    const Message& after = d_.After(a);
    const FieldDescriptor* f = before.GetDescriptor()->FindFieldByName(field);
    auto has = [&](const Message& m) {
      if (f->is_repeated()) return m.GetReflection()->FieldSize(m, f) > 0;
      if (f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        return m.GetReflection()->HasField(m, f);
      return !m.GetReflection()->GetString(m, f).empty();
    };
    int unset = -1, set = -1;
    if (has(before)) {
      unset = Add(Action::kAlter, b, a);
      nodes_.back().op.after = field == "inherits" ? BelowSteadyParents(b) : Without(before, field);
      nodes_.back().op.changed = OneField(before, field);
    }
    const Message* below = Without(after, field);
    if (field == "inherits" && unset >= 0) {
      auto joins = std::make_shared<Table>(static_cast<const Table&>(after));
      *joins->mutable_inherits() =
          static_cast<const Table&>(*nodes_[static_cast<size_t>(unset)].op.after).inherits();
      below = Own(std::move(joins));
    }
    if (has(after) && !model::SameField(*below, after, f)) {
      set = Add(Action::kAlter, b, a);
      nodes_.back().op.before = below;
      nodes_.back().op.changed = OneField(after, field);
    }
    if (unset >= 0 && set >= 0) Edge(unset, set);
    auto main = alter_.find(b);
    if (main != alter_.end()) {
      Operation& op = nodes_[static_cast<size_t>(main->second)].op;
      op.changed.erase(std::remove(op.changed.begin(), op.changed.end(), f), op.changed.end());
      if (op.changed.empty() && !op.retype) {
        nodes_[static_cast<size_t>(main->second)].silent = true;
        nodes_[static_cast<size_t>(main->second)].absorbed_by = set >= 0 ? set : unset;
      } else {
        op.before = unset >= 0 ? Without(before, field) : &before;
        op.after = set >= 0 ? Without(after, field) : &after;
        if (unset >= 0) Edge(unset, main->second);
        if (set >= 0) Edge(main->second, set);
      }
    }
    detached_[{b, field}] = {unset, set};
  }
}

void Graph::AddPartial() {
  for (const Partial& p : d_.partial) {
    int parent_before = -1;
    if (p.before >= 0) {
      parent_before = d_.before.at(p.before).parent;
    } else {
      parent_before = d_.to_before[static_cast<size_t>(d_.after.at(p.after).parent)];
    }
    bool rebuilt = drop_.count(parent_before) > 0;
    if (rebuilt && p.after < 0) continue;  // dropped with its view
    if (rebuilt && create_.count(p.after) > 0) continue;
    int node = Add(rebuilt ? Action::kCreate : Action::kAlter, p.before, p.after);
    Operation& op = nodes_.back().op;
    if (rebuilt) {
      create_[p.after] = node;
      continue;
    }
    if (p.was != nullptr) op.before = Own(p.was);
    if (p.will != nullptr) op.after = Own(p.will);
    op.changed = model::ChangedFields(*op.before, *op.after, d_.options.compare);
    if (p.after >= 0) {
      create_[p.after] = node;
    } else {
      alter_[p.before] = node;
    }
    int parent_after = d_.to_after[static_cast<size_t>(parent_before)];
    // What joins as a partition is as the parent's by then: see BetweenLeavingAndJoining().
    const bool joins =
        d_.before.at(parent_before).id.kind == TABLE && d_.Changes(parent_before, "partition_of");
    if (parent_after >= 0 && p.after >= 0 && !joins) Edge(MakerOf(parent_after), node);
  }
}

int Graph::MakerOf(int a) const {
  auto it = create_.find(a);
  if (it != create_.end()) return it->second;
  int b = d_.to_before[static_cast<size_t>(a)];
  if (b < 0) return -1;
  it = alter_.find(b);
  return it == alter_.end() ? -1 : it->second;
}

int Graph::RemoverOf(int b) const {
  auto it = drop_.find(b);
  return it == drop_.end() ? -1 : it->second;
}

bool Graph::OnOwnIndex(int a) const {
  const std::vector<model::Edge>& needs = d_.after.Needs(a);
  return std::any_of(needs.begin(), needs.end(), [&](const model::Edge& e) {
    const model::Object& o = d_.after.at(e.to);
    return o.id.kind == INDEX && o.parent == d_.after.at(a).parent;
  });
}

int Graph::DroppedOwner(int b) const {
  for (const model::Edge& e : d_.before.Needs(b)) {
    auto it = e.field == "owned_by" ? drop_.find(e.to) : drop_.end();
    if (it != drop_.end()) return it->second;
  }
  return -1;
}

// The node whose DROP takes a partition's key with the parent's, or -1.
int Graph::DroppedParentKey(int b) const {
  for (const model::Edge& e : d_.before.Needs(b)) {
    auto it = e.field == "attached_to" ? drop_.find(e.to) : drop_.end();
    if (it == drop_.end()) continue;
    // A key of a table that was detached meanwhile stays behind.
    const int parent = d_.before.at(b).parent;
    if (d_.to_after[static_cast<size_t>(parent)] >= 0 &&
        d_.detached.count({parent, "partition_of"}) > 0) {
      continue;
    }
    return it->second;
  }
  return -1;
}

void Graph::Absorb() {
  for (const auto& [a, node] : create_) {
    int parent = d_.after.at(a).parent;
    auto it = parent < 0 ? create_.end() : create_.find(parent);
    if (it != create_.end() && nodes_[static_cast<size_t>(node)].op.action == Action::kCreate) {
      // CREATE TABLE makes no index that is not a constraint's, so what refers to one comes after.
      if ((nodes_[static_cast<size_t>(node)].op.id.kind == FOREIGN_KEY && OnOwnIndex(a)) ||
          IsOnOnly(d_.after, a)) {
        Edge(it->second, node);
      } else {
        nodes_[static_cast<size_t>(node)].absorbed_by = it->second;
      }
    }
  }
  for (const auto& [b, node] : drop_) {
    Node& n = nodes_[static_cast<size_t>(node)];
    const model::Object& o = d_.before.at(b);
    auto it = o.parent < 0 ? drop_.end() : drop_.find(o.parent);
    if (it != drop_.end()) n.absorbed_by = it->second;
    // DROP of a column or table drops the sequences that it owns; of a parent's index, those
    // attached to it.
    int with = o.id.kind == SEQUENCE ? DroppedOwner(b) : DroppedParentKey(b);
    if (with >= 0 && n.absorbed_by < 0) {
      n.absorbed_by = with;
      n.silent = true;
    }
  }
  AbsorbInherited();
  for (Node& n : nodes_) {
    if (n.absorbed_by < 0 &&
        d_.rules().follows_parent(n.op.id.kind, *(n.op.after ? n.op.after : n.op.before))) {
      n.silent = true;
    }
  }
}

void Graph::Edge(int first, int second, bool soft, const std::string& field, int field_of) {
  if (first < 0 || second < 0 || first == second) return;
  edges_.push_back({first, second, field, field_of, soft});
}

void Graph::Build() {
  AddNodes();
  AddPartial();
  AddDetached();
  Absorb();
  AddEdges();
  AlterTypesTogether();
  AfterWhatBodiesName();
  AddOwnStandIns();
}

}  // namespace autogen::diff
