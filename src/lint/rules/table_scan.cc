#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

std::string Help(const Statement& statement, const Hazard&) {
  for (const Part& part : Parts(statement)) {
    if (part.type == "AT_AddConstraint" || part.type == "AT_AddColumn") {
      return "Add it NOT VALID, then VALIDATE CONSTRAINT in a step of its own: that lets others "
             "write.";
    }
    if (part.type == "AT_SetNotNull") {
      return "A CHECK (… IS NOT NULL) that was added NOT VALID and validated spares the scan.";
    }
    if (part.type == "AT_AttachPartition") {
      return "A validated CHECK that says the same as the bounds spares the scan.";
    }
  }
  if (sql::NodeName(statement.tree) == "AlterDomainStmt") {
    return "Add it NOT VALID, then VALIDATE CONSTRAINT in a step of its own.";
  }
  return "";
}

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kTableScan, report, Help);
}

}  // namespace

Rule TableScan() {
  return {
      .name = "table-scan",
      .meaning = "a table is scanned while writers wait",
      .why =
          "A CHECK or foreign key that is validated at once, SET NOT NULL, and a partition that is "
          "attached make PostgreSQL read every row under a lock that blocks writers, or readers, "
          "too.",
      .fix =
          "Add the constraint NOT VALID, which takes a moment, and validate it in a step of its "
          "own, under SHARE UPDATE EXCLUSIVE. For NOT NULL add CHECK (column IS NOT NULL) in this "
          "way, then SET NOT NULL, which does not scan any more, then drop the CHECK. "
          "`autogen -m` writes these steps.",
      .documentation =
          "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
      .bad = {"ALTER TABLE tasks ADD CONSTRAINT positive CHECK (score > 0);",
              "ALTER TABLE tasks ADD FOREIGN KEY (project) REFERENCES projects (id);",
              "ALTER TABLE tasks ALTER COLUMN title SET NOT NULL;",
              "ALTER TABLE events ATTACH PARTITION y2026 FOR VALUES FROM (2026) TO (2027);",
              "ALTER TABLE tasks ADD CONSTRAINT title_there CHECK (title IS NOT NULL) NOT VALID;\n"
              "ALTER TABLE tasks ALTER COLUMN title SET NOT NULL;",
              "ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0);"},
      .good = {"ALTER TABLE tasks ADD CONSTRAINT positive CHECK (score > 0) NOT VALID;\n"
               "ALTER TABLE tasks VALIDATE CONSTRAINT positive;",
               "ALTER TABLE tasks ADD CONSTRAINT title_there CHECK (title IS NOT NULL) NOT VALID;\n"
               "ALTER TABLE tasks VALIDATE CONSTRAINT title_there;\n"
               "ALTER TABLE tasks ALTER COLUMN title SET NOT NULL;\n"
               "ALTER TABLE tasks DROP CONSTRAINT title_there;",
               "ALTER TABLE tasks ADD COLUMN project bigint REFERENCES projects (id);",
               "CREATE TABLE draft (a int);\nALTER TABLE draft ADD CHECK (a > 0);"},
      .check = Check};
}

}  // namespace autogen::lint::rules
