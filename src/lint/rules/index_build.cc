#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

std::string Help(const Statement& statement, const Hazard&) {
  const std::string node = sql::NodeName(statement.tree);
  if (node == "IndexStmt") {
    return "CREATE INDEX CONCURRENTLY lets others write. On a partitioned table: CREATE INDEX … ON "
           "ONLY, then build and attach one for each partition.";
  }
  if (node == "ReindexStmt") return "REINDEX … CONCURRENTLY lets others write.";
  for (const NewConstraint& constraint : NewConstraints(statement)) {
    if (constraint.type == "CONSTR_PRIMARY" || constraint.type == "CONSTR_UNIQUE") {
      return "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … USING INDEX.";
    }
    if (constraint.type == "CONSTR_EXCLUSION") {
      return "An exclusion constraint has no online way: plan a time without writers.";
    }
  }
  return "";
}

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kIndexBuild, report, Help);
}

}  // namespace

Rule IndexBuild() {
  return {
      .name = "index-build",
      .meaning = "an index is built while writers wait",
      .why =
          "CREATE INDEX and REINDEX hold SHARE, so that nobody writes until the index is there; a "
          "PRIMARY KEY, UNIQUE or EXCLUDE constraint that builds its index holds ACCESS EXCLUSIVE: "
          "nobody reads either.",
      .fix =
          "CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY, outside of a transaction; a key "
          "takes "
          "over such an index by ADD CONSTRAINT … USING INDEX. `autogen -m` writes that.",
      .documentation =
          "https://www.postgresql.org/docs/current/"
          "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      .bad = {"CREATE INDEX tasks_title ON tasks (title);", "CREATE INDEX ON ONLY tasks (title);",
              "ALTER TABLE tasks ADD CONSTRAINT tasks_code UNIQUE (code);",
              "ALTER TABLE tasks ADD PRIMARY KEY (id);",
              "ALTER TABLE tasks ADD EXCLUDE USING gist (during WITH &&);", "REINDEX TABLE tasks;"},
      .good = {"CREATE INDEX CONCURRENTLY tasks_title ON tasks (title);",
               "CREATE UNIQUE INDEX CONCURRENTLY tasks_code ON tasks (code);\n"
               "ALTER TABLE tasks ADD CONSTRAINT tasks_code UNIQUE USING INDEX tasks_code;",
               "CREATE TABLE draft (a int);\nCREATE INDEX ON draft (a);",
               "REINDEX TABLE CONCURRENTLY tasks;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
