#include <set>

#include "absl/strings/ascii.h"
#include "src/base/status.h"
#include "src/deploy/derived_checks.h"
#include "src/deploy/preflight.h"
#include "src/impact/impact.h"
#include "src/revision/script.h"
#include "src/sql/quote.h"

namespace autogen::deploy {
namespace {

std::string Lower(const std::string& name) { return absl::AsciiStrToLower(name); }

// What has run before a check's statement does.
struct Ahead {
  sql::MadeNames made;
  // Relations whose rows a statement changes, without schemas, in small letters: an engine may not
  // tell the case of letters apart, and what is for later without need is asked then.
  std::set<std::string> changed;
  bool opaque = false;

  void Follow(const sql::Statement& statement, const impact::Impact& impact) {
    made.Add(sql::NamesMadeBy(statement.text));
    opaque |= !impact.opaque.empty();
    if (!impact.trace.changes_rows) return;
    for (const impact::Lock& lock : impact.locks) changed.insert(Lower(lock.relation.name));
    if (!impact.trace.rows_of.name.empty()) changed.insert(Lower(impact.trace.rows_of.name));
  }

  bool MayChange(const std::string& query) const {
    if (opaque) return true;
    for (const std::string& relation : RelationsOf(query)) {
      if (changed.count(Lower(sql::SplitQualified(relation).name)) > 0) return true;
    }
    return false;
  }
};

void AddChecks(const revision::Script& script, const impact::Dialect& dialect,
               const std::string& schema, Ahead* ahead, std::vector<DataCheck>* checks) {
  std::vector<sql::Statement> statements;
  for (const revision::Step& step : script.upgrade.steps) statements.push_back(step.statement);
  const std::vector<impact::Impact> impacts = dialect.impacts(statements);
  // A generated script has all the checks that there are.
  const bool derive = dialect.derives_data_checks && !script.GeneratedAsItIs();
  auto asked = script.upgrade.preflight.begin();
  auto add = [&](DataCheck check, int line, size_t statement) {
    check.path = script.header.path;
    check.line = line;
    check.made = ahead->made;
    check.rows_change = ahead->MayChange(check.query);
    check.statement = statement;
    checks->push_back(std::move(check));
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
    if (derive && !said) {
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

absl::StatusOr<std::vector<DataCheck>> DataChecksOf(const revision::Graph& graph,
                                                    const revision::Nodes& nodes,
                                                    const std::string& schema) {
  Ahead ahead;
  std::vector<DataCheck> checks;
  for (const revision::Node node : nodes) {
    ASSIGN_OR_RETURN(revision::Script script,
                     revision::ReadScript(graph.at(node).path, graph.dialect()));
    AddChecks(script, graph.dialect(), schema, &ahead, &checks);
  }
  return checks;
}

}  // namespace autogen::deploy
