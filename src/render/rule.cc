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
              {.what = "when it fires", .lock = "ACCESS EXCLUSIVE"});
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& rule = static_cast<const Rule&>(*op.after);
  context.Add(op, rule.definition(), {.what = "add rule", .lock = "ACCESS EXCLUSIVE"});
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
    context.Add(op, sql, {.what = "replace rule", .lock = "ACCESS EXCLUSIVE"});
  }
  if (context.Changed(op, "enabled")) SetEnabled(op, rule.enabled(), context);
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  context.Add(op, absl::StrCat("DROP ", SqlTarget(*op.before, op.id)),
              {.what = "drop rule", .lock = "ACCESS EXCLUSIVE"});
  return absl::OkStatus();
}

}  // namespace

KindRenderer RuleRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
