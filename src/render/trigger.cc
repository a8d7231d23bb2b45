#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/table.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

const char* Timing(Trigger::Timing timing) {
  switch (timing) {
    case Trigger::AFTER:
      return "AFTER";
    case Trigger::INSTEAD_OF:
      return "INSTEAD OF";
    default:  // BEFORE
      return "BEFORE";
  }
}

std::string Events(const Trigger& t) {
  std::vector<std::string> events;
  for (int event : t.event()) {
    std::string sql = Trigger::Event_Name(static_cast<Trigger::Event>(event));
    if (event == Trigger::UPDATE && t.update_of_size() > 0) {
      absl::StrAppend(&sql, " OF ", IdentList(t.update_of()));
    }
    events.push_back(std::move(sql));
  }
  return absl::StrJoin(events, " OR ");
}

std::string Definition(const Trigger& t, const model::ObjectId& id, const char* create) {
  std::string sql = absl::StrCat(create, " ", t.constraint() ? "CONSTRAINT " : "", "TRIGGER ",
                                 sql::Ident(id.name), " ", Timing(t.timing()), " ", Events(t),
                                 " ON ", SqlRelation(id));
  if (t.has_from_table()) absl::StrAppend(&sql, " FROM ", SqlName(t.from_table()));
  if (t.deferrable()) absl::StrAppend(&sql, " DEFERRABLE");
  if (t.initially_deferred()) absl::StrAppend(&sql, " INITIALLY DEFERRED");
  if (!t.old_table().empty() || !t.new_table().empty()) absl::StrAppend(&sql, " REFERENCING");
  if (!t.old_table().empty()) absl::StrAppend(&sql, " OLD TABLE AS ", sql::Ident(t.old_table()));
  if (!t.new_table().empty()) absl::StrAppend(&sql, " NEW TABLE AS ", sql::Ident(t.new_table()));
  absl::StrAppend(&sql, "\n    FOR EACH ", t.for_each_row() ? "ROW" : "STATEMENT");
  if (!t.when().empty()) absl::StrAppend(&sql, " WHEN (", t.when(), ")");
  absl::StrAppend(&sql, " EXECUTE FUNCTION ", SqlName(t.function()), "(",
                  absl::StrJoin(t.argument(), ", ",
                                [](std::string* out, const std::string& argument) {
                                  absl::StrAppend(out, sql::Literal(argument));
                                }),
                  ")");
  return sql;
}

void SetEnabled(const Operation& op, Enabled enabled, Context& context) {
  context.Add(op,
              absl::StrCat(AlterRelation(op, context), " ", EnabledSql(enabled), " TRIGGER ",
                           sql::Ident(op.id.name)),
              "when it fires");
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& t = static_cast<const Trigger&>(*op.after);
  context.Add(op, Definition(t, op.id, "CREATE"), "add trigger");
  if (t.enabled() != ORIGIN) SetEnabled(op, t.enabled(), context);
  return absl::OkStatus();
}

// The diff rebuilds what cannot be replaced.
absl::Status Alter(const Operation& op, Context& context) {
  const auto& t = static_cast<const Trigger&>(*op.after);
  const bool replaced = std::any_of(
      op.changed.begin(), op.changed.end(),
      [](const google::protobuf::FieldDescriptor* f) { return model::RuleOf(f).rebuild(); });
  if (replaced) {
    context.Add(op, Definition(t, op.id, "CREATE OR REPLACE"), "replace trigger");
  }
  // One that is replaced fires as a new one does.
  if (replaced ? t.enabled() != ORIGIN : context.Changed(op, "enabled")) {
    SetEnabled(op, t.enabled(), context);
  }
  return absl::OkStatus();
}

absl::Status Drop(const Operation& op, Context& context) {
  context.Add(op, absl::StrCat("DROP ", SqlTarget(*op.before, op.id)), "drop trigger");
  return absl::OkStatus();
}

}  // namespace

const char* EnabledSql(Enabled enabled) {
  switch (enabled) {
    case DISABLED:
      return "DISABLE";
    case REPLICA:
      return "ENABLE REPLICA";
    case ALWAYS:
      return "ENABLE ALWAYS";
    default:  // ORIGIN
      return "ENABLE";
  }
}

std::string AlterRelation(const Operation& op, const Context& context) {
  const google::protobuf::Message* parent = context.Parent(op);
  return absl::StrCat("ALTER ", parent == nullptr ? "TABLE" : SqlKeyword(*parent), " ",
                      SqlRelation(op.id));
}

KindRenderer TriggerRenderer() { return {.create = Create, .drop = Drop, .alter = Alter}; }

}  // namespace autogen::render
