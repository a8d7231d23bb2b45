#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/routine.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

void SetEnabled(const Operation& op, Enabled enabled, Context& context) {
  context.Add(
      absl::StrCat("ALTER EVENT TRIGGER ", sql::Ident(op.id.name), " ", EnabledSql(enabled)));
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& t = static_cast<const EventTrigger&>(*op.after);
  std::string sql =
      absl::StrCat("CREATE EVENT TRIGGER ", sql::Ident(op.id.name), " ON ", t.event());
  if (t.tag_size() > 0) {
    absl::StrAppend(&sql, "\n    WHEN TAG IN (",
                    absl::StrJoin(t.tag(), ", ",
                                  [](std::string* out, const std::string& tag) {
                                    absl::StrAppend(out, sql::Literal(tag));
                                  }),
                    ")");
  }
  absl::StrAppend(&sql, "\n    EXECUTE FUNCTION ", SqlName(t.function()), "()");
  context.Add(std::move(sql));
  if (t.enabled() != ORIGIN) SetEnabled(op, t.enabled(), context);
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  if (context.Changed(op, "enabled")) {
    SetEnabled(op, static_cast<const EventTrigger&>(*op.after).enabled(), context);
  }
  return absl::OkStatus();
}

}  // namespace

KindRenderer EventTriggerRenderer() {
  return {.create = Create, .drop = DropObject, .alter = Alter};
}

}  // namespace autogen::render
