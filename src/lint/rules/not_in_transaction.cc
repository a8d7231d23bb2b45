#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (!statement.in_block || statement.impact.run != impact::RunMode::kAlone) continue;
    report({i, "cannot run inside a transaction block",
            statement.impact.concurrently ? "CONCURRENTLY commits in between: run it on its own."
                                          : ""});
  }
}

}  // namespace

Rule NotInTransaction() {
  return {
      .name = "not-in-transaction",
      .meaning = "a statement that fails inside the transaction that it stands in",
      .why =
          "CREATE INDEX CONCURRENTLY, VACUUM, ALTER SYSTEM and others refuse to run between BEGIN "
          "and COMMIT. In a script of autogen they are steps of their own without anything being "
          "said.",
      .fix =
          "Put it outside of BEGIN and COMMIT. For files that another tool runs in one "
          "transaction, "
          "say --in-transaction.",
      .documentation =
          "https://www.postgresql.org/docs/current/"
          "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      .severity = report::Severity::kError,
      .engine = POSTGRESQL,
      .bad = {"BEGIN;\nCREATE INDEX CONCURRENTLY i ON tasks (title);\nCOMMIT;",
              "BEGIN;\nVACUUM tasks;\nCOMMIT;",
              "START TRANSACTION;\nREINDEX TABLE CONCURRENTLY tasks;\nCOMMIT;"},
      .good = {"CREATE INDEX CONCURRENTLY i ON tasks (title);",
               "BEGIN;\nCREATE TABLE a (x int);\nCOMMIT;\nVACUUM tasks;",
               "BEGIN;\nREFRESH MATERIALIZED VIEW CONCURRENTLY totals;\nCOMMIT;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
