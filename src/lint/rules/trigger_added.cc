#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    const json& trigger = Body(statement, "CreateTrigStmt");
    if (trigger.is_null()) continue;
    const SplitName table = RangeName(Get(trigger, "relation"));
    if (IsNew(statement, table)) continue;
    report({i,
            absl::StrCat("adds trigger ", sql::Ident(GetString(trigger, "trigname")), " to ",
                         Shown(table)),
            ""});
  }
}

}  // namespace

Rule TriggerAdded() {
  return {
      .name = "trigger-added",
      .meaning = "a trigger on a table in use",
      .why =
          "CREATE TRIGGER waits for writers (SHARE ROW EXCLUSIVE), and from then on the trigger "
          "runs in "
          "every write of programs that do not know it: its errors are theirs, and its time.",
      .fix =
          "Have its function reviewed as code that runs in production; look at what a bulk load "
          "does "
          "with it.",
      .documentation = "https://www.postgresql.org/docs/current/sql-createtrigger.html",
      .severity = report::Severity::kNote,
      .engine = POSTGRESQL,
      .bad = {"CREATE TRIGGER audit AFTER INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION log();",
              "CREATE CONSTRAINT TRIGGER sums AFTER UPDATE ON tasks DEFERRABLE FOR EACH ROW "
              "EXECUTE FUNCTION check_sums();"},
      .good = {"CREATE TABLE draft (a int);\n"
               "CREATE TRIGGER audit AFTER INSERT ON draft FOR EACH ROW EXECUTE FUNCTION log();",
               "ALTER TABLE tasks ENABLE TRIGGER audit;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
