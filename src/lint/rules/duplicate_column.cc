#include <set>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// The first name that is there twice; "" where none is.
std::string Twice(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!name.empty() && !seen.insert(name).second) return name;
  }
  return "";
}

// SET a[1] = …, a[2] = … and SET a.x = …, a.y = … are parts of one column.
std::vector<std::string> Targets(const json& list) {
  std::vector<std::string> names;
  for (const json& item : list) {
    const json& target = Get(item, "ResTarget");
    if (Get(target, "indirection").is_null()) names.push_back(GetString(target, "name"));
  }
  return names;
}

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    std::string made;
    {
      std::vector<std::string> names;
      for (const NewColumn& column : NewColumns(statement)) names.push_back(column.name);
      made = Twice(names);
    }
    if (!made.empty()) report({i, absl::StrCat("makes column ", sql::Ident(made), " twice"), ""});
    if (const std::string alias = Twice(Strings(Get(Body(statement, "ViewStmt"), "aliases")));
        !alias.empty()) {
      report({i, absl::StrCat("names column ", sql::Ident(alias), " of the view twice"), ""});
    }
    ForEachNode(statement.tree, [&](const std::string& node, const json& body) {
      const char* list = node == "UpdateStmt"         ? "targetList"
                         : node == "InsertStmt"       ? "cols"
                         : node == "OnConflictClause" ? "targetList"
                                                      : nullptr;
      if (list == nullptr) return;
      const std::string name = Twice(Targets(Get(body, list)));
      if (!name.empty())
        report({i, absl::StrCat("assigns column ", sql::Ident(name), " twice"), ""});
    });
  }
}

}  // namespace

Rule DuplicateColumn() {
  return {.name = "duplicate-column",
          .meaning = "a statement names a column twice where it may stand once",
          .why =
              "PostgreSQL refuses it when it runs: in UPDATE … SET, the columns of INSERT, CREATE "
              "TABLE, "
              "ALTER TABLE … ADD COLUMN and a view's list.",
          .fix = "Remove one of them.",
          .documentation = "https://www.postgresql.org/docs/current/sql-update.html",
          .severity = report::Severity::kError,
          .engine = POSTGRESQL,
          .bad = {"UPDATE tasks SET score = 1, title = 'x', score = 2 WHERE id = 1;",
                  "CREATE TABLE a (x int, y int, x text);", "CREATE VIEW v (a, a) AS SELECT 1, 2;",
                  "INSERT INTO a (x, x) VALUES (1, 2);"},
          .good = {"UPDATE tasks SET part[1] = 1, part[2] = 2 WHERE id = 1;",
                   "CREATE TABLE a (x int, \"X\" int);", "SELECT 1 AS a, 2 AS a;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
