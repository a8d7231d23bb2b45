// What commands say of a database's state, as a user reads it: changes by hand, scripts that are
// not applied, downgrades that failed, scripts that were verified.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrContains;

struct Shop {
  Shop() {
    setenv("AUTOGEN_CACHE_DIR", "cache", 1);
    REQUIRE(RunMain({"init"}).code == 0);
    std::filesystem::remove_all("models");
    REQUIRE(std::filesystem::create_directory("models"));
  }
  Outcome Run(std::vector<std::string> words) {
    words.push_back("--url");
    words.push_back(database.Url());
    return RunMain(words);
  }
  void Model(const std::string& columns) {
    std::ofstream("models/t.txtpb") << "table { name: \"t\" " << columns << " }\n";
  }
  ScratchFolder folder;
  testing::TestDatabase database;
};

void Script(const std::string& id, const std::string& revises, const std::string& up,
            const std::string& down) {
  std::ofstream(absl::StrCat("versions/", id, ".sql"))
      << "-- " << id << "\n--\n-- revision:   " << id << "\n-- revises:    " << revises
      << "\n\n-- autogen: upgrade\n\n"
      << up << "\n\n-- autogen: downgrade\n\n"
      << down << "\n";
}

std::vector<std::string> Scripts() {
  auto files = ListFiles("versions", ".sql", true);
  REQUIRE(files.ok());
  return *std::move(files);
}

std::string Newest() {
  std::string newest;
  std::filesystem::file_time_type at;
  for (const std::string& path : Scripts()) {
    const auto time = std::filesystem::last_write_time(path);
    if (newest.empty() || time > at) newest = path, at = time;
  }
  return *ReadFile(newest);
}

constexpr char kA[] = "column { name: \"a\" type: \"integer\" } ";
constexpr char kHand[] = "column { name: \"hand\" type: \"text\" } ";
constexpr char kB[] = "column { name: \"b\" type: \"integer\" } ";

TEST_CASE("what was changed by hand is never part of a script in silence") {
  for (const bool in_model : {false, true}) {
    CAPTURE(in_model);
    Shop shop;
    shop.Model(kA);
    REQUIRE(shop.Run({"-m", "one"}).code == 0);
    REQUIRE(shop.Run({"upgrade"}).code == 0);
    shop.Model(absl::StrCat(kA, in_model ? kHand : "", kB));
    CHECK(shop.Run({"diff", "--from", "versions", "--to", "models"}).code == 0);
    shop.database.Run("ALTER TABLE t ADD COLUMN hand text");

    Outcome outcome = shop.Run({"-m", "two", "--no-input"});
    CHECK(outcome.code == 2);
    CHECK_MESSAGE(StrContains(outcome.err, "create column public.t.hand"), outcome.err);
    CHECK(StrContains(outcome.err, "--drift ignore"));
    CHECK(shop.Run({"-m", "two", "--strict"}).code == 2);
    CHECK(Scripts().size() == 1);

    outcome = shop.Run({"-m", "ignored", "--no-input", "--drift", "ignore"});
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    const std::string ignored = Newest();
    CHECK(StrContains(ignored, "ADD COLUMN b integer"));
    CHECK_MESSAGE(!StrContains(ignored, "hand"), ignored);
    for (const std::string& path : Scripts()) {
      if (StrContains(path, "ignored")) std::filesystem::remove(path);
    }
    std::filesystem::remove("versions/autogen.sum");

    outcome = shop.Run({"-m", "settled", "--no-input", "--drift", in_model ? "take" : "revert"});
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(StrContains(Newest(), in_model ? "ADD COLUMN hand text" : "DROP COLUMN hand"));
  }
}

TEST_CASE("check on a database that is behind its scripts says upgrade") {
  Shop shop;
  shop.Model(kA);
  REQUIRE(shop.Run({"-m", "one"}).code == 0);
  Outcome outcome = shop.Run({"check"});
  CHECK(outcome.code == 1);
  CHECK_MESSAGE(StrContains(outcome.out, "1 script not applied"), outcome.out);
  CHECK(StrContains(outcome.out, "Run: autogen upgrade"));
  REQUIRE(shop.Run({"upgrade"}).code == 0);
  shop.Model(absl::StrCat(kA, kB));
  CHECK(StrContains(shop.Run({"check"}).out, "Run: autogen -m"));
}

TEST_CASE("after a failure: the true state, and a next step that is not the same command") {
  Shop shop;
  Script("aaa1", "base", "CREATE TABLE t (a int);", "DROP TABLE gone;");
  Script("bbb2", "aaa1", "CREATE TABLE u (a int);", "DROP TABLE u;");
  REQUIRE(shop.Run({"upgrade"}).code == 0);
  Outcome outcome = shop.Run({"upgrade", "current:head", "--sql"});
  CHECK(outcome.code == 0);
  CHECK_MESSAGE(!StrContains(outcome.out, "CREATE TABLE u"), outcome.out);
  outcome = shop.Run({"downgrade", "base"});
  CHECK(outcome.code == 2);
  CHECK_MESSAGE(
      StrContains(outcome.err, "database: at aaa1; the downgrade of aaa1 was rolled back"),
      outcome.err);
  CHECK_MESSAGE(StrContains(outcome.err, "next:     correct versions/aaa1.sql"), outcome.err);
  CHECK(StrContains(outcome.err, "autogen downgrade base --url "));
  outcome = shop.Run({"upgrade", "current:head", "--sql"});
  CHECK_MESSAGE(StrContains(outcome.out, "CREATE TABLE u"), outcome.out);
  CHECK(!StrContains(outcome.out, "CREATE TABLE t"));
}

TEST_CASE("verify counts assertions, knows what raises, and an edit that it proved") {
  Shop shop;
  shop.Model(kA);
  REQUIRE(shop.Run({"-m", "one"}).code == 0);
  const std::string path = Scripts().front();
  REQUIRE(WriteFile(path,
                    absl::StrReplaceAll(*ReadFile(path), {{"a integer", "a integer, b text"}}),
                    Overwrite::kReplace)
              .ok());
  CHECK(StrContains(RunMain({"lint"}).out, "edited-after-proof: was edited after its proof"));
  std::string id = path.substr(path.find('_') + 6);
  id = id.substr(0, id.find('_'));
  Script("bbb2", id,
         "-- autogen: assert \"SELECT count(*) = 0 FROM t\" \"no rows\"\nCREATE TABLE u (a int);\n"
         "-- autogen: assert \"SELECT count(*) > 0 FROM u\" \"has rows\"",
         "DO $$ BEGIN RAISE EXCEPTION 'no way'; END $$;");
  Script("ccc3", "bbb2", "CREATE TABLE v (a int);", "DROP TABLE v;");
  Outcome outcome = RunMain({"verify"});
  CHECK_MESSAGE(outcome.code == 0, outcome.err);
  CHECK_MESSAGE(StrContains(outcome.out, "2 assertions run"), outcome.out);
  CHECK(StrContains(outcome.out, "1 irreversible script"));
  CHECK_MESSAGE(
      StrContains(outcome.out, "versions/bbb2.sql:10: this assertion is not true without rows"),
      outcome.out);
  CHECK(!StrContains(RunMain({"lint"}).out, "was edited after its proof"));
  Script("ccc3", "bbb2", "-- autogen: assert \"SELECT nothing\" \"x\"\nCREATE TABLE v (a int);",
         "DROP TABLE v;");
  CHECK(RunMain({"verify"}).code == 1);
}

TEST_CASE("a zero of the configuration counts") {
  Shop shop;
  Script("aaa1", "base", "ALTER TABLE t ADD b int;", "");
  shop.database.Run("CREATE TABLE t (a int)");
  std::ofstream("autogen.txtpb", std::ios::app) << "\napply { retries: 0 lock_timeout_ms: 100 }\n";
  auto holder = postgres::Connection::Open({.url = shop.database.Url()});
  REQUIRE(holder.ok());
  REQUIRE(holder->Exec("BEGIN; LOCK TABLE t").ok());
  Outcome outcome = shop.Run({"upgrade", "--no-data-checks"});
  CHECK(outcome.code == 2);
  CHECK_MESSAGE(!StrContains(outcome.out, "again"), outcome.out);
  CHECK_MESSAGE(StrContains(outcome.err, "lock timeout"), outcome.err);
}

}  // namespace
}  // namespace autogen::cli
