#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/lint/rules/known.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// A whole index begins with these columns, in any order.
bool IsIndexed(const Known::Table& table, const std::vector<std::string>& columns) {
  const std::set<std::string> wanted(columns.begin(), columns.end());
  return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const Known::Index& index) {
    if (!index.whole || index.columns.size() < columns.size()) return false;
    const std::set<std::string> first(index.columns.begin(),
                                      index.columns.begin() + static_cast<long>(columns.size()));
    return first == wanted;
  });
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  Known after = options.before == nullptr ? Known() : *options.before;
  for (const Statement& statement : script.statements) after.Follow(statement.tree);
  for (size_t i = 0; i < script.statements.size(); ++i) {
    for (const NewConstraint& constraint : NewConstraints(script.statements[i])) {
      if (constraint.type != "CONSTR_FOREIGN") continue;
      const Known::Table* table = after.Find(constraint.table);
      if (table == nullptr || !table->complete) continue;
      const std::vector<std::string> columns =
          constraint.column.empty() ? Strings(Get(*constraint.definition, "fk_attrs"))
                                    : std::vector<std::string>{constraint.column};
      if (IsIndexed(*table, columns)) continue;
      report({i,
              absl::StrCat("no index begins with ", absl::StrJoin(columns, ", "), " of ",
                           Shown(constraint.table), ", which references ",
                           Shown(RangeName(Get(*constraint.definition, "pktable")))),
              ""});
    }
  }
}

}  // namespace

Rule ForeignKeyIndex() {
  return {
      .name = "foreign-key-index",
      .meaning = "a foreign key without an index over its columns",
      .why =
          "Each row that is deleted from the referenced table, or gets another key, makes "
          "PostgreSQL "
          "look for rows that reference it: without an index it reads the whole table. A "
          "partial index does not count. What the tables are like is read from the scripts before.",
      .fix = "Create an index that begins with the foreign key's columns.",
      .documentation =
          "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
      .severity = report::Severity::kNote,
      .engine = POSTGRESQL,
      .bad = {"CREATE TABLE tasks (id bigint PRIMARY KEY, project bigint REFERENCES projects);",
              "CREATE TABLE tasks (id bigint, project bigint, day date);\n"
              "CREATE INDEX ON tasks (project) WHERE day IS NULL;\nCREATE INDEX ON tasks (id, "
              "project);\n"
              "ALTER TABLE tasks ADD FOREIGN KEY (project) REFERENCES projects (id);"},
      .good = {"CREATE TABLE tasks (id bigint, project bigint REFERENCES projects);\n"
               "CREATE INDEX ON tasks (project, id);",
               "CREATE TABLE pairs (a bigint REFERENCES x, b bigint, PRIMARY KEY (a, b));",
               "ALTER TABLE tasks ADD FOREIGN KEY (project) REFERENCES projects (id) NOT VALID;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
