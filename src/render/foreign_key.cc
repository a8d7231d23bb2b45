#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

// Before PostgreSQL 18 that of a partitioned table cannot be NOT VALID.
bool ValidatedApart(const Operation& op, const ForeignKey& f, const Context& context) {
  if (!context.online.Covers(op) || f.not_valid() || f.not_enforced()) return false;
  const Table* table = TableOf(op.id, context);
  return context.AtLeast(18) || (table != nullptr && !table->has_partition_by());
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& f = static_cast<const ForeignKey&>(*op.after);
  const bool apart = ValidatedApart(op, f, context);
  ForeignKey added = f;
  added.set_not_valid(f.not_valid() || apart);
  ASSIGN_OR_RETURN(std::string definition, ConstraintDefinition(added, op.id, context));
  context.Add(op, absl::StrCat(AlterTable(op.id, context), " ADD ", definition), "add foreign key");
  if (apart) ValidateConstraint(op, "validate foreign key", context);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  context.Add(op,
              absl::StrCat(AlterTable(op.id, context), " DROP CONSTRAINT ", sql::Ident(op.id.name)),
              "drop foreign key");
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
                "change foreign key");
  }
  if (context.Changed(op, "not_enforced")) {
    if (!context.AtLeast(18)) {
      return absl::UnimplementedError(
          absl::StrCat(model::Describe(op.id), ": NOT ENFORCED needs PostgreSQL 18"));
    }
    context.Add(op,
                absl::StrCat(alter, " ALTER CONSTRAINT ", name,
                             f.not_enforced() ? " NOT ENFORCED" : " ENFORCED"),
                "change foreign key");
  } else if (context.Changed(op, "not_valid") && !f.not_valid()) {
    ValidateConstraint(op, "validate foreign key", context);
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer ForeignKeyRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
