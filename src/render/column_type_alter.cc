#include <string>

#include "absl/strings/str_cat.h"
#include "src/model/type_change.h"
#include "src/render/column_parts.h"
#include "src/render/definition.h"
#include "src/render/replaced_type.h"
#include "src/sql/quote.h"

namespace autogen::render {

using diff::Operation;

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
