// Columns of partitions and of tables with INHERITS: what PostgreSQL does to them by itself.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "src/diff/graph.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using model::ObjectId;

// PostgreSQL 18 renames no NOT NULL that comes from a parent: it has its name from the start (see
// AlterNotNull() of src/render) or keeps the parent's.
bool OnlyNotNullName(const std::vector<const FieldDescriptor*>& changed) {
  return changed.size() == 1 && changed.front()->name() == "not_null_constraint";
}

}  // namespace

// What is done to a column of a table is done to that column of its partitions and children by
// PostgreSQL itself.
void Graph::AbsorbInherited() {
  // The column, or that of the uppermost table that it comes from and that is retyped as well.
  auto topmost_retyped = [&](int column) {
    for (bool climbs = true; climbs;) {
      climbs = false;
      for (int parent : model::ParentTables(d_.before, d_.before.at(column).parent)) {
        const ObjectId& pid = d_.before.at(parent).id;
        const int above =
            d_.before.Find({COLUMN, pid.schema, pid.name, d_.before.at(column).id.name});
        if (above < 0 || d_.retyped.count(above) == 0) continue;
        column = above;
        climbs = true;
        break;
      }
    }
    return column;
  };
  // A child that has as its own what its parent drops keeps it, with its values. (A column that
  // comes from a parent alone is not listed on the child, so to the child it is new.)
  for (const auto& [a, node] : create_) {
    const model::Object& o = d_.after.at(a);
    if (o.id.kind != COLUMN) continue;
    int table = d_.to_before[static_cast<size_t>(o.parent)];
    if (table < 0 || drop_.count(table) > 0) continue;
    for (int parent : model::ParentTables(d_.before, table)) {
      const ObjectId& pid = d_.before.at(parent).id;
      int column = d_.before.Find({COLUMN, pid.schema, pid.name, o.id.name});
      auto dropped = drop_.find(column);
      if (dropped == drop_.end() || drop_.count(parent) > 0) continue;
      nodes_[static_cast<size_t>(dropped->second)].op.only = true;
      Node& keep = nodes_[static_cast<size_t>(node)];
      keep.op.action = Action::kAlter;
      keep.op.before = d_.before.at(column).message;
      keep.op.changed = model::ChangedFields(*keep.op.before, *keep.op.after, d_.options.compare);
      keep.silent = keep.op.changed.empty();
      Edge(dropped->second, node);
    }
  }
  // The other way round: the child's own one goes before the parent's comes down to it.
  for (const auto& [b, node] : drop_) {
    const model::Object& o = d_.before.at(b);
    int table = o.id.kind == COLUMN ? d_.to_after[static_cast<size_t>(o.parent)] : -1;
    if (table < 0) continue;
    for (int parent : model::ParentTables(d_.after, table)) {
      const ObjectId& pid = d_.after.at(parent).id;
      auto made = create_.find(d_.after.Find({COLUMN, pid.schema, pid.name, o.id.name}));
      if (made != create_.end()) Edge(node, made->second);
    }
  }
  for (size_t i = 0; i < nodes_.size(); ++i) {
    Node& n = nodes_[i];
    if (n.op.id.kind != COLUMN || n.absorbed_by >= 0) continue;
    bool on_before = n.before >= 0;
    const model::Catalog& side = on_before ? d_.before : d_.after;
    int table = side.at(on_before ? n.before : n.after).parent;
    // Only where the membership stands on both sides.
    int b = on_before ? table : d_.to_before[static_cast<size_t>(table)];
    if (b < 0 || d_.to_after[static_cast<size_t>(b)] < 0 ||
        d_.detached.count({b, "partition_of"}) > 0 || d_.Changes(b, "inherits")) {
      continue;
    }
    for (int parent : model::ParentTables(side, table)) {
      const ObjectId& pid = side.at(parent).id;
      int column = side.Find({COLUMN, pid.schema, pid.name, n.op.id.name});
      if (column < 0) continue;
      int maker = -1;
      if (n.op.action == Action::kCreate) maker = create_.count(column) ? create_[column] : -1;
      if (n.op.action == Action::kDrop) maker = drop_.count(column) ? drop_[column] : -1;
      if (n.op.action == Action::kAlter) {
        int was = on_before ? column : d_.to_before[static_cast<size_t>(column)];
        maker = alter_.count(was) ? alter_[was] : -1;
      }
      if (maker < 0) continue;
      const Operation& up = nodes_[static_cast<size_t>(maker)].op;
      if (n.op.action == Action::kDrop) {
        if (nodes_[static_cast<size_t>(maker)].op.only) {
          Edge(maker, static_cast<int>(i));
          break;
        }
        n.absorbed_by = maker;
        n.silent = true;
        break;
      }
      auto take_name = [&](Column* column) {
        if (d_.options.server_version < 180000 || !column->not_null()) return;
        model::TakeNotNullName(static_cast<const Column&>(*up.after), up.id, n.op.id, column);
      };
      // What comes down from the parent is as the parent has it; what differs is altered after it.
      model::CompareOptions all = d_.options.compare;
      if (n.op.action == Action::kCreate) {
        std::shared_ptr<Message> inherited(up.after->New());
        inherited->CopyFrom(*up.after);
        static_cast<Column*>(inherited.get())
            ->set_inherited(static_cast<const Column*>(n.op.after)->inherited());
        static_cast<Column*>(inherited.get())->clear_comment();
        take_name(static_cast<Column*>(inherited.get()));
        std::vector<const FieldDescriptor*> rest =
            model::ChangedFields(*inherited, *n.op.after, all);
        if (rest.empty() || OnlyNotNullName(rest)) {
          n.absorbed_by = maker;
          n.silent = true;
        } else {
          n.op.action = Action::kAlter;
          n.op.before = Own(std::move(inherited));
          n.op.changed = std::move(rest);
          Edge(maker, static_cast<int>(i));
        }
        break;
      }
      std::shared_ptr<Message> moved(n.op.before->New());
      moved->CopyFrom(*n.op.before);
      // As it was matched: the parent's own parent may have taken a part of the operation.
      const int above_before = nodes_[static_cast<size_t>(maker)].before;
      const auto& was = static_cast<const Column&>(*n.op.before);
      const auto& above = static_cast<const Column&>(d_.Before(above_before));
      const bool own_not_null =
          d_.options.server_version >= 180000 &&
          model::NotNullName(was, n.op.id) != model::NotNullName(above, up.id);
      for (const FieldDescriptor* f : d_.changed[static_cast<size_t>(above_before)]) {
        const std::string& name = f->name();
        if (name != "type" && name != "collation" && name != "not_null") continue;
        if (!model::SameField(*up.after, *n.op.after, f)) continue;
        // One of the partition's own, by its name, stays.
        if (name == "not_null" && own_not_null &&
            !static_cast<const Column&>(*up.after).not_null()) {
          continue;
        }
        const google::protobuf::Reflection* r = moved->GetReflection();
        if (f->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
          r->SetString(moved.get(), f, r->GetString(*n.op.after, f));
        } else if (f->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
          r->SetBool(moved.get(), f, r->GetBool(*n.op.after, f));
        } else {
          r->ClearField(moved.get(), f);
          if (r->HasField(*n.op.after, f)) {
            r->MutableMessage(moved.get(), f)->CopyFrom(r->GetMessage(*n.op.after, f));
          }
        }
      }
      if (n.op.retype && d_.retyped.count(above_before) > 0) {
        n.op.retype = false;
        // What is done to the default around that, at the top, comes down as well.
        auto* column = static_cast<Column*>(moved.get());
        const int top = topmost_retyped(above_before);
        Operation& retype = nodes_[static_cast<size_t>(alter_[top])].op;
        retype.clear_default |= !column->default_().empty();
        column->set_default_(static_cast<const Column&>(*retype.after).default_());
      }
      // SET NOT NULL and RENAME CONSTRAINT come down with the name, too.
      if (was.not_null() ? above.not_null() && !own_not_null
                         : above.not_null() != static_cast<const Column&>(*up.after).not_null()) {
        take_name(static_cast<Column*>(moved.get()));
      }
      n.op.changed = model::ChangedFields(*moved, *n.op.after, all);
      Edge(maker, static_cast<int>(i));
      if (n.op.changed.empty() || OnlyNotNullName(n.op.changed)) {
        n.absorbed_by = maker;
        n.silent = true;
      } else {
        n.op.before = Own(std::move(moved));
      }
      break;
    }
  }
}

}  // namespace autogen::diff
