#include "src/generate/section.h"

#include "absl/strings/str_cat.h"
#include "src/impact/relations.h"

namespace autogen::generate {

namespace {

// What the lock table of a server with PostgreSQL's own settings has room for: 64 for each of a
// hundred connections. The same for every server, so that a script does not depend on which one
// it was generated from.
constexpr size_t kMostLocks = 6400;
constexpr absl::string_view kStep = "-- autogen: step";

// The statements of each step.
std::vector<std::vector<render::Statement>> Steps(const std::vector<render::Statement>& all) {
  std::vector<std::vector<render::Statement>> steps(1);
  size_t kept = 0;
  for (const render::Statement& statement : all) {
    const size_t locks = impact::LocksKept(statement.sql, statement.impact);
    if (!statement.step.empty() || (kept > 0 && kept + locks > kMostLocks)) {
      steps.emplace_back();
      kept = 0;
    }
    kept += locks;
    steps.back().push_back(statement);
  }
  return steps;
}

}  // namespace

revision::SectionSpec SectionFor(const std::vector<render::Statement>& statements) {
  revision::SectionSpec spec;
  spec.statements = render::StatementTexts(statements);
  for (const std::vector<render::Statement>& step : Steps(statements)) {
    if (!spec.sql.empty()) {
      absl::StrAppend(&spec.sql, "\n", kStep, "\n");
      spec.directives.emplace_back(kStep);
    }
    absl::StrAppend(&spec.sql, render::ToSql(step));
    for (std::string& line : render::Directives(step)) spec.directives.push_back(std::move(line));
  }
  return spec;
}

}  // namespace autogen::generate
