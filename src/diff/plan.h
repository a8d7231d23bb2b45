// The difference between two catalogs as data: an ordered list of operations.
#ifndef AUTOGEN_DIFF_PLAN_H_
#define AUTOGEN_DIFF_PLAN_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "src/model/catalog.h"
#include "src/model/uncompared_privileges.h"

namespace autogen::diff {

enum class Action { kCreate, kDrop, kAlter, kRename };

// One step. `before` and `after` are whole objects (the messages of the two catalogs, or
// clones owned by the plan); create has only `after`, drop only `before`.
struct Operation {
  Action action = Action::kCreate;
  model::ObjectId id;      // create, alter, rename: the name after; drop: the name before
  model::ObjectId old_id;  // rename: the name before
  // kRename with id == old_id: renamed labels of an enum, attributes of a composite type (old,
  // new).
  std::vector<std::pair<std::string, std::string>> parts;
  const google::protobuf::Message* before = nullptr;
  const google::protobuf::Message* after = nullptr;
  // kAlter: the fields that differ (model::ChangedFields).
  std::vector<const google::protobuf::FieldDescriptor*> changed;
  // Children that are created (kCreate) or dropped (kDrop) together with this object in one
  // statement or directly after it: columns, constraints, indexes of a new table. A create of a
  // table renders just the children that are listed here; a drop needs nothing for them.
  std::vector<Operation> folded;
  // Recreated after it had to be dropped for another object's sake (its name): "rebuilt for column
  // public.t.a".
  std::string because;
  // Recreated with the owner and privileges that `after` carries, even where these are not managed.
  bool restore = false;
  // kCreate, kAlter of a view: its columns alone, as NULLs of their types, for what its own query
  // needs or what it is to let go. Another operation of the same object follows.
  bool stand_in = false;
  // kCreate of a view that has a stand-in by then.
  bool over_stand_in = false;
  // kDrop of a column that a child table keeps as its own: ALTER TABLE ONLY.
  bool only = false;
  // kAlter of a column: the type must be rewritten although its name is the same (a type that was
  // swapped).
  bool retype = false;
  // With it: the column of a child table has a default of its own, which would block the change.
  bool clear_default = false;
  // kAlter of a column: those, itself among them, whose type changes in one statement, because a
  // table inherits the column from all of their tables. The first one's operation does it.
  std::vector<model::ObjectId> together;
};

struct Plan {
  std::vector<Operation> operations;
  std::shared_ptr<const model::Catalog> before;
  std::shared_ptr<const model::Catalog> after;
  // What the rename operations' messages belong to, where there are any.
  std::shared_ptr<const model::Catalog> renamed;
  // Role for which the default privileges in force count, "" where unknown.
  std::string current_user;
  // As it was before the plan.
  model::UncomparedPrivileges uncompared;
  // Messages that belong to no catalog.
  std::vector<std::shared_ptr<google::protobuf::Message>> owned;
  bool empty() const { return operations.empty(); }
};

// "add column public.tasks.score", one line an operation.
std::string PrintPlan(const Plan& plan);
// {"operations":[{"action":"create","kind":"column","object":"public.tasks.score","before":…,"after":…,"changed":[…]}]}
std::string PlanToJson(const Plan& plan);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_PLAN_H_
