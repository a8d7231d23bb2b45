#include "absl/strings/str_cat.h"
#include "src/model/names.h"
#include "src/render/column_parts.h"
#include "src/render/definition.h"
#include "src/render/online_ways.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

// PostgreSQL 18: a constraint with a name of its own, NO INHERIT or NOT VALID.
void AddNamed(const Operation& op, const Column& after, Context& context) {
  const Column::NotNull& n = after.not_null_constraint();
  context.Add(op,
              absl::StrCat(AlterTable(op.id, context), " ADD CONSTRAINT ",
                           sql::Ident(model::NotNullName(after, op.id)), " NOT NULL ",
                           sql::Ident(op.id.name), n.no_inherit() ? " NO INHERIT" : "",
                           n.not_valid() ? " NOT VALID" : ""),
              "set not null");
}

void Set(const Operation& op, const Column& after, Context& context) {
  if (PartitionsNamingNotNull(op.id, after, context).empty() &&
      SetNotNullOnline(op, after, context)) {
    return;
  }
  for (const auto& [id, name] : PartitionsNamingNotNull(op.id, after, context)) {
    context.Add(absl::StrCat(AlterTable(id, context), " ADD CONSTRAINT ", sql::Ident(name),
                             " NOT NULL ", sql::Ident(id.name)));
  }
  if (context.AtLeast(18) && after.has_not_null_constraint()) {
    AddNamed(op, after, context);
    return;
  }
  context.Add(op,
              absl::StrCat(AlterTable(op.id, context), " ALTER COLUMN ", sql::Ident(op.id.name),
                           " SET NOT NULL"),
              "set not null");
}

void Drop(const Operation& op, Context& context) {
  context.Add(op,
              absl::StrCat(AlterTable(op.id, context), " ALTER COLUMN ", sql::Ident(op.id.name),
                           " DROP NOT NULL"),
              "drop not null");
}

void ChangeConstraint(const Operation& op, const Column& before, const Column& after,
                      Context& context) {
  if (!context.AtLeast(18)) return;
  const Column::NotNull& b = before.not_null_constraint();
  const Column::NotNull& a = after.not_null_constraint();
  if (a.not_valid() && !b.not_valid()) {
    Drop(op, context);
    AddNamed(op, after, context);
    return;
  }
  std::string alter = AlterTable(op.id, context);
  std::string name = sql::Ident(model::NotNullName(after, op.id));
  std::string old_name = sql::Ident(model::NotNullName(before, op.id));
  if (name != old_name) {
    context.Add(absl::StrCat(alter, " RENAME CONSTRAINT ", old_name, " TO ", name));
  }
  if (a.no_inherit() != b.no_inherit()) {
    context.Add(absl::StrCat(alter, " ALTER CONSTRAINT ", name,
                             a.no_inherit() ? " NO INHERIT" : " INHERIT"));
  }
  if (b.not_valid() && !a.not_valid()) {
    context.Add(op, absl::StrCat(alter, " VALIDATE CONSTRAINT ", name), "validate not null");
  }
}

void Comment(const Operation& op, const Column& before, const Column& after, Context& context) {
  const std::string& text = after.not_null_constraint().comment();
  if (!context.AtLeast(18) || !after.not_null()) return;
  if (text == before.not_null_constraint().comment() && before.not_null()) return;
  if (text.empty() && !before.not_null()) return;
  context.Add(absl::StrCat("COMMENT ON CONSTRAINT ", sql::Ident(model::NotNullName(after, op.id)),
                           " ON ", SqlRelation(op.id), " IS ",
                           text.empty() ? "NULL" : sql::Literal(text)));
}

}  // namespace

std::vector<std::pair<model::ObjectId, std::string>> PartitionsNamingNotNull(
    const model::ObjectId& column, const Column& after, const Context& context) {
  std::vector<std::pair<model::ObjectId, std::string>> found;
  if (!context.AtLeast(18) || context.plan.after == nullptr) return found;
  const std::string above = model::NotNullName(after, column);
  for (const Table& table : context.plan.after->schema().table()) {
    if (table.partition_of().table() != column.parent || ParentSchema(table) != column.schema ||
        context.IsNew(table.schema(), table.name()) ||
        context.IsAttached(table.schema(), table.name())) {
      continue;
    }
    for (const Column& c : table.column()) {
      if (c.name() != column.name || !c.not_null()) continue;
      const model::ObjectId id{COLUMN, table.schema(), table.name(), c.name()};
      // Those below first: a constraint comes down to what has none.
      for (auto& below : PartitionsNamingNotNull(id, c, context)) found.push_back(std::move(below));
      std::string name = model::NotNullName(c, id);
      if (name != above) found.emplace_back(id, std::move(name));
    }
  }
  return found;
}

void AlterNotNull(const Operation& op, const Column& before, const Column& after,
                  Context& context) {
  if (after.not_null() && !before.not_null()) {
    Set(op, after, context);
  } else if (before.not_null() && !after.not_null()) {
    Drop(op, context);
  } else if (after.not_null()) {
    ChangeConstraint(op, before, after, context);
  }
  Comment(op, before, after, context);
}

}  // namespace autogen::render
