#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  size_t begun = kWholeFile;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (statement.impact.run != impact::RunMode::kTransactionControl) continue;
    const std::string kind = TransactionKind(statement.tree);
    if (script.managed) {
      report({i, "controls the transaction, which a script must leave to `autogen upgrade`",
              "\"-- autogen: step\" commits what comes before."});
    } else if (kind == "begin") {
      const bool within = begun != kWholeFile || (i > 0 && script.statements[i - 1].in_block);
      if (within) report({i, "begins a transaction inside of another one", ""});
      if (begun == kWholeFile) begun = i;
    } else if (kind == "commit" || kind == "rollback") {
      const bool outside = begun == kWholeFile;
      if (outside && statement.in_block) {
        report({i, "ends the transaction that the file is run in", ""});
      } else if (outside) {
        report({i, "ends a transaction that was never begun", ""});
      }
      begun = kWholeFile;
    }
  }
  if (begun == kWholeFile || script.managed) return;
  report({begun, "begins a transaction that the file never commits",
          "Without COMMIT nothing of it is applied."});
}

}  // namespace

Rule TransactionControl() {
  return {
      .name = "transaction-control",
      .meaning = "BEGIN, COMMIT or ROLLBACK where it does harm",
      .why =
          "A file that begins a transaction and never commits it changes nothing; a second BEGIN "
          "is "
          "a warning that changes nothing, and the first COMMIT ends everything. `autogen upgrade` "
          "runs each step of a script in a transaction of its own, together with its row of the "
          "version table.",
      .fix = "Leave it out of scripts; elsewhere commit what was begun, once.",
      .documentation = "https://www.postgresql.org/docs/current/sql-begin.html",
      .severity = report::Severity::kError,
      .engine = POSTGRESQL,
      .bad = {"BEGIN;\nCREATE TABLE a (x int);", "BEGIN;\nBEGIN;\nCREATE TABLE a (x int);\nCOMMIT;",
              "CREATE TABLE a (x int);\nCOMMIT;"},
      .good = {"BEGIN;\nCREATE TABLE a (x int);\nCOMMIT;",
               "BEGIN;\nSAVEPOINT s;\nROLLBACK TO s;\nCOMMIT;",
               "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
