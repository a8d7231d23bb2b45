// Triggers, rules, policies and event triggers.
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

Enabled EnabledOf(absl::string_view state) {
  switch (state.empty() ? 'O' : state[0]) {
    case 'D':
      return DISABLED;
    case 'R':
      return REPLICA;
    case 'A':
      return ALWAYS;
    default:
      return ORIGIN;
  }
}

// The relation around a trigger, rule or policy. `table` or `view` is set, or neither where the
// relation is not managed.
struct Relation {
  Table* table = nullptr;
  View* view = nullptr;
  std::string schema, name;
};

Relation FindRelation(Row& row, const Builder& builder) {
  Relation relation;
  const Address address{kPgClass, row.Oid("relation")};
  relation.table = builder.FindAs<Table>(address);
  if (relation.table != nullptr) {
    relation.schema = relation.table->schema();
    relation.name = relation.table->name();
    return relation;
  }
  relation.view = builder.FindAs<View>(address);
  if (relation.view != nullptr) {
    relation.schema = relation.view->schema();
    relation.name = relation.view->name();
  }
  return relation;
}

// The end of the quoted text that starts at `i`. Deparsed SQL doubles quotes, in E'…' backslashes
// too, so a quote always ends it or stands doubled (which reads as a text of its own).
size_t SkipQuoted(absl::string_view sql, size_t i) {
  size_t end = sql.find(sql[i], i + 1);
  return end == absl::string_view::npos ? sql.size() : end;
}

// The condition of CREATE TRIGGER … WHEN (condition) EXECUTE …. pg_get_expr cannot deparse it: it
// knows one relation, and OLD and NEW are two.
std::string WhenCondition(absl::string_view definition) {
  constexpr absl::string_view kWhen = " WHEN (";
  size_t start = absl::string_view::npos;
  int depth = 0;
  for (size_t i = 0; i < definition.size(); ++i) {
    const char c = definition[i];
    if (c == '"' || c == '\'') {
      i = SkipQuoted(definition, i);
    } else if (start == absl::string_view::npos) {
      if (!absl::StartsWith(definition.substr(i), kWhen)) continue;
      i += kWhen.size() - 1;
      start = i + 1;
      depth = 1;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return StripParentheses(definition.substr(start, i - start));
    }
  }
  return "";
}

// tgtype, as pg_trigger.h has it.
constexpr int kRow = 1, kBefore = 2, kInsert = 4, kDelete = 8, kUpdate = 16, kTruncate = 32,
              kInstead = 64;

void ReadTrigger(Row& row, const Builder& builder, Trigger* trigger) {
  trigger->set_name(row.String("name"));
  const auto type = static_cast<int>(row.Int("type"));
  trigger->set_timing((type & kBefore) != 0    ? Trigger::BEFORE
                      : (type & kInstead) != 0 ? Trigger::INSTEAD_OF
                                               : Trigger::AFTER);
  if ((type & kInsert) != 0) trigger->add_event(Trigger::INSERT);
  if ((type & kUpdate) != 0) trigger->add_event(Trigger::UPDATE);
  if ((type & kDelete) != 0) trigger->add_event(Trigger::DELETE);
  if ((type & kTruncate) != 0) trigger->add_event(Trigger::TRUNCATE);
  for (int64_t column : Numbers(row.Text("update_of"))) {
    trigger->add_update_of(builder.ColumnName(row.Oid("relation"), static_cast<int>(column)));
  }
  trigger->set_for_each_row((type & kRow) != 0);
  if (!row.IsNull("definition")) trigger->set_when(WhenCondition(row.Text("definition")));
  ReadName(row, "function", [trigger] { return trigger->mutable_function(); });
  // Every argument ends with a zero byte.
  const std::string bytes = absl::HexStringToBytes(row.Text("arguments"));
  std::vector<std::string> arguments = absl::StrSplit(bytes, '\0');
  for (size_t i = 0; i + 1 < arguments.size(); ++i) trigger->add_argument(arguments[i]);
  trigger->set_constraint(row.Oid("constraint_oid") != 0);
  trigger->set_deferrable(row.Bool("deferrable"));
  trigger->set_initially_deferred(row.Bool("initially_deferred"));
  ReadName(row, "from_table", [trigger] { return trigger->mutable_from_table(); });
  trigger->set_old_table(row.String("old_table"));
  trigger->set_new_table(row.String("new_table"));
  trigger->set_enabled(EnabledOf(row.Text("enabled")));
}

Policy::Command CommandOf(absl::string_view command) {
  switch (command.empty() ? '*' : command[0]) {
    case 'r':
      return Policy::SELECT;
    case 'a':
      return Policy::INSERT;
    case 'w':
      return Policy::UPDATE;
    case 'd':
      return Policy::DELETE;
    default:
      return Policy::ALL;
  }
}

}  // namespace

void ReadTriggers(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Relation relation = FindRelation(row, builder);
    if (relation.table == nullptr && relation.view == nullptr) continue;
    if (row.Bool("clone")) {
      builder.AddUnmanaged(
          "a partition's own state (enabled, disabled) of its parent's trigger",
          absl::StrCat(relation.schema, ".", relation.name, ".", row.Text("name")));
      continue;
    }
    Trigger* trigger =
        relation.table != nullptr ? relation.table->add_trigger() : relation.view->add_trigger();
    ReadTrigger(row, builder, trigger);
    builder.Register({kPgTrigger, row.Oid("oid")}, trigger, relation.schema, relation.name);
    if (trigger->constraint()) {
      builder.Register({kPgConstraint, row.Oid("constraint_oid")}, trigger, relation.schema,
                       relation.name);
    }
  }
}

void ReadRules(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Relation relation = FindRelation(row, builder);
    if (relation.table == nullptr && relation.view == nullptr) continue;
    Rule* rule = relation.table != nullptr ? relation.table->add_rewrite_rule()
                                           : relation.view->add_rewrite_rule();
    rule->set_name(row.String("name"));
    absl::string_view definition = absl::StripAsciiWhitespace(row.Text("definition"));
    absl::ConsumeSuffix(&definition, ";");
    rule->set_definition(std::string(definition));
    rule->set_enabled(EnabledOf(row.Text("enabled")));
    builder.Register({kPgRewrite, row.Oid("oid")}, rule, relation.schema, relation.name);
  }
}

void ReadPolicies(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    auto* table = builder.FindAs<Table>({kPgClass, row.Oid("relation")});
    if (table == nullptr) continue;
    Policy* policy = table->add_policy();
    policy->set_name(row.String("name"));
    policy->set_restrictive(row.Bool("restrictive"));
    policy->set_command(CommandOf(row.Text("command")));
    // PUBLIC is OID 0, which no role has: it leaves the list empty.
    for (std::string& role : row.Array("roles")) policy->add_role(std::move(role));
    policy->set_using_(StripParentheses(row.Text("using")));
    policy->set_check(StripParentheses(row.Text("check")));
    builder.Register({kPgPolicy, row.Oid("oid")}, policy, table->schema(), table->name());
  }
}

void ReadEventTriggers(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    EventTrigger* trigger = builder.schema()->add_event_trigger();
    trigger->set_name(row.String("name"));
    trigger->set_event(row.String("event"));
    for (std::string& tag : row.Array("tags")) trigger->add_tag(std::move(tag));
    ReadName(row, "function", [trigger] { return trigger->mutable_function(); });
    trigger->set_enabled(EnabledOf(row.Text("enabled")));
    builder.Register({kPgEventTrigger, row.Oid("oid")}, trigger);
  }
}

}  // namespace autogen::introspect
