// review where what scripts change comes from scratch databases of a server.
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
    setenv("AUTOGEN_CACHE_DIR", (folder.path() + "/cache").c_str(), 1);
    REQUIRE(RunMain({"init"}).code == 0);
    std::ofstream("models/m.txtpb")
        << "table {\n  name: \"t\"\n  column { name: \"a\" type: \"bigint\" }\n}\n";
    Script("aaa1", "base", "CREATE TABLE public.t (a integer, b text);", "DROP TABLE public.t;");
    Script("aaa2", "aaa1",
           "ALTER TABLE public.t ALTER COLUMN a TYPE bigint;\n"
           "ALTER TABLE public.t DROP COLUMN b;",
           "ALTER TABLE public.t ADD COLUMN b text;\n"
           "ALTER TABLE public.t ALTER COLUMN a TYPE integer;");
  }
  ~Shop() { unsetenv("AUTOGEN_CACHE_DIR"); }
  static void Script(const std::string& id, const std::string& revises, const std::string& up,
                     const std::string& down) {
    std::ofstream(absl::StrCat("versions/", id, ".sql"))
        << "-- add " << id << "\n--\n-- revision:   " << id << "\n-- revises:    " << revises
        << "\n\n-- autogen: upgrade\n\n"
        << up << "\n\n-- autogen: downgrade\n\n"
        << down << "\n";
  }
  static Outcome Review(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"review", "--format", "json"});
    return RunMain(more);
  }
  ScratchFolder folder;
};

TEST_CASE("what a head changes, beside the model, and again from what was kept") {
  Shop shop;
  const Outcome first = Shop::Review();
  CAPTURE(first.err);
  CHECK(first.code == 1);  // the hazards
  const json review = json::parse(first.out, nullptr, false);
  REQUIRE(review["changes"].is_array());
  REQUIRE(review["changes"].size() == 2);
  for (const json& change : review["changes"]) {
    if (change["object"] == "column public.t.a") {
      CHECK(change["action"] == "alter");
      CHECK(StrContains(std::string(change["before"]), "integer"));
      CHECK(StrContains(std::string(change["after"]), "bigint"));
    } else {
      CHECK(change["object"] == "column public.t.b");
      CHECK(change["action"] == "drop");
    }
  }
  CHECK(review["model_difference"] == json::array());
  CHECK(StrContains(std::string(review["diagram"]), "[\"public.t\"]:::changed"));
  CHECK(Shop::Review().out == first.out);
}

TEST_CASE("all scripts are new: what they make is all created") {
  Shop shop;
  const json review = json::parse(Shop::Review({"-r", ":"}).out, nullptr, false);
  REQUIRE(review["changes"].is_array());
  REQUIRE(review["changes"].size() == 1);
  CHECK(review["changes"][0]["object"] == "table public.t");
  CHECK(review["changes"][0]["action"] == "create");
  CHECK(!StrContains(std::string(review["changes"][0]["after"]), "\"b\""));
}

TEST_CASE("a script whose upgrade fails: where, and that nothing else is known") {
  Shop shop;
  Shop::Script("aaa3", "aaa2", "ALTER TABLE public.nowhere ADD COLUMN x integer;", "SELECT 1;");
  const json review = json::parse(Shop::Review().out, nullptr, false);
  CHECK(review["changes"].is_null());
  CHECK(StrContains(std::string(review["changes_not_known"]), "aaa3"));
  CHECK(review["scripts"].size() == 1);
}

TEST_CASE("data checks run on the database of --url") {
  Shop shop;
  const testing::TestDatabase database;
  database.Run("CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (NULL)");
  REQUIRE(RunMain({"stamp", "aaa1", "--url", database.Url()}).code == 0);
  Shop::Script("aaa2", "aaa1", "ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;", "SELECT 1;");
  const json review = json::parse(Shop::Review({"--url", database.Url()}).out, nullptr, false);
  REQUIRE(review["checks"].is_array());
  REQUIRE(review["checks"].size() == 1);
  CHECK(review["checks"][0]["passed"] == false);
  CHECK(review["checks"][0]["result"] == "1 violating row");
  CHECK(StrContains(review["findings"].dump(), "violating-rows"));
  REQUIRE(review["sizes"].is_array());
  REQUIRE(review["sizes"].size() == 1);
  CHECK(review["sizes"][0]["table"] == "public.t");
  CHECK(StrContains(std::string(review["sizes"][0]["size"]), " kB"));
}

}  // namespace
}  // namespace autogen::cli
