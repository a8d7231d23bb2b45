#include <set>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// "IF NOT EXISTS" or "IF EXISTS" where the statement could say it and does not.
std::string Missing(const Statement& statement) {
  const std::string node = sql::NodeName(statement.tree);
  const json& body = sql::NodeBody(statement.tree);
  static const auto& kMakes = *new std::set<std::string>{
      "CreateStmt", "IndexStmt", "CreateSchemaStmt", "CreateSeqStmt", "CreateExtensionStmt"};
  if (kMakes.count(node) > 0 && !IsTrue(body, "if_not_exists")) {
    // An index needs a name for that.
    return node == "IndexStmt" && GetString(body, "idxname").empty() ? "" : "IF NOT EXISTS";
  }
  if (node == "DropStmt" && !IsTrue(body, "missing_ok")) return "IF EXISTS";
  for (const json& item : Get(Body(statement, "AlterTableStmt"), "cmds")) {
    const json& command = Get(item, "AlterTableCmd");
    const std::string type = GetString(command, "subtype");
    if (IsTrue(command, "missing_ok")) continue;
    if (type == "AT_AddColumn") return "IF NOT EXISTS";
    if (type == "AT_DropColumn" || type == "AT_DropConstraint") return "IF EXISTS";
  }
  return "";
}

void Check(const Script& script, const RuleOptions&, Report report) {
  // Continued where it was interrupted.
  if (script.managed) return;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (statement.in_block) continue;
    const std::string missing = Missing(statement);
    if (!missing.empty())
      report({i, absl::StrCat("fails when the file runs again: no ", missing), ""});
  }
}

}  // namespace

Rule Repeatable() {
  return {
      .name = "repeatable",
      .meaning = "a statement that fails when the file is run again",
      .why =
          "A file that is run statement by statement and stops in the middle cannot be started "
          "again: "
          "what it made is there already. `autogen upgrade` knows where a script stopped, and "
          "continues there.",
      .fix = "IF [NOT] EXISTS, or BEGIN and COMMIT around it all.",
      .documentation = "https://www.postgresql.org/docs/current/sql-createtable.html",
      .set = Set::kStyle,
      .engine = POSTGRESQL,
      .bad = {"CREATE TABLE a (x int);", "ALTER TABLE tasks DROP COLUMN title;",
              "DROP INDEX CONCURRENTLY i;"},
      .good = {"CREATE TABLE IF NOT EXISTS a (x int);", "BEGIN;\nCREATE TABLE a (x int);\nCOMMIT;",
               "ALTER TABLE tasks ADD COLUMN IF NOT EXISTS title text;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
