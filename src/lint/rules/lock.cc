#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kLock, report);
}

}  // namespace

Rule Lock() {
  return {
      .name = "lock",
      .meaning = "a table is locked until the step commits",
      .why =
          "LOCK TABLE in a mode that blocks writers is held to the end of its transaction, "
          "whatever "
          "the statements behind it do.",
      .fix = "Leave the lock to the statement that needs it, or take it last.",
      .documentation = "https://www.postgresql.org/docs/current/explicit-locking.html",
      .bad = {"LOCK TABLE tasks;", "LOCK TABLE tasks, projects IN SHARE MODE;"},
      .good = {"LOCK TABLE tasks IN ACCESS SHARE MODE;", "LOCK TABLE tasks IN ROW EXCLUSIVE MODE;",
               "CREATE TABLE draft (a int);\nLOCK TABLE draft;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
