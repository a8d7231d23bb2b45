// What check, verify and preflight find, with its place: for people and for programs.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrContains;
using nlohmann::json;

struct Shop {
  Shop() {
    REQUIRE(RunMain({"init"}).code == 0);
    std::ofstream("models/schema.txtpb")
        << "table {\n"
           "  name: \"t\"\n"
           "  column { name: \"a\" type: \"integer\" not_null: true }\n"
           "}\n";
    database.Run("CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (NULL)");
  }
  Outcome Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--url", database.Url()});
    return RunMain(arguments);
  }
  json Json(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "json"});
    const Outcome outcome = Run(arguments);
    CAPTURE(outcome.out);
    CHECK(outcome.code == 1);
    json parsed = json::parse(outcome.out, nullptr, false);
    REQUIRE(parsed.is_object());
    return parsed;
  }
  ScratchFolder folder;
  testing::TestDatabase database;
};

TEST_CASE("check shows a difference at what the model says") {
  Shop shop;
  const Outcome outcome = shop.Run({"check"});
  CHECK(outcome.code == 1);
  CHECK(WithoutUrl(outcome.out) ==
        "the database differs from the model: 2 changes needed\n"
        "  models/schema.txtpb:3:3: alter column public.t.a: not_null\n"
        "    3 |   column { name: \"a\" type: \"integer\" not_null: true }\n"
        "      |   ^~~~~~\n"
        "  drop column public.t.b\n"
        "Run: autogen -m \"what changed\"\n");
  const json result = shop.Json({"check"});
  CHECK(result["operations"].size() == 2);
  REQUIRE(result["findings"].size() == 2);
  CHECK(result["findings"][0]["rule"] == "drift");
  CHECK(result["findings"][0]["object"] == "public.t.a");
  CHECK(result["findings"][0]["line"] == 3);
  CHECK(!result["findings"][1].contains("path"));
}

TEST_CASE("preflight finds the rows that an upgrade would fail on, at the script's check") {
  Shop shop;
  const json planned = shop.Json({"preflight", "--against-model"});
  CHECK(planned["checks"][0]["result"] == "fails");
  REQUIRE(planned["findings"].size() == 1);
  CHECK(planned["findings"][0]["rule"] == "violating-rows");
  CHECK(planned["findings"][0]["message"] == "t.a is NULL: 1 row");
  CHECK(!planned["findings"][0].contains("path"));

  std::ofstream("versions/aaa1.sql")
      << "-- one\n--\n-- revision:   aaa1\n-- revises:    base\n\n-- autogen: upgrade\n\n"
         "-- autogen: preflight \"SELECT count(*) FROM public.t WHERE a IS NULL\" \"t.a is NULL\"\n"
         "ALTER TABLE t ALTER COLUMN a SET NOT NULL;\n\n-- autogen: downgrade\n\n"
         "ALTER TABLE t ALTER COLUMN a DROP NOT NULL;\n";
  const json found = shop.Json({"preflight"});
  REQUIRE(found["findings"].size() == 1);
  CHECK(found["findings"][0]["path"] == "versions/aaa1.sql");
  CHECK(found["findings"][0]["line"] == 8);
  CHECK(found["checks"][0]["source"] == "versions/aaa1.sql:8");
}

TEST_CASE("verify finds the statement at which a script fails") {
  Shop shop;
  std::ofstream("versions/aaa1.sql")
      << "-- one\n--\n-- revision:   aaa1\n-- revises:    base\n\n-- autogen: upgrade\n\n"
         "CREATE TABLE n (id int);\nALTER TABLE n ADD COLUMN a nonsense;\n\n"
         "-- autogen: downgrade\n\nDROP TABLE n;\n";
  const Outcome outcome = shop.Run({"verify"});
  CHECK(outcome.code == 1);
  CHECK(StrContains(outcome.err, "versions/aaa1.sql:9: the upgrade fails: "));
  const json result = shop.Json({"verify"});
  CHECK(result["scripts"][0]["revision"] == "aaa1");
  REQUIRE(result["findings"].size() == 1);
  CHECK(result["findings"][0]["rule"] == "not-verified");
  CHECK(result["findings"][0]["revision"] == "aaa1");
  CHECK(result["findings"][0]["line"] == 9);
}

}  // namespace
}  // namespace autogen::cli
