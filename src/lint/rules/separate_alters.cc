#include <set>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// The table of an ALTER TABLE all of whose parts could stand in one with others.
SplitName Joinable(const Statement& statement) {
  static const auto& kTypes =
      *new std::set<std::string>{"AT_AddColumn",     "AT_DropColumn",    "AT_AlterColumnType",
                                 "AT_ColumnDefault", "AT_SetNotNull",    "AT_DropNotNull",
                                 "AT_SetRelOptions", "AT_SetStatistics", "AT_SetStorage"};
  SplitName table;
  for (const Part& part : Parts(statement)) {
    if (kTypes.count(part.type) == 0) return {};
    table = part.table;
  }
  return table;
}

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 1; i < script.statements.size(); ++i) {
    const Statement &before = script.statements[i - 1], &statement = script.statements[i];
    const SplitName table = Joinable(statement);
    if (table.name.empty() || !IsSame(Joinable(before), table)) continue;
    if (script.managed && before.step != statement.step) continue;
    report({i, absl::StrCat("alters ", Shown(table), ", as the statement before it does"), ""});
  }
}

}  // namespace

Rule SeparateAlters() {
  return {.name = "separate-alters",
          .meaning = "two ALTER TABLE of one table that could be one",
          .why =
              "Each takes its lock; where both look at the rows, or rewrite them, the work is done "
              "twice.",
          .fix = "ALTER TABLE tasks ADD COLUMN a int, ADD COLUMN b int.",
          .documentation = "https://www.postgresql.org/docs/current/sql-altertable.html",
          .set = Set::kStyle,
          .severity = report::Severity::kNote,
          .engine = POSTGRESQL,
          .bad = {"ALTER TABLE tasks ADD COLUMN a int;\nALTER TABLE tasks ADD COLUMN b int;",
                  "ALTER TABLE tasks ALTER a TYPE bigint;\nALTER TABLE tasks ALTER b TYPE bigint;"},
          .good = {"ALTER TABLE tasks ADD COLUMN a int, ADD COLUMN b int;",
                   "ALTER TABLE tasks ADD COLUMN a int;\nALTER TABLE projects ADD COLUMN a int;",
                   "ALTER TABLE tasks ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n"
                   "ALTER TABLE tasks VALIDATE CONSTRAINT c;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
