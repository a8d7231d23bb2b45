#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kMayFail, report);
}

}  // namespace

Rule MayFail() {
  return {
      .name = "may-fail",
      .meaning = "it fails where there are rows",
      .why =
          "A new column that is NOT NULL and has no default has no value for the rows that are "
          "there: the statement fails on every table but an empty one, and so do the INSERTs of "
          "programs that do not know the column.",
      .fix = "Give it a default, or add it without NOT NULL, fill it, and then forbid NULLs.",
      .documentation =
          "https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN",
      .bad = {"ALTER TABLE tasks ADD COLUMN score integer NOT NULL;",
              "ALTER TABLE tasks ADD COLUMN code text PRIMARY KEY;"},
      .good = {"ALTER TABLE tasks ADD COLUMN score integer NOT NULL DEFAULT 0;",
               "ALTER TABLE tasks ADD COLUMN id bigint NOT NULL GENERATED ALWAYS AS IDENTITY;",
               "CREATE TABLE draft (a int);\nALTER TABLE draft ADD COLUMN b int NOT NULL;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
