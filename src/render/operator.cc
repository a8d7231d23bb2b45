#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/routine.pb.h"
#include "src/model/inheritance.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

std::string OperatorName(const Name& name) {
  return absl::StrCat("OPERATOR(", sql::Ident(model::SchemaOrPublic(name.schema())), ".",
                      name.name(), ")");
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& o = static_cast<const Operator&>(*op.after);
  std::vector<std::string> parts = {absl::StrCat("FUNCTION = ", SqlName(o.function()))};
  if (!o.left().empty()) parts.push_back(absl::StrCat("LEFTARG = ", o.left()));
  if (!o.right().empty()) parts.push_back(absl::StrCat("RIGHTARG = ", o.right()));
  if (o.has_commutator()) {
    parts.push_back(absl::StrCat("COMMUTATOR = ", OperatorName(o.commutator())));
  }
  if (o.has_negator()) parts.push_back(absl::StrCat("NEGATOR = ", OperatorName(o.negator())));
  if (o.has_restrict()) {
    parts.push_back(absl::StrCat("RESTRICT = ", SqlName(o.restrict(), "pg_catalog")));
  }
  if (o.has_join()) parts.push_back(absl::StrCat("JOIN = ", SqlName(o.join(), "pg_catalog")));
  if (o.hashes()) parts.push_back("HASHES");
  if (o.merges()) parts.push_back("MERGES");
  context.Add(absl::StrCat("CREATE OPERATOR ", sql::Ident(op.id.schema), ".", o.name(), " (\n    ",
                           absl::StrJoin(parts, ",\n    "), "\n)"));
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& o = static_cast<const Operator&>(*op.after);
  std::vector<std::string> parts;
  if (context.Changed(op, "restrict")) {
    parts.push_back(absl::StrCat("RESTRICT = ",
                                 o.has_restrict() ? SqlName(o.restrict(), "pg_catalog") : "NONE"));
  }
  if (context.Changed(op, "join")) {
    parts.push_back(
        absl::StrCat("JOIN = ", o.has_join() ? SqlName(o.join(), "pg_catalog") : "NONE"));
  }
  if (parts.empty()) return absl::OkStatus();
  context.Add(absl::StrCat("ALTER OPERATOR ", SqlName(o, op.id), " SET (",
                           absl::StrJoin(parts, ", "), ")"));
  return absl::OkStatus();
}

}  // namespace

KindRenderer OperatorRenderer() { return {.create = Create, .drop = DropObject, .alter = Alter}; }

}  // namespace autogen::render
