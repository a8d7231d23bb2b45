#include "src/lint/hazard.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"

namespace autogen::lint {
namespace {

std::string Text(absl::string_view script) {
  std::string out;
  const std::vector<sql::Statement> statements = *sql::SplitStatements(script);
  for (const Hazard& hazard : FindHazards(statements, impact::FindImpacts(statements))) {
    absl::StrAppend(&out, hazard.line, ": ", HazardName(hazard.kind), ": ", hazard.what, "\n");
  }
  return out;
}

TEST_CASE("hazards have a line, a name and a sentence; a table of the script's own has none") {
  CHECK(Text("CREATE TABLE n (a int);\nCREATE INDEX ON n (a);\nALTER TABLE n ADD CHECK (a > 0);\n"
             "ALTER TABLE t DROP COLUMN a, ALTER b TYPE bigint;\nDO $$BEGIN END$$") ==
        "4: data-loss: drops column t.a\n"
        "4: table-rewrite: changes the type of t.b\n"
        "5: opaque: runs a DO block, which is not inspected\n");
  CHECK(Text("CREATE TABLE s.n (a int); CREATE INDEX ON n (a)") ==
        "1: index-build: builds an index of n\n");
}

TEST_CASE("every kind has a name that leads back to it") {
  for (const HazardRule& rule : HazardRules()) CHECK(*ParseHazard(rule.name) == rule.kind);
  CHECK(ParseHazard("data_loss").status().message().find("did you mean \"data-loss\"?") !=
        absl::string_view::npos);
}

}  // namespace
}  // namespace autogen::lint
