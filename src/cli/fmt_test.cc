// fmt --canonical, as a user runs it.
#include <doctest/doctest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

constexpr char kModel[] = R"m(# People, and what they own.
table { name: "people"   # odd   layout
    column { name: "id" type: "int" primary_key: true }
  column {name:"name" type: "varchar(9)"   default: "'x'"}  # short
  check { name: "c" expression: "name in ('a','b')" }
  index { name: "i" key { expression: "LOWER(name)" } where: "id>0" }
}
# everybody
view { name: "v" definition: "select id, upper(name) as up from people where id>0" }
)m";

constexpr char kSql[] = R"sql(
CREATE TABLE people (id integer PRIMARY KEY, name varchar(9) DEFAULT 'x',
  CONSTRAINT c CHECK (name IN ('a', 'b')));
CREATE INDEX i ON people (lower(name)) WHERE id > 0;
CREATE VIEW v AS SELECT id, upper(name) AS up FROM people WHERE id > 0;)sql";

Outcome Autogen(std::vector<std::string> arguments) {
  Outcome outcome = RunMain(arguments);
  CAPTURE(outcome.err);
  CHECK(outcome.code <= 1);
  return outcome;
}

TEST_CASE("fmt --canonical writes SQL in the database's canonical form, and changes nothing else") {
  ScratchFolder folder;
  testing::TestDatabase database;
  database.Run(kSql);
  REQUIRE(WriteFile("m.txtpb", kModel, Overwrite::kNever).ok());
  auto fmt = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"fmt", "m.txtpb", "--canonical", "--url", database.Url()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Autogen(arguments);
  };
  CHECK(fmt({"--check"}).code == 1);
  CHECK(*ReadFile("m.txtpb") == kModel);
  CHECK(fmt({}).out == "canonicalised m.txtpb\n");
  std::string text = *ReadFile("m.txtpb");
  std::string expected = absl::StrReplaceAll(
      kModel,
      {{"name in ('a','b')",
        "(name)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])"},
       {"\"'x'\"", "\"'x'::character varying\""},
       {"LOWER(name)", "lower((name)::text)"},
       {"where: \"id>0\"", "where: \"id > 0\""}});
  expected.erase(expected.find("view {"));
  CHECK(text.substr(0, expected.size()) == expected);
  CHECK(fmt({"--check"}).code == 0);
  CHECK(Autogen({"check", "--url", database.Url(), "--model", "m.txtpb"}).code == 0);
}

}  // namespace
}  // namespace autogen::cli
