#include <optional>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/model/compare.h"
#include "src/model/inheritance.h"
#include "src/render/column_parts.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;

// The operation as a change from `before` to `after`: for columns that are added and dropped with a
// parent table.
Operation AsAlter(const Operation& op, const Column& before, const Column& after) {
  Operation alter = op;
  alter.action = Action::kAlter;
  alter.before = &before;
  alter.after = &after;
  alter.changed = model::ChangedFields(before, after, {});
  return alter;
}

std::optional<Column> FromParent(const Operation& op, const model::Catalog* catalog) {
  Column column;
  if (!model::FromParent(catalog, op.id, &column)) return std::nullopt;
  return column;
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& column = static_cast<const Column&>(*op.after);
  std::optional<Column> was = FromParent(op, context.plan.before.get());
  if (!was && column.inherited()) was = FromParent(op, context.plan.after.get());
  if (was) {
    Column whole = model::WholeColumn(context.plan.after.get(), op.id, column);
    return AlterColumn(AsAlter(op, *was, whole), context);
  }

  const bool later = column.not_null() && !PartitionsNamingNotNull(op.id, column, context).empty();
  Column first = column;
  if (later) {
    first.set_not_null(false);
    first.clear_not_null_constraint();
  }
  ASSIGN_OR_RETURN(std::string definition, ColumnDefinition(first, op.id, context));
  context.Add(op, absl::StrCat(AlterTable(op.id, context), " ADD COLUMN ", definition),
              "add column");
  RenderColumnExtras(first, op.id, context);
  if (later) AlterNotNull(AsAlter(op, first, column), first, column, context);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  const auto& column = static_cast<const Column&>(*op.before);
  // A column that the parent gets only now takes the place of the table's own one.
  std::optional<Column> will = FromParent(op, context.plan.after.get());
  if (will && FromParent(op, context.plan.before.get())) {
    Column whole = model::WholeColumn(context.plan.before.get(), op.id, column);
    Operation alter = AsAlter(op, whole, *will);
    RETURN_IF_ERROR(AlterColumn(alter, context));
    RenderCommon(alter, context);
    return absl::OkStatus();
  }

  std::string alter =
      op.only ? absl::StrCat("ALTER TABLE ONLY ", sql::Qualified(op.id.schema, op.id.parent))
              : AlterTable(op.id, context);
  context.Add(op, absl::StrCat(alter, " DROP COLUMN ", sql::Ident(op.id.name)), "drop column");
  return absl::OkStatus();
}

}  // namespace

KindRenderer ColumnRenderer() { return {.create = Create, .drop = Drop, .alter = AlterColumn}; }

}  // namespace autogen::render
