// preflight and backfill, as a user runs them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

struct Place {
  Place() {
    database.Run(
        "CREATE TABLE t (id integer PRIMARY KEY, title text, n bigint); "
        "INSERT INTO t SELECT i, 'x', i FROM generate_series(1, 100) i");
    setenv("DATABASE_URL", database.Url().c_str(), 1);
    setenv("AUTOGEN_CACHE_DIR", "cache", 1);
    REQUIRE(RunMain({"init"}).code == 0);
    REQUIRE(WriteFile("models/schema.txtpb", R"m(table {
  name: "t"
  column { name: "id" type: "integer" primary_key: true }
  column { name: "title" type: "text" not_null: true }
  column { name: "n" type: "integer" }
}
)m",
                      Overwrite::kReplace)
                .ok());
  }
  ~Place() { unsetenv("DATABASE_URL"); }
  ScratchFolder folder;
  testing::TestDatabase database;
};

TEST_CASE("preflight counts what an upgrade would fail on, before anything is changed") {
  Place place;
  Outcome outcome = RunMain({"-m", "narrow"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  auto files = ListFiles("versions", ".sql", true);
  REQUIRE(files.ok());
  REQUIRE(files->size() == 1);
  std::string script = *ReadFile(files->front());
  CAPTURE(script);
  CHECK(absl::StrContains(script, "-- rows:"));
  CHECK(absl::StrContains(script, "-- downgrade: lossless"));
  CHECK(absl::StrContains(script, "-- backfill: "));
  CHECK(absl::StrContains(script,
                          "-- autogen: preflight \"SELECT count(*) FROM public.t WHERE title IS "
                          "NULL\" \"t.title is NULL\""));

  CHECK(RunMain({"preflight"}).code == 0);
  place.database.Run("UPDATE t SET title = NULL WHERE id <= 3; UPDATE t SET n = 1e10 WHERE id = 9");
  outcome = RunMain({"preflight"});
  CHECK(outcome.code == 1);
  CHECK(absl::StrContains(outcome.out, "FAILS   t.title is NULL: 3 rows"));
  CHECK(absl::StrContains(outcome.out, "FAILS   t.n cannot be converted to integer: 1 row"));
  outcome = RunMain({"preflight", "--against-model", "--format", "json"});
  CHECK(outcome.code == 1);
  CHECK(absl::StrContains(outcome.out, "\"rows\": 3"));
  place.database.Run("ANALYZE t");
  CHECK(absl::StrContains(RunMain({"preflight", "--sample", "10"}).out, "of the table"));

  CHECK(RunMain({"backfill", "public.t", "--set", "title = 'none'", "--where", "title IS NULL",
                 "--batch", "10", "--target", "0", "--pause", "0", "--max-batches", "2"})
            .code == 1);
  outcome = RunMain(
      {"backfill", "t", "--set", "title = 'none'", "--where", "title IS NULL", "--pause", "0"});
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK(absl::StrContains(outcome.out, "resumed; 3 rows updated in total"));
  CHECK(RunMain({"backfill", "t", "--set", "n = n - 1e10", "--where", "n > 1e9", "--pause", "0"})
            .code == 0);
  CHECK(RunMain({"preflight"}).code == 0);
  CHECK(RunMain({"upgrade"}).code == 0);
  // The table of backfills is no difference.
  CHECK(RunMain({"check"}).code == 0);
  CHECK(RunMain({"preflight"}).code == 0);
}

TEST_CASE("a check that is no single SELECT is not run, and reported as not checked") {
  Place place;
  REQUIRE(RunMain({"revision", "-m", "by hand", "--rev-id", "aaa1"}).code == 0);
  std::string path = ListFiles("versions", ".sql", true)->front();
  std::string text = *ReadFile(path);
  std::string marker = "-- autogen: upgrade\n";
  size_t at = text.find(marker);
  REQUIRE(at != std::string::npos);
  text.insert(at + marker.size(),
              "\n-- autogen: preflight \"DELETE FROM public.t\" \"rows\"\nSELECT 1;\n");
  REQUIRE(WriteFile(path, text, Overwrite::kReplace).ok());
  Outcome outcome = RunMain({"preflight"});
  CHECK(outcome.code == 2);
  CHECK(absl::StrContains(outcome.out, "not checked  rows: it is not a SELECT\n"));
  CHECK(absl::StrContains(outcome.out, "to run by hand, after a review: DELETE FROM public.t\n"));
  CHECK(absl::StrContains(outcome.out,
                          "1 check: 0 passed, 0 with violating rows, "
                          "1 not checked, 0 for later\n"));
  CHECK(absl::StrContains(RunMain({"preflight", "--format", "json"}).out,
                          "\"result\": \"not_checked\""));
}

TEST_CASE("a table that must be recreated keeps its rows, and its identity's last value") {
  ScratchFolder folder;
  testing::TestDatabase database;
  database.Run(
      "CREATE TABLE p (a integer NOT NULL DEFAULT 1);"
      "CREATE TABLE c (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b text, a integer, "
      "twice integer GENERATED ALWAYS AS (a * 2) STORED);"
      "INSERT INTO c (b, a) VALUES ('x', 7), ('y', 8)");
  REQUIRE(WriteFile("to.sql",
                    "CREATE TABLE p (a integer NOT NULL DEFAULT 1);"
                    "CREATE TABLE c (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b text, "
                    "twice integer GENERATED ALWAYS AS (a * 2) STORED) INHERITS (p);",
                    Overwrite::kNever)
              .ok());
  setenv("AUTOGEN_CACHE_DIR", "cache", 1);
  const Outcome outcome =
      RunMain({"diff", "--from", database.Url(), "--to", "to.sql", "--output", "up.sql"});
  REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
  const std::string script = *ReadFile("up.sql");
  CAPTURE(script);
  database.Run(script);
  CHECK(testing::QueryText(database.Url(),
                           "SELECT string_agg(concat_ws(' ', id, b, a, twice), ', ' ORDER BY id) "
                           "FROM c") == "1 x 7 14, 2 y 8 16");
  CHECK(testing::QueryText(database.Url(), "INSERT INTO c (b) VALUES ('z') RETURNING id") == "3");
}

struct Pair {
  const char* name;
  const char* before;
  const char* after;
};

// The made-up rows are ones that the old schema allows, and both scripts commit as a run does.
constexpr Pair kNoAlarm[] = {
    {"a cycle of two tables, each NOT NULL",
     "CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL); CREATE TABLE b (id int PRIMARY KEY, a "
     "int "
     "NOT NULL REFERENCES a DEFERRABLE INITIALLY DEFERRED); ALTER TABLE a ADD CONSTRAINT ab "
     "FOREIGN "
     "KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED",
     "CREATE TABLE a (id bigint PRIMARY KEY, b bigint NOT NULL); CREATE TABLE b (id bigint PRIMARY "
     "KEY, a bigint NOT NULL REFERENCES a DEFERRABLE INITIALLY DEFERRED); ALTER TABLE a ADD "
     "CONSTRAINT ab FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED"},
    {"a key of two columns to its own table",
     "CREATE TABLE tree (org int, id int, up int, PRIMARY KEY (org, id), FOREIGN KEY (org, up) "
     "REFERENCES tree MATCH FULL)",
     "CREATE TABLE tree (org bigint, id bigint, up bigint, PRIMARY KEY (org, id), FOREIGN KEY "
     "(org, "
     "up) REFERENCES tree MATCH FULL)"},
    {"a label that goes, and comes back with what uses it",
     "CREATE TYPE st AS ENUM ('new', 'old'); CREATE TABLE w (id int, s st DEFAULT 'old', "
     "CONSTRAINT "
     "k CHECK (s <> 'old' OR id > 0))",
     "CREATE TYPE st AS ENUM ('new'); CREATE TABLE w (id int, s st)"},
    {"a partition has a key to another one's table",
     "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE l (k int, o int) PARTITION BY LIST (k); "
     "CREATE TABLE l1 PARTITION OF l (FOREIGN KEY (o) REFERENCES o) FOR VALUES IN (1)",
     "CREATE TABLE o (id bigint PRIMARY KEY); CREATE TABLE l (k int, o bigint) PARTITION BY LIST "
     "(k); CREATE TABLE l1 PARTITION OF l (FOREIGN KEY (o) REFERENCES o) FOR VALUES IN (1)"},
    {"rows that move aside, with a constraint trigger that waits",
     "CREATE TABLE base (x int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
     "RETURN NULL; END'; CREATE TABLE c (x int, id int PRIMARY KEY, next int REFERENCES c "
     "DEFERRABLE "
     "INITIALLY DEFERRED); CREATE CONSTRAINT TRIGGER late AFTER INSERT ON c DEFERRABLE INITIALLY "
     "DEFERRED FOR EACH ROW EXECUTE FUNCTION f()",
     "CREATE TABLE base (x int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
     "RETURN NULL; END'; CREATE TABLE c (id int PRIMARY KEY, next int REFERENCES c DEFERRABLE "
     "INITIALLY DEFERRED, y int) INHERITS (base); CREATE CONSTRAINT TRIGGER late AFTER INSERT ON c "
     "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f()"},
};

TEST_CASE("rows that the old schema allows, and scripts that commit as they will") {
  setenv("AUTOGEN_CACHE_DIR", "cache", 1);
  for (const Pair& pair : kNoAlarm) {
    CAPTURE(pair.name);
    ScratchFolder folder;
    testing::TestDatabase before, after;
    before.Run(pair.before);
    after.Run(pair.after);
    REQUIRE(RunMain({"import", "--url", after.Url(), "--output", "model.txtpb"}).code == 0);
    REQUIRE(std::filesystem::create_directory("versions"));
    const Outcome outcome = RunMain({"-m", "change", "--url", before.Url(), "--model",
                                     "model.txtpb", "--versions", "versions", "--no-input"});
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    const std::string script = *ReadFile(ListFiles("versions", ".sql", true)->front());
    CAPTURE(script);
    CHECK(absl::StrContains(script, ", up and down\n"));
    for (const char* alarm : {"FAILS on rows", "not tried", "lossy (public.c", "not reversible"}) {
      CHECK_MESSAGE(!absl::StrContains(script, alarm), alarm);
    }
  }
}

}  // namespace
}  // namespace autogen::cli
