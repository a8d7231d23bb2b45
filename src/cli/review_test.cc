// review on a repository with a project of SQLite: no server is needed.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/cli/run_main.h"

namespace autogen::cli {
namespace {

using absl::StrContains;
using nlohmann::json;
namespace fs = std::filesystem;

void Git(const std::string& arguments) {
  const std::string command =
      absl::StrCat("git -c user.name=t -c user.email=t@t.example -c init.defaultBranch=main ",
                   arguments, " >/dev/null 2>&1");
  CAPTURE(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

void Script(const std::string& id, const std::string& revises, const std::string& up,
            const std::string& down) {
  std::ofstream(absl::StrCat("versions/", id, ".sql"))
      << "-- add " << id << "\n--\n-- revision:   " << id << "\n-- revises:    " << revises
      << "\n\n-- autogen: upgrade\n\n"
      << up << "\n\n-- autogen: downgrade\n\n"
      << down << "\n";
}

// A first script, committed on main.
struct Shop {
  Shop() {
    Git("init -q");
    REQUIRE(RunMain({"init", "--url", "sqlite:///app.db"}).code == 0);
    Model("column { name: \"a\" type: \"TEXT\" }");
    Script("aaa1", "base", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);", "DROP TABLE t;");
    Git("add -A");
    Git("commit -q -m one");
    Git("branch before");
  }
  static void Model(const std::string& more) {
    std::ofstream("models/m.txtpb") << "table {\n  name: \"t\"\n  column { name: \"id\" type: "
                                       "\"INTEGER\" primary_key: true }\n  "
                                    << more << "\n}\n";
  }
  static json Review(std::vector<std::string> arguments, int code) {
    arguments.insert(arguments.begin(), "review");
    arguments.insert(arguments.end(), {"--format", "json"});
    const Outcome outcome = RunMain(arguments);
    CAPTURE(outcome.err);
    CAPTURE(outcome.out);
    CHECK(outcome.code == code);
    json parsed = json::parse(outcome.out, nullptr, false);
    REQUIRE(parsed.is_object());
    return parsed;
  }
  ScratchFolder folder;
};

std::vector<std::string> RulesOf(const json& review) {
  std::vector<std::string> rules;
  for (const json& finding : review["findings"]) rules.push_back(finding["rule"]);
  return rules;
}

TEST_CASE("the scripts that are new since a reference, with what they change and the model") {
  Shop shop;
  CHECK(Shop::Review({"--since", "before"}, 0)["scripts"].empty());
  Shop::Model("column { name: \"a\" type: \"TEXT\" } column { name: \"b\" type: \"TEXT\" }");
  Script("aaa2", "aaa1", "ALTER TABLE t ADD COLUMN b TEXT;", "ALTER TABLE t DROP COLUMN b;");
  const json review = Shop::Review({"--since", "before"}, 0);
  REQUIRE(review["scripts"].size() == 1);
  CHECK(review["scripts"][0]["revision"] == "aaa2");
  CHECK(review["scripts"][0]["edited"] == false);
  CHECK(review["scripts"][0]["downgrade"] == "not measured");
  REQUIRE(review["changes"].is_array());
  REQUIRE(!review["changes"].empty());
  CHECK(StrContains(review["changes"].dump(), "column t.b"));
  CHECK(review["model_difference"] == json::array());
  CHECK(StrContains(std::string(review["diagram"]), "[\"t\"]:::changed"));
  CHECK(review["checks"].is_null());
  CHECK(review["checks_not_known"] == "no --url was given");

  // Committed or not makes no difference; a script that does not lead to the model is found.
  Git("add -A");
  Git("commit -q -m two");
  Shop::Model("column { name: \"a\" type: \"TEXT\" }");
  const json other = Shop::Review({"--since", "before"}, 1);
  CHECK(other["scripts"].size() == 1);
  CHECK(!other["model_difference"].empty());
  CHECK(RulesOf(other) == std::vector<std::string>{"drift"});
}

TEST_CASE("all scripts are new: what they make is all created") {
  Shop shop;
  const json review = Shop::Review({"-r", ":"}, 0);
  REQUIRE(review["changes"].size() == 1);
  CHECK(review["changes"][0]["object"] == "table t");
  CHECK(review["changes"][0]["action"] == "create");
  CHECK(absl::StartsWith(std::string(review["changes"][0]["after"]), "table {\n  name: \"t\"\n"));
}

TEST_CASE("a script that was edited, deleted, or moved") {
  Shop shop;
  Script("aaa2", "aaa1", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
  Git("add -A");
  Git("commit -q -m two");
  Git("branch -f before");
  fs::create_directory("versions/2026");
  fs::rename("versions/aaa2.sql", "versions/2026/moved.sql");
  CHECK(RulesOf(Shop::Review({"--since", "before", "--text-only"}, 0)).empty());
  fs::remove("versions/2026/moved.sql");
  const json deleted = Shop::Review({"--since", "before", "--text-only"}, 1);
  CHECK(RulesOf(deleted) == std::vector<std::string>{"deleted-script"});
  Git("checkout versions/aaa2.sql");
  Script("aaa2", "aaa1", "CREATE TABLE u (id INTEGER, a TEXT);", "DROP TABLE u;");
  const json edited = Shop::Review({"--since", "before", "--text-only"}, 1);
  CHECK(RulesOf(edited) == std::vector<std::string>{"edited-script"});
  CHECK(edited["scripts"][0]["edited"] == true);
  CHECK(edited["changes_not_known"] == "only the text of the scripts was looked at");
}

TEST_CASE("several heads, and a script that cannot be read beside one that can") {
  Shop shop;
  Script("aaa2", "aaa1", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
  Script("aaa3", "aaa1", "CREATE TABLE v (id TEXT DEFAULT 'x);", "DROP TABLE v;");
  const json review = Shop::Review({"--since", "before"}, 1);
  CHECK(review["heads"].size() == 2);
  const std::vector<std::string> rules = RulesOf(review);
  CHECK(std::count(rules.begin(), rules.end(), "several-heads") == 2);
  CHECK(std::count(rules.begin(), rules.end(), "unreadable-script") == 1);
  REQUIRE(review["scripts"].size() == 1);
  CHECK(review["scripts"][0]["revision"] == "aaa2");
  // What cannot be replayed is named with its reason.
  CHECK(review["changes"].is_null());
  CHECK(StrContains(std::string(review["changes_not_known"]), "aaa3"));
}

TEST_CASE("a mistake of the model is a finding, and why it was not compared") {
  Shop shop;
  Shop::Model("colum { name: \"a\" }");
  const json review = Shop::Review({"--since", "before"}, 1);
  CHECK(RulesOf(review) == std::vector<std::string>{"unknown-field"});
  CHECK(review["model_difference"].is_null());
  CHECK(StrContains(std::string(review["model_difference_not_known"]), "models/m.txtpb:4:"));
}

TEST_CASE("with a database its data checks run") {
  Shop shop;
  REQUIRE(RunMain({"upgrade"}).code == 0);
  Script("aaa2", "aaa1",
         "-- autogen: preflight \"SELECT count(*) FROM t WHERE a IS NULL\" \"t.a is NULL\"\n"
         "UPDATE t SET a = '' WHERE a IS NULL;",
         "SELECT 1;");
  const json clean = Shop::Review({"--since", "before", "--url", "sqlite:///app.db"}, 0);
  REQUIRE(clean["checks"].size() == 1);
  CHECK(clean["checks"][0]["what"] == "t.a is NULL");
  CHECK(clean["checks"][0]["result"] == "passed");
}

TEST_CASE("references that git does not know, and choices that exclude one another") {
  Shop shop;
  const struct {
    std::vector<std::string> arguments;
    const char* words;
  } rows[] = {
      {{"review", "--since", "origin/nowhere"}, "git does not know origin/nowhere"},
      {{"review", "--since", "--output=x"}, "is not a git reference"},
      {{"review", "--since", "before", "-r", ":"}, "give one of them"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.words));
    const Outcome outcome = RunMain(row.arguments);
    CHECK(outcome.code == 2);
    CHECK(StrContains(outcome.err, row.words));
    CHECK(!fs::exists("x"));
  }
}

TEST_CASE("the text, the range and the heads") {
  Shop shop;
  Script("aaa2", "aaa1", "ALTER TABLE t DROP COLUMN a;", "ALTER TABLE t ADD COLUMN a TEXT;");
  const Outcome heads = RunMain({"review", "--text-only"});
  CHECK(absl::StartsWith(heads.out, "1 head of the scripts\nfindings: "));
  CHECK(StrContains(heads.out, "\nversions/aaa2.sql: add aaa2\n  proof: none\n"));
  CHECK(StrContains(heads.out, "loses data: "));
  const Outcome all = RunMain({"review", "--text-only", "-r", ":", "--output", "markdown=page.md"});
  CHECK(absl::StartsWith(all.out, "2 scripts of :\n"));
  std::ostringstream page;
  page << std::ifstream("page.md").rdbuf();
  CHECK(absl::StartsWith(page.str(), "<!-- autogen: review -->\n### autogen review: 2 scripts of"));
}

}  // namespace
}  // namespace autogen::cli
