#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/render/definition.h"
#include "src/render/online_ways.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

// The table has a valid CHECK for it already.
bool IsProved(const Operation& op, const Context& context) {
  const Table* table = model::FindTable(context.plan.before.get(), op.id.schema, op.id.parent);
  if (table == nullptr) return false;
  const std::string wanted = absl::StrCat(sql::Ident(op.id.name), " IS NOT NULL");
  for (const Check& check : table->check()) {
    if (check.not_valid() || check.not_enforced() || check.no_inherit()) continue;
    if (Parenthesized(check.expression()) == absl::StrCat("(", wanted, ")")) return true;
  }
  return false;
}

// Forbids new NULLs without reading the rows, which are read in the next step.
void Prepare(const Operation& op, const std::string& constraint, const std::string& name,
             Context& context) {
  const std::string alter = AlterTable(op.id, context);
  size_t at = context.statements.size();
  context.Add(op, absl::StrCat(alter, " ADD CONSTRAINT ", name, " ", constraint, " NOT VALID"),
              "forbid new NULLs");
  context.Move(at, Place::kFirst, kShort);
  at = context.statements.size();
  context.Add(op, absl::StrCat(alter, " VALIDATE CONSTRAINT ", name), "validate not null");
  context.Move(at, Place::kFirst, kValidatedApart);
}

}  // namespace

bool SetNotNullOnline(const Operation& op, const Column& after, Context& context) {
  if (!context.online.CanBuildFirst(op.id, {op.id.name})) return false;
  if (!context.online.Covers(op)) return false;
  const std::string column = sql::Ident(op.id.name);
  if (context.AtLeast(18)) {
    const Column::NotNull& n = after.not_null_constraint();
    if (n.not_valid()) return false;
    Prepare(op, absl::StrCat("NOT NULL ", column, n.no_inherit() ? " NO INHERIT" : ""),
            sql::Ident(model::NotNullName(after, op.id)), context);
    return true;
  }
  if (IsProved(op, context)) return false;
  const std::string check = sql::Ident(model::ObjectName(op.id.parent, op.id.name, "filled"));
  Prepare(op, absl::StrCat("CHECK (", column, " IS NOT NULL)"), check, context);
  const std::string alter = AlterTable(op.id, context);
  context.Add(op, absl::StrCat(alter, " ALTER COLUMN ", column, " SET NOT NULL"), "set not null");
  context.Add(absl::StrCat(alter, " DROP CONSTRAINT ", check));
  return true;
}

}  // namespace autogen::render
