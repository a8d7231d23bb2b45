#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {
namespace {

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kUnguard, report);
}

}  // namespace

Rule Unguard() {
  return {
      .name = "unguard",
      .meaning = "row security, a policy or a trigger no longer guards the rows",
      .why =
          "What a policy hid can be read, and what a trigger (a foreign key is one, too) kept out "
          "can be written, without any error that somebody would notice.",
      .fix = "Create what takes its place first, in the same step.",
      .documentation = "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
      .bad = {"ALTER TABLE tasks DISABLE ROW LEVEL SECURITY;", "DROP POLICY own ON tasks;",
              "ALTER TABLE tasks DISABLE TRIGGER ALL;", "DROP TRIGGER audit ON tasks;"},
      .good = {"ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;",
               "ALTER TABLE tasks ENABLE TRIGGER audit;",
               "ALTER POLICY own ON tasks USING (owner = current_user);"},
      .check = Check};
}

}  // namespace autogen::lint::rules
