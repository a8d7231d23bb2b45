#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

// Where one relation is locked while another one is held.
struct Place {
  const Script* script;
  size_t statement;
};
using Pairs = std::map<std::pair<std::string, std::string>, Place>;

// {first, second} of each transaction: the second is locked while the first is held.
void FindPairs(const Script& script, Pairs* pairs) {
  std::vector<std::string> held;
  int step = -1;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    if (statement.step != step) held.clear();
    step = statement.step;
    for (const impact::Lock& lock : statement.impact.locks) {
      if (lock.is_new || lock.relation.name.empty() || !impact::BlocksWriters(lock.mode)) continue;
      const std::string relation = Shown(lock.relation);
      bool known = false;
      for (const std::string& first : held) known = known || first == relation;
      if (known) continue;
      for (const std::string& first : held) pairs->insert({{first, relation}, {&script, i}});
      held.push_back(relation);
    }
  }
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  Pairs pairs;
  for (const Script* before : options.pending) FindPairs(*before, &pairs);
  FindPairs(script, &pairs);
  for (const auto& [names, place] : pairs) {
    const auto other = pairs.find({names.second, names.first});
    // Said of the later one.
    if (other == pairs.end() || place.script != &script) continue;
    if (other->second.script == &script && other->second.statement > place.statement) continue;
    report({place.statement,
            absl::StrCat("locks ", names.second, " while ", names.first, " is held; ",
                         other->second.script->path, ":",
                         other->second.script->statements[other->second.statement].sql.line,
                         " does it the other way round"),
            ""});
  }
}

}  // namespace

Rule LockOrder() {
  return {.name = "lock-order",
          .meaning = "two transactions lock two tables in opposite order",
          .why =
              "A program that does as one of them does, while the other runs, waits for it and is "
              "waited "
              "for: the server ends one of the two (deadlock detected). With --since the scripts "
              "that are not "
              "applied yet are compared.",
          .fix = "Lock tables in one order everywhere, or change one table a step.",
          .documentation =
              "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS",
          .severity = report::Severity::kNote,
          .engine = POSTGRESQL,
          .bad = {"BEGIN;\nALTER TABLE tasks ADD COLUMN a int;\nALTER TABLE projects ADD COLUMN a "
                  "int;\nCOMMIT;\n"
                  "BEGIN;\nALTER TABLE projects ADD COLUMN b int;\nALTER TABLE tasks ADD COLUMN b "
                  "int;\nCOMMIT;",
                  "BEGIN;\nLOCK TABLE tasks, projects;\nCOMMIT;\nDROP TABLE projects, tasks;"},
          .good = {"BEGIN;\nALTER TABLE tasks ADD COLUMN a int;\nALTER TABLE projects ADD COLUMN a "
                   "int;\nCOMMIT;\n"
                   "BEGIN;\nALTER TABLE tasks ADD COLUMN b int;\nALTER TABLE projects ADD COLUMN b "
                   "int;\nCOMMIT;",
                   "ALTER TABLE tasks ADD COLUMN a int;\nALTER TABLE projects ADD COLUMN a int;\n"
                   "ALTER TABLE projects ADD COLUMN b int;\nALTER TABLE tasks ADD COLUMN b int;"},
          .check = Check};
}

}  // namespace autogen::lint::rules
