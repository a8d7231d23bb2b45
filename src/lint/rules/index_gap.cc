#include <vector>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/known.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// A later statement builds what takes the dropped one's place: under its name, or over the same
// first column of the same table.
bool IsReplaced(const Script& script, const std::vector<size_t>& builds, size_t from,
                const SplitName& name, const Known& known) {
  const auto [table, index] = known.FindIndex(name);
  for (const size_t i : builds) {
    if (i <= from) continue;
    const json& made = Body(script.statements[i], "IndexStmt");
    if (GetString(made, "idxname") == name.name) return true;
    if (index == nullptr || index->columns.empty() || index->columns[0].empty()) continue;
    const json& keys = Get(made, "indexParams");
    if (keys.empty() || RangeName(Get(made, "relation")).name != table.name) continue;
    if (GetString(Get(keys[0], "IndexElem"), "name") == index->columns[0]) return true;
  }
  return false;
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  std::vector<size_t> builds;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const json& made = Body(script.statements[i], "IndexStmt");
    if (!made.is_null() && !IsNew(script.statements[i], RangeName(Get(made, "relation")))) {
      builds.push_back(i);
    }
  }
  if (builds.empty()) return;
  Known known = options.before == nullptr ? Known() : *options.before;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    const json& drop = Body(statement, "DropStmt");
    if (GetString(drop, "removeType") == "OBJECT_INDEX") {
      for (const json& object : Get(drop, "objects")) {
        const SplitName name = ListName(Get(Get(object, "List"), "items"));
        if (!IsReplaced(script, builds, i, name, known)) continue;
        report({i, absl::StrCat("drops index ", Shown(name), " before its replacement is built"),
                "Build the new one under another name first."});
      }
    }
    known.Follow(statement.tree);
  }
}

}  // namespace

Rule IndexGap() {
  return {
      .name = "index-gap",
      .meaning = "an index is dropped before its replacement is there",
      .why =
          "In between, every query that needs the index reads the whole table, and a unique one "
          "guards nothing.",
      .fix = "Rename the old one, build the new one CONCURRENTLY, drop the old one.",
      .documentation = "https://www.postgresql.org/docs/current/sql-dropindex.html",
      .severity = report::Severity::kNote,
      .engine = POSTGRESQL,
      .bad = {"DROP INDEX CONCURRENTLY tasks_title;\n"
              "CREATE INDEX CONCURRENTLY tasks_title ON tasks (title, id);",
              "CREATE TABLE tasks (id int, title text);\nCREATE INDEX a ON tasks (title);\n"
              "DO $$ BEGIN END $$;\nDROP INDEX a;\nCREATE INDEX b ON tasks (title, id);"},
      .good = {"CREATE INDEX CONCURRENTLY tasks_new ON tasks (title, id);\n"
               "DROP INDEX CONCURRENTLY tasks_title;",
               "DROP INDEX CONCURRENTLY tasks_title;\n"
               "CREATE INDEX CONCURRENTLY projects_name ON projects (name);"},
      .check = Check};
}

}  // namespace autogen::lint::rules
