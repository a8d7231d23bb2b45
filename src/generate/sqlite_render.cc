#include "src/generate/sqlite_render.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sql/comment.h"
#include "src/sqlite/impacts.h"
#include "src/sqlite/scan.h"

namespace autogen::generate {
namespace {

// The operation of the plan that a step carries out: that of the same object, else the first one of
// its table; -1 where it serves the script as a whole.
int OperationOf(const sqlite::ScriptStep& step, const diff::Plan& plan) {
  int near = -1;
  for (size_t i = 0; i < plan.operations.size(); ++i) {
    const diff::Operation& op = plan.operations[i];
    if (model::DisplayName(op.id) == step.object && !step.copies) return static_cast<int>(i);
    const std::string& relation = op.id.parent.empty() ? op.id.name : op.id.parent;
    if (near < 0 && relation == step.relation) near = static_cast<int>(i);
  }
  return step.relation.empty() ? -1 : near;
}

// Only then do foreign keys matter: dropping a table deletes its rows first.
bool DropsTables(const std::vector<render::Statement>& statements) {
  return std::any_of(statements.begin(), statements.end(), [](const render::Statement& s) {
    return absl::StartsWith(s.sql, "DROP TABLE ");
  });
}

std::string Framed(const std::vector<render::Statement>& statements) {
  if (statements.empty()) return "";
  const bool keys_off = DropsTables(statements);
  return absl::StrCat(keys_off ? "PRAGMA foreign_keys = OFF;\n" : "", "BEGIN IMMEDIATE;\n\n",
                      render::ToSql(statements), "\nCOMMIT;\n",
                      keys_off ? "PRAGMA foreign_keys = ON;\n" : "");
}

}  // namespace

std::vector<render::Statement> SqliteStatements(const std::vector<sqlite::ScriptStep>& steps,
                                                const diff::Plan& plan) {
  std::vector<render::Statement> statements;
  const sqlite::ScriptStep* before = nullptr;
  for (const sqlite::ScriptStep& step : steps) {
    render::Statement statement;
    statement.sql = step.sql;
    statement.operation = OperationOf(step, plan);
    // Of a rebuild the first one says it all.
    const bool goes_on =
        before != nullptr && step.copies && before->copies && before->object == step.object;
    if (!goes_on && !step.object.empty()) {
      statement.purpose = {.object = step.object, .what = step.what, .because = step.because};
    }
    statements.push_back(std::move(statement));
    before = &step;
  }
  return statements;
}

absl::StatusOr<std::vector<render::Statement>> RenderSqlite(const diff::Plan& plan,
                                                            const render::Options& options) {
  const int version = std::min(options.server_version, sqlite3_libversion_number());
  ASSIGN_OR_RETURN(const sqlite::Script script,
                   sqlite::WriteScript(plan.before->schema(), plan.after->schema(), {}, version));
  return SqliteStatements(script.steps, plan);
}

void AnnotateSqlite(const diff::Plan&, std::vector<render::Statement>* statements) {
  std::vector<sql::Statement> texts;
  for (const render::Statement& s : *statements) texts.push_back({.text = s.sql});
  std::vector<impact::Impact> impacts = sqlite::FindImpacts(texts);
  render::Statement* rebuild = nullptr;
  for (size_t i = 0; i < statements->size(); ++i) {
    render::Statement& s = (*statements)[i];
    s.impact = std::move(impacts[i]);
    if (s.purpose.what == "rebuild table") {
      rebuild = &s;
      continue;
    }
    if (!s.purpose.what.empty() || s.operation < 0) rebuild = nullptr;
    if (rebuild == nullptr) continue;
    auto& found = s.impact.consequences;
    auto& all = rebuild->impact.consequences;
    all.insert(all.end(), found.begin(), found.end());
    found.clear();
  }
}

revision::SectionSpec SqliteSection(const std::vector<render::Statement>& statements) {
  revision::SectionSpec spec;
  spec.statements = render::StatementTexts(statements);
  spec.directives = render::Directives(statements);
  if (!statements.empty()) spec.sql = absl::StrCat(".bail on\n", Framed(statements));
  return spec;
}

absl::StatusOr<std::string> PrintSqlite(const std::vector<render::Statement>& statements) {
  std::string text = Framed(statements);
  if (text.empty()) return text;
  std::vector<std::string> found;
  ASSIGN_OR_RETURN(std::vector<sql::Statement> split, sqlite::SplitScript(text));
  for (sql::Statement& s : split) found.push_back(std::move(s.text));
  const absl::Status holds = sql::CheckSame("statement", found, render::StatementTexts(statements));
  if (!holds.ok()) {
    return absl::InternalError(absl::StrCat(
        "the generated SQL does not parse back into its statements: ", holds.message()));
  }
  return absl::StrCat(
      sql::Comment(
          "In the sqlite3 shell, which goes on after an error otherwise: sqlite3 -bail FILE"),
      text);
}

}  // namespace autogen::generate
