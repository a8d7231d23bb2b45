#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    for (const Part& part : Parts(statement)) {
      if (part.type != "AT_DetachPartition" || statement.impact.concurrently) continue;
      if (IsNew(statement, part.table)) continue;
      report({i,
              absl::StrCat("detaches a partition of ", Shown(part.table),
                           " under ACCESS EXCLUSIVE on it"),
              "DETACH PARTITION … CONCURRENTLY lets others read and write."});
    }
  }
}

}  // namespace

Rule PartitionDetach() {
  return {.name = "partition-detach",
          .meaning = "a partition is detached while everybody waits",
          .why =
              "DETACH PARTITION locks the partitioned table, and so all its partitions, against "
              "readers.",
          .fix =
              "DETACH PARTITION … CONCURRENTLY (PostgreSQL 14), outside of a transaction, where "
              "there is "
              "no default partition.",
          .documentation =
              "https://www.postgresql.org/docs/current/"
              "sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION",
          .engine = POSTGRESQL,
          .bad = {"ALTER TABLE events DETACH PARTITION y2020;",
                  "ALTER TABLE IF EXISTS log.events DETACH PARTITION log.y2020;"},
          .good = {"ALTER TABLE events DETACH PARTITION y2020 CONCURRENTLY;",
                   "ALTER TABLE events DETACH PARTITION y2020 FINALIZE;",
                   "CREATE TABLE e (a int) PARTITION BY LIST (a);\n"
                   "CREATE TABLE p PARTITION OF e DEFAULT;\nALTER TABLE e DETACH PARTITION p;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
