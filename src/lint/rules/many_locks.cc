#include <set>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  std::set<std::string> held;
  int step = -1;
  bool said = false;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (statement.step != step) {
      held.clear();
      said = false;
    }
    step = statement.step;
    for (const impact::Lock& lock : statement.impact.locks) {
      if (lock.is_new || lock.relation.name.empty() || !impact::BlocksReaders(lock.mode)) continue;
      const std::string relation = Shown(lock.relation);
      if (!said && !held.empty() && held.count(relation) == 0) {
        report({i,
                absl::StrCat("locks ", relation, " (ACCESS EXCLUSIVE) while the same lock on ",
                             *held.begin(), " is held"),
                ""});
        said = true;
      }
      held.insert(relation);
    }
  }
}

}  // namespace

Rule ManyLocks() {
  return {
      .name = "many-locks",
      .meaning = "several tables are locked against readers in one transaction",
      .why =
          "While it waits for the second table, nobody reads the first; and a program that takes "
          "them "
          "in the other order ends in a deadlock.",
      .fix = "Change one table a step.",
      .documentation =
          "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS",
      .severity = report::Severity::kNote,
      .engine = POSTGRESQL,
      .bad =
          {"BEGIN;\nALTER TABLE tasks ADD COLUMN a int;\nALTER TABLE projects ADD COLUMN a int;\n"
           "COMMIT;",
           "DROP TABLE tasks, projects;"},
      .good = {"ALTER TABLE tasks ADD COLUMN a int;\nALTER TABLE projects ADD COLUMN a int;",
               "BEGIN;\nALTER TABLE tasks ADD COLUMN a int;\nALTER TABLE tasks ADD COLUMN b "
               "int;\nCOMMIT;",
               "BEGIN;\nCREATE TABLE a (x int);\nCREATE TABLE b (x int);\n"
               "ALTER TABLE a ADD y int;\nALTER TABLE b ADD y int;\nCOMMIT;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
