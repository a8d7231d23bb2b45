#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

constexpr char kFails[] = "where a row refers to nothing";

std::string Both(const Operation& op, const ForeignKey& f) {
  const ForeignKey::Target& target = f.references();
  return absl::StrCat(
      SqlRelation(op.id), " and ",
      sql::Qualified(target.schema().empty() ? "public" : target.schema(), target.table()));
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& f = static_cast<const ForeignKey&>(*op.after);
  ASSIGN_OR_RETURN(std::string definition, ConstraintDefinition(f, op.id, context));
  Effect effect{.what = "add foreign key",
                .lock = "SHARE ROW EXCLUSIVE",
                .work = "no scan",
                .on = Both(op, f)};
  if (!f.not_valid() && !f.not_enforced()) {
    effect.work = "scans the table";
    if (!context.IsNew(op)) effect.fails = kFails;
  }
  context.Add(op, absl::StrCat(AlterTable(op.id, context), " ADD ", definition), effect);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  context.Add(op,
              absl::StrCat(AlterTable(op.id, context), " DROP CONSTRAINT ", sql::Ident(op.id.name)),
              {.what = "drop foreign key",
               .lock = "ACCESS EXCLUSIVE",
               .on = Both(op, static_cast<const ForeignKey&>(*op.before))});
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& f = static_cast<const ForeignKey&>(*op.after);
  std::string name = sql::Ident(op.id.name);
  std::string alter = AlterTable(op.id, context);
  if (context.Changed(op, "deferrable") || context.Changed(op, "initially_deferred")) {
    absl::string_view text = "NOT DEFERRABLE";
    if (f.deferrable() || f.initially_deferred()) {
      text = f.initially_deferred() ? "DEFERRABLE INITIALLY DEFERRED"
                                    : "DEFERRABLE INITIALLY IMMEDIATE";
    }
    context.Add(op, absl::StrCat(alter, " ALTER CONSTRAINT ", name, " ", text),
                {.what = "change foreign key", .lock = "ACCESS EXCLUSIVE", .work = "no scan"});
  }
  if (context.Changed(op, "not_enforced")) {
    if (!context.AtLeast(18)) {
      return absl::UnimplementedError(
          absl::StrCat(model::Describe(op.id), ": NOT ENFORCED needs PostgreSQL 18"));
    }
    Effect effect{.what = "change foreign key", .lock = "ACCESS EXCLUSIVE", .work = "no scan"};
    if (!f.not_enforced()) {
      effect.work = "scans the table";
      effect.fails = kFails;
    }
    context.Add(op,
                absl::StrCat(alter, " ALTER CONSTRAINT ", name,
                             f.not_enforced() ? " NOT ENFORCED" : " ENFORCED"),
                effect);
  } else if (context.Changed(op, "not_valid") && !f.not_valid()) {
    context.Add(op, absl::StrCat(alter, " VALIDATE CONSTRAINT ", name),
                {.what = "validate foreign key",
                 .lock = "SHARE UPDATE EXCLUSIVE",
                 .work = "scans the table",
                 .fails = kFails});
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer ForeignKeyRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
