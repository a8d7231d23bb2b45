#include <set>

#include "src/base/status.h"
#include "src/deploy/derived_checks.h"
#include "src/deploy/preflight.h"
#include "src/impact/impact.h"
#include "src/revision/script.h"
#include "src/sql/quote.h"

namespace autogen::deploy {
namespace {

// What has run before a check's statement does.
struct Ahead {
  sql::MadeNames made;
  std::set<std::string> changed;  // relations whose rows a statement changes, without schemas
  bool opaque = false;

  void Follow(const sql::Statement& statement, const impact::Impact& impact) {
    made.Add(sql::NamesMadeBy(statement.text));
    opaque |= !impact.opaque.empty();
    if (!impact.trace.changes_rows) return;
    for (const impact::Lock& lock : impact.locks) changed.insert(lock.relation.name);
  }

  bool MayChange(const std::string& query) const {
    return opaque || changed.count(sql::SplitQualified(FirstRelation(query)).name) > 0;
  }
};

void AddQuestions(const revision::Script& script, const std::string& schema, Ahead* ahead,
                  std::vector<PreflightQuestion>* questions) {
  std::vector<sql::Statement> statements;
  for (const revision::Step& step : script.upgrade.steps) statements.push_back(step.statement);
  const std::vector<impact::Impact> impacts = impact::FindImpacts(statements);
  // A generated script has all the checks that there are.
  const bool generated = !script.proved.empty() && !script.EditedSinceProof();
  auto asked = script.upgrade.preflight.begin();
  auto add = [&](PreflightQuestion question, int line, size_t statement) {
    question.path = script.header.path;
    question.line = line;
    question.made = ahead->made;
    question.rows_change = ahead->MayChange(question.query);
    question.statement = statement;
    questions->push_back(std::move(question));
  };
  for (size_t i = 0; i <= statements.size(); ++i) {
    bool said = false;
    for (; asked != script.upgrade.preflight.end() &&
           (i == statements.size() || asked->line < statements[i].line);
         ++asked) {
      said = true;
      add({.query = asked->query, .what = asked->what}, asked->line, i);
    }
    if (i == statements.size()) break;
    if (!generated && !said) {
      for (DerivedCheck& check : DeriveChecks(statements[i].text, schema, impacts[i])) {
        add({.query = std::move(check.query),
             .what = std::move(check.what),
             .find = std::move(check.find),
             .problem = std::move(check.problem)},
            statements[i].line, i);
      }
    }
    ahead->Follow(statements[i], impacts[i]);
  }
}

}  // namespace

absl::StatusOr<std::vector<PreflightQuestion>> QuestionsOf(const revision::Graph& graph,
                                                           const revision::Nodes& nodes,
                                                           const std::string& schema) {
  Ahead ahead;
  std::vector<PreflightQuestion> questions;
  for (const revision::Node node : nodes) {
    ASSIGN_OR_RETURN(revision::Script script, revision::ReadScript(graph.at(node).path));
    AddQuestions(script, schema, &ahead, &questions);
  }
  return questions;
}

}  // namespace autogen::deploy
