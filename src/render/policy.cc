#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/table.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

std::string Roles(const Policy& p) {
  if (p.role_size() == 0) return "PUBLIC";
  return absl::StrJoin(p.role(), ", ", [](std::string* out, const std::string& role) {
    absl::StrAppend(out, role == "PUBLIC" ? role : sql::Ident(role));
  });
}

std::string Definition(const Policy& p, const model::ObjectId& id) {
  std::string sql = absl::StrCat("CREATE ", SqlTarget(p, id));
  if (p.restrictive()) absl::StrAppend(&sql, " AS RESTRICTIVE");
  if (p.command() != Policy::ALL) {
    absl::StrAppend(&sql, " FOR ", Policy::Command_Name(p.command()));
  }
  if (p.role_size() > 0) absl::StrAppend(&sql, " TO ", Roles(p));
  if (!p.using_().empty()) absl::StrAppend(&sql, "\n    USING (", p.using_(), ")");
  if (!p.check().empty()) absl::StrAppend(&sql, "\n    WITH CHECK (", p.check(), ")");
  return sql;
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& p = static_cast<const Policy&>(*op.after);
  context.Add(op, Definition(p, op.id), "add policy");
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  context.Add(op, absl::StrCat("DROP ", SqlTarget(*op.before, op.id)), "drop policy");
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  // Removing an expression is not possible in place: the diff rebuilds the policy then.
  const auto& after = static_cast<const Policy&>(*op.after);
  std::string sql;
  if (context.Changed(op, "role")) absl::StrAppend(&sql, " TO ", Roles(after));
  if (context.Changed(op, "using")) absl::StrAppend(&sql, "\n    USING (", after.using_(), ")");
  if (context.Changed(op, "check")) {
    absl::StrAppend(&sql, "\n    WITH CHECK (", after.check(), ")");
  }
  if (sql.empty()) return absl::OkStatus();
  context.Add(op, absl::StrCat("ALTER ", SqlTarget(after, op.id), sql), "change policy");
  return absl::OkStatus();
}

}  // namespace

KindRenderer PolicyRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
