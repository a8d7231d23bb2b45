#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/known.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

std::string KindOf(const Known& known, const SplitName& table, const std::string& name) {
  const Known::Table* found = known.Find(table);
  if (found == nullptr) return "constraint";
  for (const Known::Constraint& constraint : found->constraints) {
    if (constraint.name != name) continue;
    if (constraint.type == "CONSTR_PRIMARY") return "primary key";
    if (constraint.type == "CONSTR_FOREIGN") return "foreign key";
    if (constraint.type == "CONSTR_UNIQUE") return "unique constraint";
    if (constraint.type == "CONSTR_CHECK") return "check";
    return "exclusion constraint";
  }
  return "constraint";
}

// Those that the script adds, as table and name: to prove something, or in a new form.
std::set<std::pair<std::string, std::string>> Added(const Script& script) {
  std::set<std::pair<std::string, std::string>> added;
  for (const Statement& statement : script.statements) {
    for (const NewConstraint& made : NewConstraints(statement)) {
      added.insert({Shown(made.table), GetString(*made.definition, "conname")});
    }
  }
  return added;
}

void Check(const Script& script, const RuleOptions& options, Report report) {
  const std::set<std::pair<std::string, std::string>> added = Added(script);
  Known known = options.before == nullptr ? Known() : *options.before;
  for (size_t i = 0; i < script.statements.size(); ++i) {
    const Statement& statement = script.statements[i];
    for (const Part& part : Parts(statement)) {
      if (IsNew(statement, part.table)) continue;
      if (part.type == "AT_DropNotNull") {
        report({i, absl::StrCat("lets ", Shown(part.table, part.name), " be NULL"), ""});
      } else if (part.type == "AT_DropConstraint" &&
                 added.count({Shown(part.table), part.name}) == 0) {
        report({i,
                absl::StrCat("drops ", KindOf(known, part.table, part.name), " ",
                             sql::Ident(part.name), " of ", Shown(part.table)),
                ""});
      }
    }
    known.Follow(statement.tree);
  }
}

}  // namespace

Rule ConstraintDrop() {
  return {
      .name = "constraint-drop",
      .meaning = "a key, a check or NOT NULL that programs may rely on is dropped",
      .why =
          "Programs that never met a NULL, a second row or a row without its parent meet them from "
          "now on. Whoever wants the constraint back has to repair rows first.",
      .fix = "See to it that programs can take such rows before they can be written.",
      .documentation = "https://www.postgresql.org/docs/current/sql-altertable.html",
      .severity = report::Severity::kNote,
      .engine = POSTGRESQL,
      .bad = {"ALTER TABLE tasks DROP CONSTRAINT tasks_project_fkey;",
              "ALTER TABLE tasks ALTER COLUMN title DROP NOT NULL;"},
      .good = {"ALTER TABLE tasks DROP CONSTRAINT score_check;\n"
               "ALTER TABLE tasks ADD CONSTRAINT score_check CHECK (score >= 0) NOT VALID;",
               "ALTER TABLE tasks ADD CONSTRAINT there CHECK (title IS NOT NULL) NOT VALID;\n"
               "ALTER TABLE tasks VALIDATE CONSTRAINT there;\n"
               "ALTER TABLE tasks ALTER COLUMN title SET NOT NULL;\n"
               "ALTER TABLE tasks DROP CONSTRAINT there;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
