#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

absl::Status Create(const Operation& op, Context& context) {
  const auto& c = static_cast<const Check&>(*op.after);
  if (c.inherited()) return absl::OkStatus();
  const bool apart = context.online.Covers(op) && !c.not_valid() && !c.not_enforced();
  Check added = c;
  added.set_not_valid(c.not_valid() || apart);
  ASSIGN_OR_RETURN(std::string definition, ConstraintDefinition(added, op.id, context));
  context.Add(op, absl::StrCat(AlterTable(op.id, context), " ADD ", definition), "add check");
  if (apart) ValidateConstraint(op, "validate check", context);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  if (static_cast<const Check&>(*op.before).inherited()) return absl::OkStatus();
  context.Add(op,
              absl::StrCat(AlterTable(op.id, context), " DROP CONSTRAINT ", sql::Ident(op.id.name)),
              "drop check");
  return absl::OkStatus();
}

// The diff rebuilds it for everything but this; `inherited` follows its table's parents.
absl::Status Alter(const Operation& op, Context& context) {
  const auto& c = static_cast<const Check&>(*op.after);
  if (!context.Changed(op, "not_valid") || c.not_valid() || c.inherited()) return absl::OkStatus();
  ValidateConstraint(op, "validate check", context);
  return absl::OkStatus();
}

}  // namespace

KindRenderer CheckRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
