#include "src/lint/rules/rules.h"
#include "src/lint/rules/settings.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  if (script.managed) return;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (const auto limit = FindTimeLimit(statement, "statement_timeout"); limit.has_value()) {
      if (limit->is_set) return;
      continue;
    }
    if (statement.impact.locks.empty()) continue;
    report({i, "runs before any statement_timeout is set", ""});
    return;
  }
}

}  // namespace

Rule StatementTimeout() {
  return {.name = "statement-timeout",
          .meaning = "no statement_timeout is set before the first statement",
          .why =
              "A statement that takes much longer than anybody thought holds its locks as long. A "
              "script "
              "of autogen gets its limit from apply { statement_timeout_ms }.",
          .fix =
              "SET statement_timeout = '1min' at the head of the file, 0 where an index is built "
              "concurrently.",
          .documentation =
              "https://www.postgresql.org/docs/current/"
              "runtime-config-client.html#GUC-STATEMENT-TIMEOUT",
          .set = Set::kStrict,
          .engine = POSTGRESQL,
          .bad = {"ALTER TABLE tasks ADD COLUMN score int;",
                  "SET lock_timeout = '2s';\nALTER TABLE tasks ADD COLUMN score int;"},
          .good = {"SET statement_timeout = '5s';\nALTER TABLE tasks ADD COLUMN score int;",
                   "SELECT 1;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
