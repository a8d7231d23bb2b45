#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/model/compare.h"
#include "src/model/inheritance.h"
#include "src/render/definition.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

bool Lists(const Table& table, const Name& parent) {
  std::string name = SqlName(parent);
  return std::any_of(table.inherits().begin(), table.inherits().end(),
                     [&](const Name& n) { return SqlName(n) == name; });
}

bool HasCheck(const Table* table, const Check& check) {
  return table != nullptr &&
         std::any_of(table->check().begin(), table->check().end(), [&](const Check& c) {
           return c.name() == check.name() && c.expression() == check.expression();
         });
}

// A table keeps its parent's checks when it leaves.
void DropParentChecks(const Operation& op, const Table& before, Context& context) {
  const Table* wanted = model::FindTable(context.plan.after.get(), op.id.schema, op.id.name);
  for (const Check& check : before.check()) {
    if (!check.inherited() || HasCheck(wanted, check)) continue;
    model::ObjectId id{CHECK, op.id.schema, op.id.name, check.name()};
    context.Add(
        absl::StrCat(AlterTable(id, context), " DROP CONSTRAINT ", sql::Ident(check.name())));
  }
}

// A partition that leaves keeps copies of its parents' foreign keys, unless those are gone by then.
// (Copies that are wanted as they are stay, see Match(); so do those that the next parent has.)
void DropParentForeignKeys(const Operation& op, const Table& before, Context& context) {
  const Table* wanted = FindTable(context.plan.after.get(), op.id.schema, op.id.name);
  const Table* parent = &before;
  while (wanted != nullptr && parent != nullptr && parent->has_partition_of()) {
    parent = FindTable(context.plan.before.get(), parent->partition_of().schema(),
                       parent->partition_of().table());
    if (parent == nullptr) return;
    for (const ForeignKey& key : parent->foreign_key()) {
      const ForeignKey* next =
          model::InheritedForeignKey(context.plan.after.get(), *wanted, key.name());
      if (next != nullptr && model::ChangedFields(key, *next, {}).empty()) continue;
      if (std::any_of(wanted->foreign_key().begin(), wanted->foreign_key().end(),
                      [&](const ForeignKey& own) {
                        return own.name() == key.name() &&
                               model::ChangedFields(key, own, {}).empty();
                      })) {
        continue;
      }
      context.Add(absl::StrCat("ALTER TABLE ", SqlName(before, op.id),
                               " DROP CONSTRAINT IF EXISTS ", sql::Ident(key.name())));
    }
  }
}

// What a table inherited is its own when it leaves its parents: what is not wanted, and comes from
// no parent in the end, is dropped.
void DropLeftColumns(const Operation& op, const std::vector<Name>& left, Context& context) {
  const Table* had = model::FindTable(context.plan.before.get(), op.id.schema, op.id.name);
  const Table* wanted = model::FindTable(context.plan.after.get(), op.id.schema, op.id.name);
  if (left.empty() || had == nullptr || wanted == nullptr) return;
  DropParentChecks(op, *had, context);
  std::set<std::string> kept;
  for (const Table* table : {had, wanted}) {
    for (const Column& c : table->column()) kept.insert(c.name());
  }
  for (const Name& parent : left) {
    const Table* from = model::FindTable(context.plan.before.get(), parent.schema(), parent.name());
    if (from == nullptr) continue;
    for (const Column& column : from->column()) {
      if (!kept.insert(column.name()).second ||
          model::InheritedColumn(context.plan.after.get(), *wanted, column.name()) != nullptr) {
        continue;
      }
      model::ObjectId id{COLUMN, op.id.schema, op.id.name, column.name()};
      context.Add(id,
                  absl::StrCat(AlterTable(id, context), " DROP COLUMN ", sql::Ident(column.name())),
                  "drop column");
    }
  }
}

void AlterInherits(const Operation& op, const Table& before, const Table& after,
                   const std::string& alter, Context& context) {
  std::vector<Name> left;
  for (const Name& parent : before.inherits()) {
    if (Lists(after, parent)) continue;
    context.Add(op, absl::StrCat(alter, " NO INHERIT ", SqlName(parent)), "stop inheriting");
    left.push_back(parent);
  }
  DropLeftColumns(op, left, context);
  for (const Name& parent : after.inherits()) {
    if (Lists(before, parent)) continue;
    context.Add(op, absl::StrCat(alter, " INHERIT ", SqlName(parent)), "inherit");
  }
}

// Whether the plan makes the sequence, and before that operation.
bool IsMadeBefore(const model::ObjectId& sequence, const Operation& op, const Context& context) {
  for (const Operation& other : context.plan.operations) {
    if (other.id == op.id && other.action == op.action && other.after == op.after) return false;
    if (other.id == sequence && other.action == diff::Action::kCreate) return true;
  }
  return false;
}

bool IsOwnedBy(const Sequence& s, const model::ObjectId& table) {
  const Sequence::OwnedBy& owner = s.owned_by();
  return owner.table() == table.name &&
         (owner.schema().empty() ? s.schema() : owner.schema()) == table.schema;
}

// Whether the sequence belongs to the operation's table until a later operation takes it away.
bool IsReleasedAfter(const model::ObjectId& sequence, const Operation& op, const Context& context) {
  const int before = context.plan.before->Find(sequence);
  if (before < 0) return false;
  const auto& was = static_cast<const Sequence&>(*context.plan.before->at(before).message);
  bool passed = false;
  for (const Operation& other : context.plan.operations) {
    passed |= other.id == op.id && other.action == op.action && other.after == op.after;
    if (passed && other.id == sequence) return IsOwnedBy(was, op.id);
  }
  return false;
}

// SET UNLOGGED and SET LOGGED take the sequences along that the table's columns own.
void KeepSequencesLogged(const Table& after, const Operation& op, Context& context) {
  if (!context.AtLeast(15) || context.plan.after == nullptr) return;
  auto keep = [&](const std::string& name, bool unlogged) {
    if (unlogged == after.unlogged()) return;
    context.Add(absl::StrCat("ALTER SEQUENCE ", name, unlogged ? " SET UNLOGGED" : " SET LOGGED"));
  };
  for (const Sequence& s : context.plan.after->schema().sequence()) {
    const model::ObjectId id{SEQUENCE, s.schema(), "", s.name()};
    const bool is_there = context.plan.before->Find(id) >= 0 || IsMadeBefore(id, op, context);
    if (!(IsOwnedBy(s, op.id) && is_there) && !IsReleasedAfter(id, op, context)) continue;
    keep(sql::Qualified(s.schema(), s.name()), s.unlogged());
  }
  for (const Column& c : after.column()) {
    const model::ObjectId id{COLUMN, op.id.schema, op.id.name, c.name()};
    const int before = context.plan.before->Find(id);
    // One that the column gets only now is set when it is made; one that is renamed, before that.
    if (!c.has_identity() || before < 0) continue;
    const auto& was = static_cast<const Column&>(*context.plan.before->at(before).message);
    if (!was.has_identity()) continue;
    keep(sql::Qualified(op.id.schema, IdentitySequence(was.identity(), id)),
         after.unlogged() || c.identity().unlogged());
  }
}

// A partition must have its parent's checks before it joins.
absl::Status AddParentChecks(const Operation& op, const Table& after, Context& context) {
  const Table* before = model::FindTable(context.plan.before.get(), op.id.schema, op.id.name);
  for (const Check& check : ParentChecks(after, context)) {
    if (HasCheck(before, check)) continue;
    model::ObjectId id{CHECK, op.id.schema, op.id.name, check.name()};
    ASSIGN_OR_RETURN(std::string definition, ConstraintDefinition(check, id, context));
    context.Add(absl::StrCat(AlterTable(id, context), " ADD ", definition));
  }
  return absl::OkStatus();
}

// A changed bound is a detach and an attach.
absl::Status AlterPartition(const Operation& op, const Table& before, const Table& after,
                            Context& context) {
  if (before.has_partition_of()) {
    context.Add(op,
                absl::StrCat("ALTER TABLE ", ParentName(before), " DETACH PARTITION ",
                             SqlName(before, op.id)),
                "detach partition");
    DropParentChecks(op, before, context);
    DropParentForeignKeys(op, before, context);
  }
  RETURN_IF_ERROR(AddParentChecks(op, after, context));
  AttachPartition(op, after, context);
  return absl::OkStatus();
}

absl::Status AlterAccessMethod(const Operation& op, const Table& after, const std::string& alter,
                               Context& context) {
  if (!context.AtLeast(15)) {
    return absl::UnimplementedError(
        absl::StrCat(model::Describe(op.id), ": changing the access method needs PostgreSQL 15"));
  }
  std::string method = after.access_method().empty() ? "heap" : after.access_method();
  context.Add(op, absl::StrCat(alter, " SET ACCESS METHOD ", sql::Ident(method)),
              "change access method");
  return absl::OkStatus();
}

void AlterStorage(const Operation& op, const Table& before, const Table& after,
                  const std::string& alter, Context& context) {
  if (context.Changed(op, "unlogged")) {
    context.Add(op, absl::StrCat(alter, after.unlogged() ? " SET UNLOGGED" : " SET LOGGED"),
                after.unlogged() ? "make unlogged" : "make logged");
    KeepSequencesLogged(after, op, context);
  }
  if (context.Changed(op, "tablespace")) {
    std::string space = after.tablespace().empty() ? "pg_default" : sql::Ident(after.tablespace());
    context.Add(op, absl::StrCat(alter, " SET TABLESPACE ", space), "move to another tablespace");
  }
  if (context.Changed(op, "with")) {
    OptionChanges changes = DiffOptions(before.with(), after.with());
    if (!changes.set.empty()) context.Add(absl::StrCat(alter, " SET (", changes.set, ")"));
    if (!changes.reset.empty()) context.Add(absl::StrCat(alter, " RESET (", changes.reset, ")"));
  }
}

void AlterFlags(const Operation& op, const Table& after, const std::string& alter,
                Context& context) {
  if (context.Changed(op, "replica_identity")) {
    context.Add(op, absl::StrCat(alter, " ", ReplicaIdentityText(after)),
                "change replica identity");
  }
  if (context.Changed(op, "cluster_on")) {
    context.Add(after.cluster_on().empty()
                    ? absl::StrCat(alter, " SET WITHOUT CLUSTER")
                    : absl::StrCat(alter, " CLUSTER ON ", sql::Ident(after.cluster_on())));
  }
  if (context.Changed(op, "row_security")) {
    context.Add(
        op,
        absl::StrCat(alter, after.row_security() ? " ENABLE" : " DISABLE", " ROW LEVEL SECURITY"),
        after.row_security() ? "enable row security" : "disable row security");
  }
  if (context.Changed(op, "force_row_security")) {
    context.Add(absl::StrCat(alter, after.force_row_security() ? " FORCE" : " NO FORCE",
                             " ROW LEVEL SECURITY"));
  }
}

}  // namespace

absl::Status AlterTableFields(const Operation& op, Context& context) {
  const auto& before = static_cast<const Table&>(*op.before);
  const auto& after = static_cast<const Table&>(*op.after);
  std::string alter = absl::StrCat("ALTER ", SqlKeyword(after), " ", SqlName(after, op.id));
  AlterStorage(op, before, after, alter, context);
  if (context.Changed(op, "access_method")) {
    absl::Status status = AlterAccessMethod(op, after, alter, context);
    if (!status.ok()) return status;
  }
  if (context.Changed(op, "inherits")) AlterInherits(op, before, after, alter, context);
  if (context.Changed(op, "of_type")) {
    context.Add(op,
                after.has_of_type() ? absl::StrCat(alter, " OF ", SqlName(after.of_type()))
                                    : absl::StrCat(alter, " NOT OF"),
                "change OF type");
  }
  if (context.Changed(op, "foreign")) {
    std::string options = DiffForeignOptions(before.foreign().option(), after.foreign().option());
    if (!options.empty()) context.Add(absl::StrCat(alter, " OPTIONS (", options, ")"));
  }
  AlterFlags(op, after, alter, context);
  if (!context.Changed(op, "partition_of")) return absl::OkStatus();
  return AlterPartition(op, before, after, context);
}

std::string ReplicaIdentityText(const Table& table) {
  switch (table.replica_identity().mode()) {
    case Table::ReplicaIdentity::FULL:
      return "REPLICA IDENTITY FULL";
    case Table::ReplicaIdentity::NOTHING:
      return "REPLICA IDENTITY NOTHING";
    case Table::ReplicaIdentity::INDEX:
      return absl::StrCat("REPLICA IDENTITY USING INDEX ",
                          sql::Ident(table.replica_identity().index()));
    default:  // what every table has at first
      return "REPLICA IDENTITY DEFAULT";
  }
}

}  // namespace autogen::render
