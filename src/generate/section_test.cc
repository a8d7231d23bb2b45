#include "src/generate/section.h"

#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace autogen::generate {
namespace {

std::vector<render::Statement> Tables(int n) {
  std::vector<render::Statement> statements;
  for (int i = 0; i < n; ++i) {
    render::Statement statement;
    statement.sql = absl::StrCat("CREATE TABLE t", i, " (a bigint PRIMARY KEY, b text)");
    statement.impact = impact::FindImpact(statement.sql);
    statements.push_back(std::move(statement));
  }
  return statements;
}

TEST_CASE("a section of more locks than a lock table has room for has steps") {
  const revision::SectionSpec one = SectionFor(Tables(1600));
  CHECK(one.directives.empty());
  CHECK(!absl::StrContains(one.sql, "autogen: step"));

  const revision::SectionSpec three = SectionFor(Tables(3201));
  CHECK(three.directives == std::vector<std::string>(2, "-- autogen: step"));
  CHECK(three.statements.size() == 3201);
  CHECK(absl::StrContains(three.sql,
                          "t1599 (a bigint PRIMARY KEY, b text);\n\n-- autogen: step\n"
                          "CREATE TABLE t1600"));
  CHECK(absl::StrContains(three.sql, "-- autogen: step\nCREATE TABLE t3200"));
}

TEST_CASE("a statement that begins a step says why") {
  std::vector<render::Statement> statements = Tables(3);
  statements[1].step = "its locks are short";
  const revision::SectionSpec section = SectionFor(statements);
  CHECK(section.directives == std::vector<std::string>(1, "-- autogen: step"));
  CHECK(absl::StrContains(section.sql,
                          "\n\n-- autogen: step\n-- a new step: its locks are short\n"
                          "CREATE TABLE t1 "));
}

}  // namespace
}  // namespace autogen::generate
