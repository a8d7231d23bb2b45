#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kDrop, report);
}

}  // namespace

Rule Drop() {
  return {
      .name = "drop",
      .meaning = "running programs may use what is dropped or revoked",
      .why =
          "A view, function, type, index or privilege holds no rows, but a program that is already "
          "running may need it: its queries fail, or become slow without their index.",
      .fix =
          "Deploy programs that no longer use it first, and drop it in a later script. What is "
          "dropped to be created in another form by the same script is not reported.",
      .documentation = "https://www.postgresql.org/docs/current/sql-dropview.html",
      .bad = {"DROP VIEW open_tasks;", "DROP FUNCTION total(bigint);",
              "REVOKE SELECT ON tasks FROM app;", "ALTER TABLE events DETACH PARTITION y2020;"},
      .good = {"DROP VIEW open_tasks;\nCREATE VIEW open_tasks AS SELECT 1 AS id;",
               "GRANT SELECT ON tasks TO app;", "DROP OPERATOR FAMILY numbers USING btree;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
