#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "autogen/table.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

void SetEnabled(const Operation& op, Enabled enabled, Context& context) {
  context.Add(op,
              absl::StrCat(AlterRelation(op, context), " ", EnabledSql(enabled), " RULE ",
                           sql::Ident(op.id.name)),
              "when it fires");
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& rule = static_cast<const Rule&>(*op.after);
  context.Add(op, rule.definition(), "add rule");
  if (rule.enabled() != ORIGIN) SetEnabled(op, rule.enabled(), context);
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  const auto& rule = static_cast<const Rule&>(*op.after);
  if (context.Changed(op, "definition")) {
    absl::string_view definition = rule.definition();
    std::string sql = absl::ConsumePrefix(&definition, "CREATE RULE ")
                          ? absl::StrCat("CREATE OR REPLACE RULE ", definition)
                          : rule.definition();
    context.Add(op, sql, "replace rule");
  }
  if (context.Changed(op, "enabled")) SetEnabled(op, rule.enabled(), context);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  context.Add(op, absl::StrCat("DROP ", SqlTarget(*op.before, op.id)), "drop rule");
  return absl::OkStatus();
}

}  // namespace

KindRenderer RuleRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
