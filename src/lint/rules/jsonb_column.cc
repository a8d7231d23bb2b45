#include "src/lint/rules/columns.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayTypes(script, report, [](const std::string& type, const json&) -> std::string {
    return type == "json" ? "json, which has no equality" : "";
  });
}

}  // namespace

Rule JsonbColumn() {
  return {.name = "jsonb-column",
          .meaning = "a column of type json",
          .why =
              "json has no equality: SELECT DISTINCT and UNION of such a column fail, and each "
              "access parses the text again.",
          .fix = "jsonb, unless the text must be kept to the byte.",
          .documentation = "https://www.postgresql.org/docs/current/datatype-json.html",
          .set = Set::kStyle,
          .engine = POSTGRESQL,
          .bad = {"CREATE TABLE tasks (data json);", "ALTER TABLE tasks ADD COLUMN data json[];"},
          .good = {"CREATE TABLE tasks (data jsonb);", "SELECT data::json FROM tasks;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
