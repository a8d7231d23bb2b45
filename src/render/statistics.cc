#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

void SetTarget(const Operation& op, const Statistics& s, Context& context) {
  context.Add(absl::StrCat("ALTER STATISTICS ", SqlName(s, op.id), " SET STATISTICS ",
                           s.has_target() ? s.target() : -1));
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& s = static_cast<const Statistics&>(*op.after);
  if (s.expression_size() > 0 && !context.AtLeast(14)) {
    return absl::UnimplementedError(
        absl::StrCat(model::Describe(op.id), ": expressions need PostgreSQL 14"));
  }
  std::string text = absl::StrCat("CREATE STATISTICS ", SqlName(s, op.id));
  if (s.kind_size() > 0) absl::StrAppend(&text, " (", absl::StrJoin(s.kind(), ", "), ")");
  absl::StrAppend(&text, " ON ", IdentList(s.column()));
  for (int i = 0; i < s.expression_size(); ++i) {
    absl::StrAppend(&text, i > 0 || s.column_size() > 0 ? ", " : "",
                    KeyExpression(s.expression(i)));
  }
  absl::StrAppend(&text, " FROM ", SqlName(s.table()));
  context.Add(op, std::move(text), {});
  if (s.has_target()) SetTarget(op, s, context);
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  if (context.Changed(op, "target")) {
    SetTarget(op, static_cast<const Statistics&>(*op.after), context);
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer StatisticsRenderer() { return {.create = Create, .drop = DropObject, .alter = Alter}; }

}  // namespace autogen::render
