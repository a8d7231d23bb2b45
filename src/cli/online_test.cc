// Scripts for tables in use: who gets them, and what becomes of one that stops half way.
#include <doctest/doctest.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrContains;

constexpr char kModel[] = R"m(
table { name: "a" column { name: "x" type: "integer" not_null: true } index { name: "a_x" key { column: "x" } } }
table { name: "b" column { name: "y" type: "integer" }
  index { name: "b_y" key { column: "y" } } check { name: "b_positive" expression: "y > 0" } }
)m";

struct Place {
  explicit Place(absl::string_view config = "") {
    database.Run("CREATE TABLE a (x integer); CREATE TABLE b (y integer);");
    setenv("DATABASE_URL", database.Url().c_str(), 1);
    setenv("AUTOGEN_CACHE_DIR", "cache", 1);
    REQUIRE(RunMain({"init"}).code == 0);
    REQUIRE(WriteFile("models/schema.txtpb", kModel, Overwrite::kReplace).ok());
    if (!config.empty()) {
      const std::string before = *ReadFile("autogen.txtpb");
      REQUIRE(
          WriteFile("autogen.txtpb", absl::StrCat(before, "\n", config, "\n"), Overwrite::kReplace)
              .ok());
    }
  }
  ~Place() { unsetenv("DATABASE_URL"); }

  std::string Script(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"-m", "indexes"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = RunMain(arguments);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    return *ReadFile(ListFiles("versions", ".sql", true)->front());
  }

  ScratchFolder folder;
  testing::TestDatabase database;
};

struct Ways {
  bool index_of_a, index_of_b, check_of_b, steps;
};

void Check(const std::string& script, const Ways& ways) {
  CAPTURE(script);
  CHECK(StrContains(script, "CREATE INDEX CONCURRENTLY a_x") == ways.index_of_a);
  CHECK(StrContains(script, "CREATE INDEX CONCURRENTLY b_y") == ways.index_of_b);
  CHECK(StrContains(script, "CHECK (y > 0) NOT VALID") == ways.check_of_b);
  CHECK(StrContains(script, "-- autogen: step") == ways.steps);
}

TEST_CASE("scripts are written for tables in use, where nobody says otherwise") {
  Check(Place().Script(), {true, true, true, true});
}

TEST_CASE("the configuration or --plain say otherwise") {
  Check(Place("online: OFF").Script(), {false, false, false, false});
  Check(Place().Script({"--plain"}), {false, false, false, false});
  Check(Place("online: ON").Script({"--plain"}), {false, false, false, false});
}

TEST_CASE("patterns say for which tables") {
  Check(Place("online_table: \"public\\\\.a\"").Script(), {true, false, false, true});
  Check(Place("online_table: \"x\" online_table: \".*\\\\.b\"").Script(),
        {false, true, true, true});
  // They match the whole name.
  Check(Place("online_table: \"a\"").Script(), {false, false, false, false});
}

TEST_CASE("a pattern that cannot be read is an error with its place") {
  Place place("online_table: \"(\"");
  const Outcome outcome = RunMain({"-m", "indexes"});
  CHECK(outcome.code == 2);
  CAPTURE(outcome.err);
  CHECK(StrContains(outcome.err, "autogen.txtpb:"));
  CHECK(StrContains(outcome.err, "online_table: \"(\" is no RE2 pattern: missing )"));
  CHECK(ListFiles("versions", ".sql", true)->empty());
}

TEST_CASE("a script that stops in its middle continues where it stopped, and goes back") {
  Place place;
  place.Script();
  place.database.Run("INSERT INTO b VALUES (-1); INSERT INTO a VALUES (1)");
  const Outcome stopped = RunMain({"upgrade", "--no-data-checks"});
  CAPTURE(stopped.err);
  CHECK(stopped.code == 2);
  CHECK(StrContains(stopped.err, "check constraint \"b_positive\" of relation \"b\" is violated"));
  CHECK(RunMain({"check"}).code == 1);
  place.database.Run("UPDATE b SET y = 1");
  const Outcome resumed = RunMain({"upgrade"});
  CAPTURE(resumed.err);
  CHECK(resumed.code == 0);
  CHECK(RunMain({"check"}).code == 0);
  CHECK(RunMain({"downgrade", "base"}).code == 0);
  CHECK(RunMain({"upgrade"}).code == 0);
  CHECK(RunMain({"check"}).code == 0);
}

TEST_CASE("scripts are written for the oldest version that the configuration names") {
  Place place("oldest_version: \"12\"");
  Check(place.Script(), {true, true, true, true});
  for (const char* text : {"x", "15.2", "3.53.1", "-1", "9"}) {
    CAPTURE(std::string(text));
    Place other(absl::StrCat("oldest_version: \"", text, "\""));
    const Outcome outcome = RunMain({"-m", "indexes"});
    CHECK(outcome.code == 2);
    CHECK_MESSAGE(
        StrContains(outcome.err, absl::StrCat("oldest_version: \"", text, "\" is no version")),
        outcome.err);
  }
}

}  // namespace
}  // namespace autogen::cli
