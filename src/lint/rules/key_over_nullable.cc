#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/lint/rules/known.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// The columns of an index that an earlier statement of the script builds.
std::vector<std::string> ColumnsOf(const Script& script, size_t before, const std::string& index) {
  std::vector<std::string> columns;
  for (size_t i = 0; i < before; ++i) {
    const json& made = Body(script.statements[i], "IndexStmt");
    if (GetString(made, "idxname") != index) continue;
    columns.clear();
    for (const json& key : Get(made, "indexParams")) {
      columns.push_back(GetString(Get(key, "IndexElem"), "name"));
    }
  }
  return columns;
}

bool IsSetNotNull(const Script& script, size_t before, const SplitName& table,
                  const std::string& column) {
  for (size_t i = 0; i < before; ++i) {
    for (const Part& part : Parts(script.statements[i])) {
      if (part.type == "AT_SetNotNull" && part.name == column && IsSame(part.table, table))
        return true;
    }
  }
  return false;
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  // Its writer knew the columns.
  if (script.generated) return;
  Known known = options.before == nullptr ? Known() : *options.before;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    for (const NewConstraint& constraint : NewConstraints(statement)) {
      const std::string index = GetString(*constraint.definition, "indexname");
      if (constraint.type != "CONSTR_PRIMARY" || index.empty() ||
          IsNew(statement, constraint.table)) {
        continue;
      }
      const Known::Table* table = known.Find(constraint.table);
      std::vector<std::string> columns = ColumnsOf(script, i, index);
      if (columns.empty()) {
        const auto found = known.FindIndex({constraint.table.schema, index});
        if (found.second != nullptr) columns = found.second->columns;
      }
      std::vector<std::string> nullable;
      for (const std::string& column : columns) {
        if (IsSetNotNull(script, i, constraint.table, column)) continue;
        const bool is_known = table != nullptr && table->columns.count(column) > 0;
        if (!is_known || !table->columns.at(column).not_null) nullable.push_back(column);
      }
      if (nullable.empty()) continue;
      report({i,
              absl::StrCat("makes a primary key over ", absl::StrJoin(nullable, ", "),
                           ", which may hold NULL: scans ", Shown(constraint.table)),
              "SET NOT NULL first, after a validated CHECK (… IS NOT NULL).", table == nullptr});
    }
    known.Follow(statement.tree);
  }
}

}  // namespace

Rule KeyOverNullable() {
  return {.name = "key-over-nullable",
          .meaning = "a primary key over columns that may be NULL",
          .why =
              "PRIMARY KEY USING INDEX is quick only where its columns are NOT NULL already: else "
              "it sets "
              "them NOT NULL, and reads the whole table for that under ACCESS EXCLUSIVE.",
          .fix = "Set the columns NOT NULL first, in the steps that table-scan names.",
          .documentation = "https://www.postgresql.org/docs/current/sql-altertable.html",
          .severity = report::Severity::kNote,
          .engine = POSTGRESQL,
          .bad = {"CREATE UNIQUE INDEX CONCURRENTLY i ON tasks (id);\n"
                  "ALTER TABLE tasks ADD PRIMARY KEY USING INDEX i;",
                  "CREATE UNIQUE INDEX CONCURRENTLY i ON tasks (id, day);\n"
                  "ALTER TABLE tasks ALTER COLUMN id SET NOT NULL;\n"
                  "ALTER TABLE tasks ADD PRIMARY KEY USING INDEX i;"},
          .good = {"CREATE UNIQUE INDEX CONCURRENTLY i ON tasks (id);\n"
                   "ALTER TABLE tasks ALTER COLUMN id SET NOT NULL;\n"
                   "ALTER TABLE tasks ADD PRIMARY KEY USING INDEX i;",
                   "CREATE UNIQUE INDEX CONCURRENTLY i ON tasks (id);\n"
                   "ALTER TABLE tasks ADD UNIQUE USING INDEX i;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
