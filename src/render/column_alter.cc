#include "absl/strings/str_cat.h"
#include "src/model/compare.h"
#include "src/model/inheritance.h"
#include "src/render/column_parts.h"
#include "src/render/continue_numbers.h"
#include "src/render/definition.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

// Some table has INHERITS of the one around `id`.
bool HasChildren(const model::ObjectId& id, const Context& context) {
  if (context.plan.after == nullptr) return false;
  for (const Table& child : context.plan.after->schema().table()) {
    for (const Name& parent : child.inherits()) {
      if (parent.name() == id.parent && parent.schema() == id.schema) return true;
    }
  }
  return false;
}

bool TypeChanges(const Operation& op, const Context& context) {
  return op.retype || context.Changed(op, "type") || context.Changed(op, "collation");
}

// Tables with INHERITS whose column has none of its own (a default, a compression): it is the
// parent's, also when that changes.
void AlterChildren(const model::ObjectId& id, const std::string& action,
                   bool (*is_own)(const Column&), Context& context) {
  if (context.plan.after == nullptr) return;
  for (const Table& child : context.plan.after->schema().table()) {
    for (const Name& parent : child.inherits()) {
      if (parent.name() != id.parent || parent.schema() != id.schema) continue;
      bool own = false;
      for (const Column& c : child.column()) own |= c.name() == id.name && is_own(c);
      model::ObjectId below{COLUMN, child.schema(), child.name(), id.name};
      if (own || context.IsNew(child.schema(), child.name())) continue;
      context.Add(absl::StrCat(AlterTable(below, context, true), action));
      AlterChildren(below, action, is_own, context);
    }
  }
}

void AlterDefault(const Operation& op, const Column& after, Context& context) {
  bool drop = after.default_().empty();
  std::string action =
      absl::StrCat(" ALTER COLUMN ", sql::Ident(op.id.name),
                   drop ? " DROP DEFAULT" : absl::StrCat(" SET DEFAULT ", after.default_()));
  // ONLY where there are children that may have a default of their own.
  const Table* table = TableOf(op.id, context);
  bool partitioned = table != nullptr && table->has_partition_by();
  bool parent = HasChildren(op.id, context);
  context.Add(op, absl::StrCat(AlterTable(op.id, context, partitioned || parent), action),
              drop ? "drop default" : "set default");
  if (parent) {
    AlterChildren(
        op.id, action, [](const Column& c) { return !c.default_().empty(); }, context);
  }
}

// The diff rebuilds the column for every other change of its generation.
void AlterGenerated(const Operation& op, const Column& after, Context& context) {
  std::string alter =
      absl::StrCat(AlterTable(op.id, context), " ALTER COLUMN ", sql::Ident(op.id.name));
  if (!after.has_generated()) {
    context.Add(op, absl::StrCat(alter, " DROP EXPRESSION"), "make an ordinary column");
    return;
  }
  context.Add(
      op, absl::StrCat(alter, " SET EXPRESSION AS ", Parenthesized(after.generated().expression())),
      "change generation expression");
}

void AlterAttributes(const Operation& op, const Column& before, const Column& after,
                     Context& context) {
  const Table* table = TableOf(op.id, context);
  bool partitioned = table != nullptr && table->has_partition_by();
  std::string column = absl::StrCat(" ALTER COLUMN ", sql::Ident(op.id.name));
  std::string alter = absl::StrCat(AlterTable(op.id, context, partitioned), column);
  // Another type or collation resets both (ATExecAlterColumnType in tablecmds.c).
  const bool retyped = TypeChanges(op, context);
  if (retyped ? !after.storage().empty() : context.Changed(op, "storage")) {
    context.Add(
        absl::StrCat(alter, " SET STORAGE ",
                     after.storage().empty() ? DefaultStorage(after.type()) : after.storage()));
  }
  if (retyped ? !after.compression().empty() : context.Changed(op, "compression")) {
    const std::string action =
        absl::StrCat(column, " SET COMPRESSION ",
                     after.compression().empty() ? "default" : sql::Ident(after.compression()));
    context.Add(absl::StrCat(AlterTable(op.id, context, partitioned), action));
    // It never comes down.
    AlterChildren(
        op.id, action, [](const Column& c) { return !c.compression().empty(); }, context);
  }
  // Each child has its own.
  const bool only = partitioned || HasChildren(op.id, context);
  const std::string alter_only = absl::StrCat(AlterTable(op.id, context, only), column);
  if (context.Changed(op, "statistics")) {
    context.Add(absl::StrCat(alter_only, " SET STATISTICS ",
                             after.has_statistics() ? after.statistics() : -1));
  }
  if (context.Changed(op, "with")) {
    OptionChanges changes = DiffOptions(before.with(), after.with());
    if (!changes.set.empty()) context.Add(absl::StrCat(alter_only, " SET (", changes.set, ")"));
    if (!changes.reset.empty())
      context.Add(absl::StrCat(alter_only, " RESET (", changes.reset, ")"));
  }
  if (context.Changed(op, "option")) {
    std::string options = DiffForeignOptions(before.option(), after.option());
    if (!options.empty()) context.Add(absl::StrCat(alter, " OPTIONS (", options, ")"));
  }
}

// A column of a table with INHERITS lists only what differs from the parent's; type, collation and
// NOT NULL are inherited.
absl::Status AlterInherited(const Operation& op, Context& context) {
  const auto& own_before = static_cast<const Column&>(*op.before);
  const auto& own_after = static_cast<const Column&>(*op.after);
  Column before = model::WholeColumn(context.plan.before.get(), op.id, own_before);
  Column after = model::WholeColumn(context.plan.after.get(), op.id, own_after);
  before.set_type(after.type());
  before.clear_collation();
  if (after.has_collation()) *before.mutable_collation() = after.collation();
  if (own_before.not_null() == own_after.not_null()) before.set_not_null(after.not_null());
  if (after.type().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(model::Describe(op.id), ": no parent table has this column"));
  }
  Operation alter = op;
  alter.before = &before;
  alter.after = &after;
  alter.changed = model::ChangedFields(before, after, {});
  return AlterColumn(alter, context);
}

}  // namespace

absl::Status AlterColumn(const Operation& op, Context& context) {
  const auto& before = static_cast<const Column&>(*op.before);
  const auto& after = static_cast<const Column&>(*op.after);
  if (before.type().empty() || after.type().empty()) return AlterInherited(op, context);
  if (context.Changed(op, "compression") && !context.AtLeast(14)) {
    return absl::UnimplementedError(
        absl::StrCat(model::Describe(op.id), ": compression needs PostgreSQL 14"));
  }
  // An identity or an expression that ends makes room for a default, and the other way round.
  if (context.Changed(op, "identity") && !after.has_identity()) {
    AlterIdentity(op, before, after, context);
  }
  if (context.Changed(op, "generated") && !after.has_generated()) {
    AlterGenerated(op, after, context);
  }
  if (TypeChanges(op, context)) {
    AlterColumnType(op, before, after, context);
    RestoreIndexStatistics(op.id, context);
  } else if (context.Changed(op, "default")) {
    AlterDefault(op, after, context);
  }
  if (context.Changed(op, "generated") && after.has_generated()) {
    AlterGenerated(op, after, context);
  }
  if (context.Changed(op, "not_null") || context.Changed(op, "not_null_constraint")) {
    AlterNotNull(op, before, after, context);
  }
  if (context.Changed(op, "identity") && after.has_identity()) {
    AlterIdentity(op, before, after, context);
  }
  if ((context.Changed(op, "identity") || context.Changed(op, "default")) &&
      TakesOverNumbers(before, after) && !context.IsNew(op)) {
    ContinueNumbers(after, op.id, context);
  }
  AlterAttributes(op, before, after, context);
  return absl::OkStatus();
}

}  // namespace autogen::render
