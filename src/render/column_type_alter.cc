#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/model/names.h"
#include "src/model/type_change.h"
#include "src/render/column_parts.h"
#include "src/render/definition.h"
#include "src/render/replaced_type.h"
#include "src/sql/quote.h"

namespace autogen::render {

using diff::Operation;

namespace {

const Operation* AlterOf(const model::ObjectId& id, const Context& context) {
  for (const Operation& op : context.plan.operations) {
    if (op.action == diff::Action::kAlter && op.id == id && !op.together.empty()) return &op;
  }
  return nullptr;
}

std::string ChangeDefault(const Operation& op, const std::string& action, const Context& context) {
  return absl::StrCat(AlterTable(op.id, context), " ALTER COLUMN ", sql::Ident(op.id.name), action);
}

std::string FreeName(const model::ObjectId& column, const Context& context) {
  std::string name =
      ClipUtf8(absl::StrCat("autogen_parent_of_", column.parent), model::kMaxNameBytes - 3);
  while (context.FindRelation(column.schema, name) != nullptr) name += "_";
  return name;
}

// Several tables hand down one column: for as long as its type changes they inherit it from a
// table of its own.
void AlterTogether(const Operation& op, const std::string& action, const std::string& what,
                   bool same_base, Context& context) {
  const std::string column = sql::Ident(op.id.name);
  const std::string parent = sql::Qualified(op.id.schema, FreeName(op.id, context));
  std::vector<const Operation*> all;
  for (const model::ObjectId& id : op.together) {
    if (const Operation* other = AlterOf(id, context)) all.push_back(other);
  }
  auto renews = [&](const Operation& o) { return !same_base || context.Changed(o, "default"); };
  for (const Operation* o : all) {
    const auto& before = static_cast<const Column&>(*o->before);
    if (renews(*o) && (!before.default_().empty() || o->clear_default)) {
      context.Add(ChangeDefault(*o, " DROP DEFAULT", context));
    }
  }
  context.Add(absl::StrCat("CREATE TABLE ", parent, " AS SELECT ", column, " FROM ONLY ",
                           SqlRelation(op.id), " WITH NO DATA"));
  for (const Operation* o : all) {
    context.Add(absl::StrCat(AlterTable(o->id, context), " INHERIT ", parent));
  }
  context.Add(op, absl::StrCat("ALTER TABLE ", parent, " ", action), what);
  std::vector<std::string> names;
  for (const Operation* o : all) {
    names.push_back(NoteName({TABLE, o->id.schema, "", o->id.parent}));
  }
  context.statements.back().remarks = {
      absl::StrCat(absl::StrJoin(names, ", "),
                   ": the tables are locked (ACCESS EXCLUSIVE) and changed with it")};
  for (const Operation* o : all) {
    context.Add(absl::StrCat(AlterTable(o->id, context), " NO INHERIT ", parent));
  }
  context.Add(absl::StrCat("DROP TABLE ", parent));
  for (const Operation* o : all) {
    const auto& after = static_cast<const Column&>(*o->after);
    if (!renews(*o) || after.default_().empty()) continue;
    context.Add(ChangeDefault(*o, absl::StrCat(" SET DEFAULT ", after.default_()), context));
  }
}

}  // namespace

// One statement: PostgreSQL drops the default first, then converts, then sets the new default
// (manual: ALTER TABLE, Examples).
void AlterColumnType(const Operation& op, const Column& before, const Column& after,
                     Context& context) {
  model::TypeChange change;
  std::string what = "change collation";
  bool type = op.retype || context.Changed(op, "type");
  if (type) {
    change = ChangeOfValues(before.type(), after.type(), context, op.retype);
    what = absl::StrCat("change type from ", before.type(), " to ", after.type());
  } else {
    change.same_base = true;
  }
  std::string column = sql::Ident(op.id.name);
  std::string action = absl::StrCat("ALTER COLUMN ", column, " TYPE ", after.type());
  if (after.has_collation()) {
    absl::StrAppend(&action, " COLLATE ", CatalogName(after.collation()));
  }
  if (!change.cast.empty()) absl::StrAppend(&action, " USING ", column, change.cast);

  if (!op.together.empty()) {
    if (op.id == op.together.front()) {
      AlterTogether(op, action, what, change.same_base, context);
    }
    return;
  }
  bool default_changes = context.Changed(op, "default");
  bool renew = !change.same_base || default_changes;
  std::string separator = ",\n    ";
  std::string text = AlterTable(op.id, context);
  bool drops = renew && (!before.default_().empty() || op.clear_default);
  bool sets = renew && !after.default_().empty();
  absl::StrAppend(&text, drops || sets ? "\n    " : " ");
  if (drops) absl::StrAppend(&text, "ALTER COLUMN ", column, " DROP DEFAULT", separator);
  absl::StrAppend(&text, action);
  if (sets) {
    absl::StrAppend(&text, separator, "ALTER COLUMN ", column, " SET DEFAULT ", after.default_());
  }
  context.Add(op, std::move(text), what);
}

}  // namespace autogen::render
