#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// defGetBoolean() of a DefElem: without a value it is on.
bool IsOff(const json& element) {
  const json& arg = Get(element, "arg");
  if (const json& boolean = Get(arg, "Boolean"); boolean.is_object()) {
    return !IsTrue(boolean, "boolval");
  }
  if (const json& integer = Get(arg, "Integer"); integer.is_object()) {
    return !Get(integer, "ival").is_number() || Get(integer, "ival") == 0;
  }
  // A bare word is a type's name to the grammar.
  std::string text = absl::AsciiStrToLower(GetString(Get(arg, "String"), "sval"));
  if (text.empty()) text = TypeOf(Get(arg, "TypeName"));
  return text == "false" || text == "off" || text == "no" || text == "0";
}

bool TurnsOff(const json& options) {
  for (const json& option : options) {
    const json& element = Get(option, "DefElem");
    const std::string name = GetString(element, "defname");
    if (name == "autovacuum_enabled" && IsOff(element)) return true;
  }
  return false;
}

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    const json& create = Body(statement, "CreateStmt");
    if (TurnsOff(Get(create, "options"))) {
      report({i,
              absl::StrCat("turns autovacuum off for ", Shown(RangeName(Get(create, "relation")))),
              ""});
    }
    for (const Part& part : Parts(statement)) {
      if (part.type != "AT_SetRelOptions") continue;
      if (!TurnsOff(Get(Get(*part.definition, "List"), "items"))) continue;
      report({i, absl::StrCat("turns autovacuum off for ", Shown(part.table)), ""});
    }
  }
}

}  // namespace

Rule AutovacuumOff() {
  return {.name = "autovacuum-off",
          .meaning = "autovacuum is turned off for a table",
          .why =
              "Dead rows stay, statistics grow old, and in the end an aggressive vacuum against "
              "wraparound "
              "runs anyway.",
          .fix = "Tune it instead: autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_limit.",
          .documentation = "https://www.postgresql.org/docs/current/routine-vacuuming.html",
          .engine = POSTGRESQL,
          .bad = {"ALTER TABLE tasks SET (autovacuum_enabled = false);",
                  "CREATE TABLE log (a int) WITH (autovacuum_enabled = off);"},
          .good = {"ALTER TABLE tasks SET (autovacuum_enabled = true);",
                   "ALTER TABLE tasks SET (autovacuum_vacuum_scale_factor = 0.01);",
                   "ALTER TABLE tasks RESET (autovacuum_enabled);"},
          .check = Check};
}

}  // namespace autogen::lint::rules
