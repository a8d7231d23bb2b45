#include "absl/strings/str_cat.h"
#include "src/render/column_parts.h"
#include "src/render/definition.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

constexpr char kExclusive[] = "ACCESS EXCLUSIVE";

bool TypeChanges(const Operation& op, const Context& context) {
  return op.retype || context.Changed(op, "type") || context.Changed(op, "collation");
}

void AlterDefault(const Operation& op, const Column& after, Context& context) {
  // ONLY: each child table's default is its own.
  std::string alter =
      absl::StrCat(AlterTable(op.id, context, true), " ALTER COLUMN ", sql::Ident(op.id.name));
  bool drop = after.default_().empty();
  context.Add(op,
              drop ? absl::StrCat(alter, " DROP DEFAULT")
                   : absl::StrCat(alter, " SET DEFAULT ", after.default_()),
              {.what = drop ? "drop default" : "set default",
               .lock = kExclusive,
               .work = "rows stay as they are"});
}

// The diff rebuilds the column for every other change of its generation.
void AlterGenerated(const Operation& op, const Column& after, Context& context) {
  std::string alter =
      absl::StrCat(AlterTable(op.id, context), " ALTER COLUMN ", sql::Ident(op.id.name));
  if (!after.has_generated()) {
    context.Add(op, absl::StrCat(alter, " DROP EXPRESSION"),
                {.what = "make an ordinary column", .lock = kExclusive, .work = "no rewrite"});
    return;
  }
  context.Add(
      op, absl::StrCat(alter, " SET EXPRESSION AS ", Parenthesized(after.generated().expression())),
      {.what = "change generation expression",
       .lock = kExclusive,
       .work = after.generated().virtual_() ? "no rewrite" : "rewrites the table"});
}

void AlterAttributes(const Operation& op, const Column& before, const Column& after,
                     Context& context) {
  std::string column = absl::StrCat(" ALTER COLUMN ", sql::Ident(op.id.name));
  std::string alter = absl::StrCat(AlterTable(op.id, context), column);
  std::string only = absl::StrCat(AlterTable(op.id, context, true), column);
  if (context.Changed(op, "storage")) {
    context.Add(
        absl::StrCat(alter, " SET STORAGE ",
                     after.storage().empty() ? DefaultStorage(after.type()) : after.storage()));
  }
  if (context.Changed(op, "compression")) {
    context.Add(
        absl::StrCat(alter, " SET COMPRESSION ",
                     after.compression().empty() ? "default" : sql::Ident(after.compression())));
  }
  if (context.Changed(op, "statistics")) {
    context.Add(
        absl::StrCat(only, " SET STATISTICS ", after.has_statistics() ? after.statistics() : -1));
  }
  if (context.Changed(op, "with")) {
    OptionChanges changes = DiffOptions(before.with(), after.with());
    if (!changes.set.empty()) context.Add(absl::StrCat(only, " SET (", changes.set, ")"));
    if (!changes.reset.empty()) context.Add(absl::StrCat(only, " RESET (", changes.reset, ")"));
  }
  if (context.Changed(op, "option")) {
    std::string options = DiffForeignOptions(before.option(), after.option());
    if (!options.empty()) context.Add(absl::StrCat(alter, " OPTIONS (", options, ")"));
  }
}

}  // namespace

absl::Status AlterColumn(const Operation& op, Context& context) {
  const auto& before = static_cast<const Column&>(*op.before);
  const auto& after = static_cast<const Column&>(*op.after);
  if (context.Changed(op, "compression") && !context.AtLeast(14)) {
    return absl::UnimplementedError(
        absl::StrCat(model::Describe(op.id), ": compression needs PostgreSQL 14"));
  }
  const Table* table = FindTable(context.plan.after.get(), op.id.schema, op.id.parent);
  // A change of the parent's column reaches every child.
  bool follows = after.inherited() ||
                 (table != nullptr &&
                  InheritedColumn(context.plan.after.get(), *table, op.id.name) != nullptr);
  bool type = TypeChanges(op, context) && !follows;
  // An identity that ends makes room for a default, and the other way round.
  if (context.Changed(op, "identity") && !after.has_identity()) {
    AlterIdentity(op, before, after, context);
  }
  if (context.Changed(op, "generated") && !follows && !after.has_generated()) {
    AlterGenerated(op, after, context);
  }
  if (type) {
    AlterColumnType(op, before, after, context);
  } else if (context.Changed(op, "default")) {
    AlterDefault(op, after, context);
  }
  if (context.Changed(op, "generated") && !follows && after.has_generated()) {
    AlterGenerated(op, after, context);
  }
  if (context.Changed(op, "not_null") || context.Changed(op, "not_null_constraint")) {
    AlterNotNull(op, before, after, context);
  }
  if (context.Changed(op, "identity") && after.has_identity()) {
    AlterIdentity(op, before, after, context);
  }
  AlterAttributes(op, before, after, context);
  return absl::OkStatus();
}

}  // namespace autogen::render
