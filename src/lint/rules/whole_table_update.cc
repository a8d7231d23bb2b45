#include "absl/strings/str_cat.h"
#include "src/impact/selects.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (statement.impact.trace.defines) continue;
    ForEachNode(statement.tree, [&](const std::string& node, const json& body) {
      if (node != "UpdateStmt") return;
      const SplitName table = RangeName(Get(body, "relation"));
      const bool joins = !Get(body, "fromClause").is_null();
      if (impact::Selects(Get(body, "whereClause")) || joins || IsNew(statement, table)) return;
      report({i, absl::StrCat("updates every row of ", Shown(table), " in one transaction"),
              "`autogen backfill` does it in small ones."});
    });
  }
}

}  // namespace

Rule WholeTableUpdate() {
  return {
      .name = "whole-table-update",
      .meaning = "every row of a table is updated in one transaction",
      .why =
          "Each row stays locked until the commit, the table grows to twice its size, and replicas "
          "fall behind.",
      .fix =
          "Update it in batches: `autogen backfill TABLE --set …`, which continues where it was "
          "stopped.",
      .documentation = "https://www.postgresql.org/docs/current/sql-update.html",
      .engine = POSTGRESQL,
      .bad =
          {"UPDATE tasks SET score = 0;", "UPDATE tasks SET low = lower(title) WHERE true;",
           "WITH u AS (UPDATE tasks SET low = lower(title) RETURNING id) SELECT count(*) FROM u;"},
      .good =
          {"UPDATE tasks SET score = 0 WHERE id = 7;",
           "UPDATE tasks SET score = p.score FROM projects p WHERE p.id = tasks.project;",
           "CREATE TABLE draft (a int);\nUPDATE draft SET a = 1;",
           "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC UPDATE tasks SET score = 0; "
           "END;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
