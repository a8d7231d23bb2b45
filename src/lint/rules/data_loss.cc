#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kDataLoss, report);
}

}  // namespace

Rule DataLoss() {
  return {
      .name = "data-loss",
      .meaning = "rows, values, columns or tables are lost",
      .why =
          "A dropped column, an emptied table or a deleted row comes back from a backup alone, and "
          "programs that still run may read it.",
      .fix =
          "Deploy programs that no longer use it first, keep the rows under another name for a "
          "while, and drop them in a later script. Where it is meant, have it approved: `autogen "
          "approve`.",
      .documentation = "https://www.postgresql.org/docs/current/sql-altertable.html",
      .bad = {"ALTER TABLE tasks DROP COLUMN title;", "DROP TABLE tasks;",
              "TRUNCATE tasks CASCADE;", "DELETE FROM tasks WHERE true;",
              "UPDATE tasks SET title = NULL;", "DROP SCHEMA billing CASCADE;"},
      .good = {"CREATE TABLE draft (a int);\nALTER TABLE draft DROP COLUMN a;\nDROP TABLE draft;",
               "ALTER TABLE tasks ALTER COLUMN title DROP DEFAULT;",
               "UPDATE tasks SET title = trim(title) WHERE title <> trim(title);",
               "CREATE FUNCTION clear() RETURNS void LANGUAGE sql AS $$ DELETE FROM tasks $$;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
