#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/inheritance.h"
#include "src/model/type_change.h"
#include "src/render/column_parts.h"
#include "src/render/definition.h"
#include "src/sql/quote.h"

namespace autogen::render {

using diff::Operation;

namespace {

// What stays of the table's checks and indexes, and is looked at again.
std::vector<std::string> Scanned(const Operation& op, Context& context) {
  const Table* before = model::FindTable(context.plan.before.get(), op.id.schema, op.id.parent);
  const Table* after = model::FindTable(context.plan.after.get(), op.id.schema, op.id.parent);
  if (before == nullptr || after == nullptr) return {};
  std::vector<std::string> names = model::ScannedFor(*before, op.id.name);
  const std::vector<std::string> then = model::ScannedFor(*after, op.id.name);
  std::erase_if(names, [&](const std::string& name) {
    return std::find(then.begin(), then.end(), name) == then.end();
  });
  return names;
}

std::string WorkText(model::RowWork work, const std::vector<std::string>& scanned) {
  switch (work) {
    case model::RowWork::kNone:
      if (scanned.empty()) return "no rewrite";
      return absl::StrCat("no rewrite, but a scan for ", absl::StrJoin(scanned, ", "));
    case model::RowWork::kRewrite:
      return "rewrites the table";
    case model::RowWork::kRewriteUnlessUtc:
      return "rewrites the table unless TimeZone is UTC";
  }
  return "";
}

}  // namespace

// One statement: PostgreSQL drops the default first, then converts, then sets the new default
// (manual: ALTER TABLE, Examples).
void AlterColumnType(const Operation& op, const Column& before, const Column& after,
                     Context& context) {
  model::TypeChange change;
  Effect effect{.what = "change type", .lock = "ACCESS EXCLUSIVE"};
  bool type = op.retype || context.Changed(op, "type");
  if (type) {
    bool swapped = op.retype && before.type() == after.type();
    change = model::DescribeTypeChange(before.type(), after.type(), swapped,
                                       context.plan.before.get(), context.plan.after.get());
    effect.what = absl::StrCat("change type from ", before.type(), " to ", after.type());
    effect.work = WorkText(change.work, Scanned(op, context));
    effect.loses = change.loses;
    effect.fails = change.fails;
  } else {
    change.same_base = true;
    effect.what = "change collation";
    effect.work = "rebuilds its indexes";
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
  context.Add(op, std::move(text), effect);
}

}  // namespace autogen::render
