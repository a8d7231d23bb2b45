#include <set>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  // Whether it is CONCURRENTLY where that is possible, the configuration decided (`online`).
  if (script.generated) return;
  std::set<std::string> made;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    const json& index = Body(statement, "IndexStmt");
    if (!index.is_null()) made.insert(GetString(index, "idxname"));
    const json& drop = Body(statement, "DropStmt");
    if (GetString(drop, "removeType") != "OBJECT_INDEX" || IsTrue(drop, "concurrent")) continue;
    for (const json& object : Get(drop, "objects")) {
      const SplitName name = ListName(Get(Get(object, "List"), "items"));
      if (made.count(name.name) > 0) continue;
      report({i, absl::StrCat("drops index ", Shown(name), " under ACCESS EXCLUSIVE on its table"),
              "DROP INDEX CONCURRENTLY lets others read and write."});
    }
  }
}

}  // namespace

Rule IndexDrop() {
  return {
      .name = "index-drop",
      .meaning = "an index is dropped while readers wait",
      .why =
          "DROP INDEX needs ACCESS EXCLUSIVE on the table: it waits for every query, and everybody "
          "waits behind it.",
      .fix = "DROP INDEX CONCURRENTLY, outside of a transaction. `autogen -m` writes that.",
      .documentation = "https://www.postgresql.org/docs/current/sql-dropindex.html",
      .engine = POSTGRESQL,
      .bad = {"DROP INDEX tasks_title;", "DROP INDEX IF EXISTS billing.invoices_day CASCADE;"},
      .good = {"DROP INDEX CONCURRENTLY tasks_title;",
               "CREATE INDEX i ON tasks (title);\nDROP INDEX i;", "DROP TABLE tasks;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
