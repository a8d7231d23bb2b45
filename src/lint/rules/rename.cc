#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kRename, report);
}

}  // namespace

Rule Rename() {
  return {
      .name = "rename",
      .meaning = "running programs use the old name",
      .why =
          "From the commit on, every query of a program that is already running fails for want of "
          "the table, column, schema, type, function or label that it names.",
      .fix =
          "Give a table its new name and leave a view of the old one behind; copy a column into "
          "one of the new name, write both for a while, then drop the old one.",
      .documentation = "https://www.postgresql.org/docs/current/sql-altertable.html",
      .bad = {"ALTER TABLE tasks RENAME TO jobs;", "ALTER TABLE tasks RENAME COLUMN title TO name;",
              "ALTER SCHEMA billing RENAME TO invoices;",
              "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';",
              "ALTER TABLE tasks SET SCHEMA archive;"},
      .good = {"ALTER INDEX tasks_title RENAME TO tasks_title_idx;",
               "ALTER TABLE tasks RENAME CONSTRAINT positive TO score_positive;",
               "CREATE TABLE draft (a int);\nALTER TABLE draft RENAME COLUMN a TO b;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
