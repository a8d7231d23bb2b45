// The operations on columns of partitions and of tables with INHERITS: what PostgreSQL does to them
// with the parent's is taken out of them.
#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "src/diff/graph.h"
#include "src/diff/inherited.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using model::ObjectId;

const Column& AsColumn(const Message* m) { return static_cast<const Column&>(*m); }

// PostgreSQL 18 renames no NOT NULL that comes from a parent: it has its name from the start (see
// AlterNotNull() of src/render) or keeps the parent's.
bool OnlyNotNullName(const std::vector<const FieldDescriptor*>& changed) {
  return changed.size() == 1 && changed.front()->name() == "not_null_constraint";
}

bool Has(const std::vector<const FieldDescriptor*>& fields, const char* name) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const FieldDescriptor* f) { return f->name() == name; });
}

// A type brings its own storage and compression along, also with another collation alone; SET of
// these comes down to children, but to no partition (see AlterAttributes() of src/render).
bool BringsStorage(const Operation& up, bool partition, const char* field) {
  return Has(up.changed, "type") || Has(up.changed, "collation") || up.retype ||
         (!partition && Has(up.changed, field));
}

// What an operation on the column above leaves a column without a NOT NULL of its own with; nullopt
// where it does not touch that. A constraint that is inherited no more stays, as its own.
std::optional<bool> LeavesNotNull(const Column& was, const Column& is) {
  const bool had = model::HandsDownNotNull(was), has = model::HandsDownNotNull(is);
  if (had == has) return std::nullopt;
  return has || is.not_null();
}

// Whether an operation on the column above leaves a column as it is not to be.
bool Overwrites(const Operation& up, bool partition, const Column& will, bool listed) {
  if (LeavesNotNull(AsColumn(up.before), AsColumn(up.after)).value_or(will.not_null()) !=
      will.not_null()) {
    return true;
  }
  return listed && ((!will.storage().empty() && BringsStorage(up, partition, "storage")) ||
                    (!will.compression().empty() && BringsStorage(up, partition, "compression")));
}

// Whether a field changes of the column, or of one that it comes from.
bool ChangesAbove(const Draft& d, int column, const char* field) {
  if (d.Changes(column, field)) return true;
  const model::Object& o = d.before.at(column);
  const std::vector<int> above = ColumnsAbove(d.before, o.parent, o.id.name);
  return std::any_of(above.begin(), above.end(), [&](int c) { return ChangesAbove(d, c, field); });
}

bool RetypedAbove(const Draft& d, int column) {
  if (d.retyped.count(column) > 0) return true;
  const model::Object& o = d.before.at(column);
  const std::vector<int> above = ColumnsAbove(d.before, o.parent, o.id.name);
  return std::any_of(above.begin(), above.end(), [&](int c) { return RetypedAbove(d, c); });
}

// With what PostgreSQL hands down, where the column is listed for something else alone.
Column WithInherited(const model::Catalog& catalog, const ObjectId& id, const Column& own) {
  const Column whole = model::WholeColumn(&catalog, id, own);
  Column column = own;
  column.set_type(whole.type());
  column.set_not_null(whole.not_null());
  if (whole.has_collation()) *column.mutable_collation() = whole.collation();
  return column;
}

}  // namespace

// What is done to a column of a table is done to that column of its partitions and children by
// PostgreSQL itself.
void Graph::AbsorbInherited() {
  KeepWhatParentsDrop();
  MakeRoomForParents();
  KeepOwnOfChildren();
  KeepOwnDefaults();
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Node& n = nodes_[i];
    if (n.op.id.kind != COLUMN || n.absorbed_by >= 0) continue;
    const bool on_before = n.after < 0 || n.before >= 0;
    const int table =
        (on_before ? d_.before : d_.after).Find({TABLE, n.op.id.schema, "", n.op.id.parent});
    const int maker = OperationAbove(n.op, on_before, table);
    const int node = static_cast<int>(i);
    if (maker < 0) {
      if (n.op.action == Action::kAlter) FollowRebuild(node);
    } else if (n.op.action == Action::kDrop) {
      FollowDrop(node, maker);
    } else if (n.op.action == Action::kCreate) {
      FollowCreate(node, maker);
    } else {
      FollowAlter(node, maker);
    }
  }
}

// A child that has as its own what its parent drops keeps it, with its values. (A column that
// comes from a parent alone need not be listed on the child, so to the child it is new.)
void Graph::KeepWhatParentsDrop() {
  for (const auto& [a, node] : create_) {
    if (d_.after.at(a).id.kind == COLUMN) KeepColumn(a, node);
  }
  for (const auto& [b, node] : alter_) {
    if (d_.before.at(b).id.kind != COLUMN || d_.to_after[static_cast<size_t>(b)] < 0) continue;
    if (AsColumn(&d_.Before(b)).inherited()) KeepColumn(d_.to_after[static_cast<size_t>(b)], node);
  }
}

void Graph::KeepColumn(int a, int node) {
  const model::Object& o = d_.after.at(a);
  const int table = d_.to_before[static_cast<size_t>(o.parent)];
  if (table < 0 || drop_.count(table) > 0) return;
  // A partition has no column that its parent lacks: one that is rebuilt goes and comes with it.
  const auto& below = static_cast<const Table&>(*d_.before.at(table).message);
  if (below.has_partition_of() && ParentsStay(d_, table)) return;
  for (int column : ColumnsAbove(d_.before, table, o.id.name)) {
    auto dropped = drop_.find(column);
    const int parent = d_.before.at(column).parent;
    if (dropped == drop_.end() || drop_.count(parent) > 0) continue;
    // What comes from a parent alone goes and comes with that.
    const bool comes_back = create_.count(d_.to_after[static_cast<size_t>(column)]) > 0;
    if (comes_back && AsColumn(o.message).inherited()) continue;
    Edge(dropped->second, node);
    // A table between them, which loses it, would keep it as well.
    const std::vector<int> parents = model::ParentTables(d_.before, table);
    if (std::find(parents.begin(), parents.end(), parent) == parents.end()) continue;
    nodes_[static_cast<size_t>(dropped->second)].op.only = true;
    Column was;
    model::FromParent(&d_.before, o.id, &was);
    const int b = d_.to_before[static_cast<size_t>(a)];
    if (b >= 0) was = model::WholeColumn(&d_.before, o.id, AsColumn(&d_.Before(b)));
    was.set_inherited(AsColumn(o.message).inherited());
    Node& keep = nodes_[static_cast<size_t>(node)];
    keep.op.action = Action::kAlter;
    keep.op.before = Own(std::make_shared<Column>(was));
    keep.op.changed = model::ChangedFields(*keep.op.before, *keep.op.after, d_.options.compare);
    keep.silent = keep.op.changed.empty();
  }
}

// Conversely, the child's own one is dropped before the parent's comes down to it.
void Graph::MakeRoomForParents() {
  for (const auto& [b, node] : drop_) {
    const model::Object& o = d_.before.at(b);
    const int table = o.id.kind == COLUMN ? d_.to_after[static_cast<size_t>(o.parent)] : -1;
    if (table < 0) continue;
    for (int column : ColumnsAbove(d_.after, table, o.id.name)) {
      auto made = create_.find(column);
      if (made != create_.end()) Edge(node, made->second);
    }
  }
}

// What is done to a parent's column comes down to every child: one that is to stay as it is needs a
// step of its own.
void Graph::KeepOwnOfChildren() {
  const size_t n = nodes_.size();
  for (size_t i = 0; i < n; ++i) {
    const Operation op = nodes_[i].op;
    if (op.id.kind != COLUMN || op.action != Action::kAlter || nodes_[i].before < 0) continue;
    KeepOwnBelow(d_.before.at(nodes_[i].before).parent, op);
  }
}

void Graph::KeepOwnBelow(int table, const Operation& up) {
  for (int child : TablesBelow(d_.before, table)) {
    if (!ParentsStay(d_, child)) continue;
    const ObjectId& tid = d_.before.at(child).id;
    const ObjectId id = {COLUMN, tid.schema, tid.name, up.id.name};
    const int b = d_.before.Find(id), a = d_.after.Find(id);
    if ((b >= 0 && (alter_.count(b) > 0 || drop_.count(b) > 0)) ||
        (a >= 0 && create_.count(a) > 0)) {
      continue;
    }
    Column was, will;
    bool there = model::FromParent(&d_.before, id, &was) && model::FromParent(&d_.after, id, &will);
    if (b >= 0) was = WithInherited(d_.before, id, AsColumn(d_.before.at(b).message));
    if (a >= 0) will = WithInherited(d_.after, id, AsColumn(d_.after.at(a).message));
    const bool partition = static_cast<const Table&>(d_.Before(child)).has_partition_of();
    if (!there || !Overwrites(up, partition, will, a >= 0)) {
      KeepOwnBelow(child, up);
      continue;
    }
    const int node = Add(Action::kAlter, b, a);
    Operation& op = nodes_.back().op;
    op.id = id;
    op.before = Own(std::make_shared<Column>(was));
    op.after = Own(std::make_shared<Column>(will));
    if (b >= 0) {
      alter_[b] = node;
    } else if (a >= 0) {
      create_[a] = node;
    }
  }
}

// The same operation on the column that a column comes from: the nearest one above.
int Graph::OperationAbove(const Operation& op, bool on_before, int table) const {
  const model::Catalog& side = on_before ? d_.before : d_.after;
  // Only where the membership stands on both sides.
  if (!ParentsStay(d_, on_before ? table : d_.to_before[static_cast<size_t>(table)])) return -1;
  for (int parent : model::ParentTables(side, table)) {
    const ObjectId& id = side.at(parent).id;
    const int column = side.Find({COLUMN, id.schema, id.name, op.id.name});
    if (column >= 0) {
      const int was = on_before ? column : d_.to_before[static_cast<size_t>(column)];
      const std::map<int, int>& nodes = op.action == Action::kCreate ? create_
                                        : op.action == Action::kDrop ? drop_
                                                                     : alter_;
      auto found = nodes.find(op.action == Action::kAlter ? was : column);
      if (found != nodes.end()) return found->second;
    }
    const int above = OperationAbove(op, on_before, parent);
    if (above >= 0) return above;
  }
  return -1;
}

void Graph::FollowDrop(int node, int maker) {
  if (nodes_[static_cast<size_t>(maker)].op.only) {
    Edge(maker, node);
  } else {
    AbsorbInto(node, maker);
  }
}

void Graph::TakeNotNullName(const Operation& above, const ObjectId& id, Column* column) const {
  if (d_.options.server_version < 180000 || !column->not_null()) return;
  model::TakeNotNullName(AsColumn(above.after), above.id, id, column);
}

// What comes down from the parent is as the parent has it; what differs is altered after it.
void Graph::FollowCreate(int node, int maker) {
  Operation& op = nodes_[static_cast<size_t>(node)].op;
  const Operation& up = nodes_[static_cast<size_t>(maker)].op;
  auto inherited =
      std::make_shared<Column>(model::WholeColumn(&d_.after, up.id, AsColumn(up.after)));
  inherited->set_inherited(AsColumn(op.after).inherited());
  inherited->clear_identity();
  inherited->clear_statistics();
  inherited->clear_with();
  inherited->clear_comment();
  inherited->clear_grant();
  inherited->clear_revoke();
  inherited->clear_security_label();
  TakeNotNullName(up, op.id, inherited.get());
  auto wanted = std::make_shared<Column>(model::WholeColumn(&d_.after, op.id, AsColumn(op.after)));
  std::vector<const FieldDescriptor*> rest =
      model::ChangedFields(*inherited, *wanted, d_.options.compare);
  if (rest.empty() || OnlyNotNullName(rest)) return AbsorbInto(node, maker);
  op.action = Action::kAlter;
  op.before = Own(std::move(inherited));
  op.after = Own(std::move(wanted));
  op.changed = std::move(rest);
  Edge(maker, node);
}

// What is left to do for the child's own when the parent's column was dropped and added.
void Graph::FollowRebuild(int node) {
  Operation op = nodes_[static_cast<size_t>(node)].op;
  const int table = d_.after.Find({TABLE, op.id.schema, "", op.id.parent});
  op.action = Action::kCreate;
  const int maker = table < 0 ? -1 : OperationAbove(op, /*on_before=*/false, table);
  const bool rebuilt =
      maker >= 0 &&
      d_.to_before[static_cast<size_t>(nodes_[static_cast<size_t>(maker)].after)] >= 0;
  if (rebuilt && AsColumn(op.after).inherited()) FollowCreate(node, maker);
}

// The column as it is when the parent's was altered; what is left to do for the child's own.
void Graph::FollowAlter(int node, int maker) {
  Operation& op = nodes_[static_cast<size_t>(node)].op;
  const Operation& up = nodes_[static_cast<size_t>(maker)].op;
  const Column was = WithInherited(d_.before, op.id, AsColumn(op.before));
  const Column will = WithInherited(d_.after, op.id, AsColumn(op.after));
  // As it was matched: the parent's own parent may have taken a part of the operation.
  const int above_before = nodes_[static_cast<size_t>(maker)].before;
  const Column above =
      WithInherited(d_.before, up.id, AsColumn(d_.before.at(above_before).message));
  const bool own_not_null = d_.options.server_version >= 180000 &&
                            model::NotNullName(was, op.id) != model::NotNullName(above, up.id);
  auto moved = std::make_shared<Column>(was);
  if (ChangesAbove(d_, above_before, "type")) moved->set_type(will.type());
  if (ChangesAbove(d_, above_before, "collation")) {
    if (will.has_collation()) {
      *moved->mutable_collation() = will.collation();
    } else {
      moved->clear_collation();
    }
  }
  // DROP EXPRESSION comes down; PostgreSQL refuses it for a column that comes from a parent.
  if (!will.has_generated() && ChangesAbove(d_, above_before, "generated")) {
    moved->clear_generated();
  }
  const std::optional<bool> not_null = LeavesNotNull(above, AsColumn(up.after));
  const bool let_go = not_null && *not_null && !model::HandsDownNotNull(AsColumn(up.after));
  // One of the partition's own, by its name, stays.
  if (not_null && (!own_not_null || *not_null || will.not_null())) moved->set_not_null(*not_null);
  // With another type both are reset, and what the parent sets afterwards comes down.
  const int table = d_.before.Find({TABLE, op.id.schema, "", op.id.parent});
  const bool partition = static_cast<const Table&>(d_.Before(table)).has_partition_of();
  if (BringsStorage(up, partition, "storage")) {
    moved->set_storage(partition || will.storage().empty() ? "" : AsColumn(up.after).storage());
  }
  if (BringsStorage(up, partition, "compression")) {
    moved->set_compression(
        partition || will.compression().empty() ? "" : AsColumn(up.after).compression());
  }
  if (RetypedAbove(d_, above_before)) op.retype = false;
  if (RenewsDefault(d_, above_before)) TakeDefaultFromTops(above_before, moved.get(), will);
  // SET NOT NULL and RENAME CONSTRAINT come down with the name, too.
  if (was.not_null() ? model::HandsDownNotNull(above) && !own_not_null : not_null.has_value()) {
    TakeNotNullName(up, op.id, moved.get());
  }
  op.changed = model::ChangedFields(*moved, will, d_.options.compare);
  Edge(maker, node);
  if (op.changed.empty() || (OnlyNotNullName(op.changed) && !let_go)) {
    return AbsorbInto(node, maker);
  }
  op.before = Own(std::move(moved));
  op.after = Own(std::make_shared<Column>(will));
}

// A column that is listed for its default alone does not change with its parent's type, but what is
// done to the parent's default would come down to it.
void Graph::KeepOwnDefaults() {
  for (size_t i = 0; i < d_.fate.size(); ++i) {
    const int b = static_cast<int>(i);
    const model::Object& o = d_.before.at(b);
    if (o.id.kind != COLUMN || d_.fate[i] != Fate::kKeep || alter_.count(b) > 0) continue;
    if (AsColumn(o.message).default_().empty() || drop_.count(b) > 0) continue;
    if (!ColumnsAbove(d_.before, o.parent, o.id.name).empty() && ParentsStay(d_, o.parent) &&
        RenewsDefault(d_, b)) {
      alter_[b] = Add(Action::kAlter, b, d_.to_after[i]);
    }
  }
}

// What is done to the default at the top, around the change of the type, comes down: from the last
// one that sets it, where several tables hand the column down.
void Graph::TakeDefaultFromTops(int above, Column* moved, const Column& will) {
  std::set<int> nodes;
  for (int top : TopsThatRenew(above)) nodes.insert(alter_[top]);
  std::string comes_down;
  for (int node : nodes) {
    Operation& retype = nodes_[static_cast<size_t>(node)].op;
    retype.clear_default |= !moved->default_().empty();
    if (!AsColumn(retype.after).default_().empty()) comes_down = AsColumn(retype.after).default_();
  }
  // Else it has the default of its parents, and is listed for something else.
  if (will.inherited() && will.default_().empty()) return;
  moved->set_default_(comes_down.empty() && will.default_() == "NULL" ? "NULL" : comes_down);
}

// The column, or those of the uppermost tables that it comes from whose defaults are set again.
std::vector<int> Graph::TopsThatRenew(int column) const {
  std::vector<int> tops;
  const model::Object& o = d_.before.at(column);
  for (int above : ColumnsAbove(d_.before, o.parent, o.id.name)) {
    if (!RenewsDefault(d_, above)) continue;
    const std::vector<int> higher = TopsThatRenew(above);
    tops.insert(tops.end(), higher.begin(), higher.end());
  }
  if (tops.empty()) tops.push_back(column);
  return tops;
}

}  // namespace autogen::diff
