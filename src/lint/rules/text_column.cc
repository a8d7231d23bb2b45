#include "src/lint/rules/columns.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayTypes(script, report, [](const std::string& type, const json& type_name) -> std::string {
    return type == "varchar" && HasModifier(type_name) ? "a varchar with a limit" : "";
  });
}

}  // namespace

Rule TextColumn() {
  return {.name = "text-column",
          .meaning = "a text with a limit: varchar(n)",
          .why =
              "A limit that becomes too small is a change of the table; text stores the same and "
              "is as fast.",
          .fix = "text, with a CHECK (length(…) <= n) where a limit matters.",
          .documentation = "https://www.postgresql.org/docs/current/datatype-character.html",
          .set = Set::kStyle,
          .engine = POSTGRESQL,
          .bad = {"CREATE TABLE tasks (title varchar(80));",
                  "ALTER TABLE tasks ALTER COLUMN title TYPE character varying(200);"},
          .good = {"CREATE TABLE tasks (title text CHECK (length(title) <= 80));",
                   "ALTER TABLE tasks ADD COLUMN title varchar;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
