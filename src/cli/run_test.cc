// upgrade, downgrade, stamp, current as a user runs them: what they print, and what is done.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrContains;
using testing::QueryText;
using testing::TestDatabase;

void Script(const std::string& id, const std::string& revises, const std::string& up,
            const std::string& down) {
  std::ofstream("versions/" + id + ".sql")
      << "-- the " << id << " change\n--\n-- revision:   " << id << "\n-- revises:    " << revises
      << "\n\n-- autogen: upgrade\n\n"
      << up << "\n\n-- autogen: downgrade\n\n"
      << down << "\n";
}

// A project with three scripts, and a database.
struct Shop {
  Shop() {
    REQUIRE(RunMain({"init"}).code == 0);
    Script("aaa1", "base", "CREATE TABLE t (a int);", "DROP TABLE t;");
    Script("bbb2", "aaa1", "ALTER TABLE t ADD COLUMN b int;", "ALTER TABLE t DROP COLUMN b;");
    Script("ccc3", "bbb2", "CREATE INDEX CONCURRENTLY i ON t (b);", "DROP INDEX CONCURRENTLY i;");
  }
  Outcome Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--quiet", "--url", database.Url()});
    Outcome outcome = RunMain(arguments);
    // Times differ from run to run.
    size_t at = 0;
    while ((at = outcome.out.find(" ms)", at)) != std::string::npos) {
      const size_t open = outcome.out.rfind('(', at);
      outcome.out.replace(open, at - open, "(N");
      at = open + 6;
    }
    return outcome;
  }
  std::string Done(std::vector<std::string> arguments) {
    Outcome outcome = Run(std::move(arguments));
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    return outcome.out;
  }
  void Configure(const std::string& text) { std::ofstream("autogen.txtpb") << text; }
  std::string Query(const std::string& sql) { return QueryText(database.Url(), sql); }
  ScratchFolder folder;
  TestDatabase database;
};

TEST_CASE("up, down, stamp and current, and what they print") {
  Shop shop;
  CHECK(shop.Done({"current"}).empty());
  CHECK(shop.Done({"upgrade", "--dry-run"}) ==
        "would upgrade aaa1 the aaa1 change (versions/aaa1.sql): 1 statement\n"
        "    CREATE TABLE t (a int)\n"
        "would upgrade bbb2 the bbb2 change (versions/bbb2.sql): 1 statement\n"
        "    ALTER TABLE t ADD COLUMN b int\n"
        "would upgrade ccc3 the ccc3 change (versions/ccc3.sql): 1 statement, 1 outside a "
        "transaction\n"
        "    CREATE INDEX CONCURRENTLY i ON t (b)\n");
  CHECK(shop.Query("SELECT to_regclass('autogen_version') IS NULL") == "t");
  CHECK(shop.Done({"upgrade", "+2"}) ==
        "upgrade aaa1 the aaa1 change (N ms)\nupgrade bbb2 the bbb2 change (N ms)\n");
  CHECK(shop.Done({"current"}) == "aaa1 -> bbb2 (current), the bbb2 change\n");
  CHECK(shop.Run({"current", "--check-heads"}).code == 1);
  CHECK(shop.Done({"upgrade"}) == "upgrade ccc3 the ccc3 change (N ms)\n");
  CHECK(shop.Done({"upgrade"}) == "nothing to do: at ccc3\n");
  CHECK(shop.Done({"downgrade", "-1"}) == "downgrade ccc3 the ccc3 change (N ms)\n");
  CHECK(shop.Done({"stamp", "head"}) == "stamped ccc3 (was bbb2)\n");
  CHECK(shop.Done({"stamp", "bbb2"}) == "stamped bbb2 (was ccc3)\n");
  CHECK(shop.Done({"downgrade", "base"}) ==
        "  warning: versions/bbb2.sql:12: loses data: drops column t.b\n"
        "  warning: versions/aaa1.sql:12: loses data: drops t\n"
        "downgrade bbb2 the bbb2 change (N ms)\ndowngrade aaa1 the aaa1 change (N ms)\n");
  CHECK(shop.Done({"downgrade", "base"}) == "nothing to do: at base\n");
  CHECK(StrContains(shop.Run({"upgrade", "zzz"}).err, "Can't locate revision identified by 'zzz'"));
}

TEST_CASE("a downgrade that loses data says so before anything runs") {
  Shop shop;
  std::string drops;
  for (int i = 0; i < 8; ++i) absl::StrAppend(&drops, "ALTER TABLE u DROP c", i, ";\n");
  Script("ddd4", "ccc3", "SELECT 1;",
         "CREATE TABLE own (a int);\nDROP TABLE own;\nDROP SCHEMA IF EXISTS s;\n" + drops);
  shop.Done({"upgrade"});
  const std::string warnings =
      "  warning: versions/ddd4.sql:14: may lose data: drops s\n"
      "  warning: versions/ddd4.sql:15: loses data: drops column u.c0\n"
      "  warning: versions/ddd4.sql:16: loses data: drops column u.c1\n"
      "  warning: versions/ddd4.sql:17: loses data: drops column u.c2\n"
      "  warning: versions/ddd4.sql:18: loses data: drops column u.c3\n"
      "  warning: versions/ddd4.sql: loses data in 4 more places: autogen show ddd4\n";
  const std::string dry = shop.Done({"downgrade", "-1", "--dry-run"});
  CHECK(dry.substr(0, warnings.size()) == warnings);
  // It fails, for want of the table: what it would lose was known before.
  const Outcome failed = shop.Run({"downgrade", "-1"});
  CHECK(failed.code == 2);
  CHECK(StrContains(failed.out, warnings));
  const Outcome json = shop.Run({"downgrade", "-1", "--log-format", "json"});
  CHECK(json.out.find("\"text\":\"warning: versions/ddd4.sql:14: may lose data: drops s\"") <
        json.out.find("unit_started"));
  const Outcome sql = shop.Run({"downgrade", "ddd4:ccc3", "--sql"});
  CHECK(sql.code == 0);
  CHECK(StrContains(sql.err, "note: versions/ddd4.sql:15: loses data: drops column u.c0\n"));
  // What an upgrade loses is a matter of its review.
  CHECK(!StrContains(shop.Done({"upgrade", "--dry-run"}), "lose"));
}

TEST_CASE("--sql prints what psql can run, for a range too") {
  Shop shop;
  const std::string all = shop.Done({"upgrade", "--sql"});
  CHECK(StrContains(all,
                    "-- upgrade ccc3: the ccc3 change (versions/ccc3.sql)\n\nCREATE INDEX "
                    "CONCURRENTLY i ON t (b);\n\nBEGIN;\n"));
  const std::string up = shop.Done({"upgrade", "aaa1:bbb2", "--sql"});
  CHECK(!StrContains(up, "CREATE TABLE"));
  CHECK(StrContains(up, "BEGIN;\n\nALTER TABLE t ADD COLUMN b int;\n\n"));
  CHECK(StrContains(
      up, "UPDATE autogen_version SET version_num = 'bbb2' WHERE version_num = 'aaa1';\n"));
  const std::string down = shop.Done({"downgrade", "bbb2:base", "--sql"});
  CHECK(down.find("DROP COLUMN b") < down.find("DROP TABLE t"));
  CHECK(StrContains(down, "DELETE FROM autogen_version WHERE version_num IN ('aaa1');\n"));
  CHECK(StrContains(shop.Run({"downgrade", "base", "--sql"}).err, "give the range, from:to"));
  // The texts run, and lead where a run leads.
  shop.database.Run(shop.Done({"upgrade", ":bbb2", "--sql"}));
  CHECK(shop.Done({"current"}) == "aaa1 -> bbb2 (current), the bbb2 change\n");
  shop.database.Run(down);
  CHECK(
      shop.Done({"upgrade"}) ==
      "upgrade aaa1 the aaa1 change (N ms)\nupgrade bbb2 the bbb2 change (N ms)\nupgrade ccc3 the "
      "ccc3 change (N ms)\n");
}

TEST_CASE("a failure reports what ran, what did not, the state and the next command") {
  Shop shop;
  Script("bbb2", "aaa1", "ALTER TABLE nothing ADD COLUMN b int;", "SELECT 1;");
  Outcome outcome = shop.Run({"upgrade"});
  CHECK(outcome.code == 2);
  CHECK(WithoutUrl(outcome.err) ==
        "autogen: versions/bbb2.sql:8: ERROR: relation \"nothing\" does not exist (42P01)\n"
        "  ALTER TABLE nothing ADD COLUMN b int\n"
        "ran:      1 of 3 scripts: aaa1\n"
        "not run:  bbb2, ccc3\n"
        "database: at aaa1; bbb2 was rolled back\n"
        "next:     correct versions/bbb2.sql (or the rows that it fails on); then: autogen upgrade "
        "head\n");
}

TEST_CASE("a script edited after it was applied: a warning, with --strict an error") {
  Shop shop;
  shop.Done({"upgrade", "aaa1"});
  CHECK(shop.Run({"current", "--strict"}).code == 0);
  Script("aaa1", "base", "CREATE TABLE t (a bigint);", "DROP TABLE t;");
  const std::string warning =
      "warning: versions/aaa1.sql was edited after it was applied: undo the edit, or, where it "
      "changes nothing, autogen sum --accept aaa1 \"why\"\n";
  CHECK(shop.Run({"current"}).err == warning);
  CHECK(shop.Run({"current"}).code == 0);
  Outcome outcome = shop.Run({"current", "--strict"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.err, "not what was applied (--strict)"));
  std::ofstream("models/schema.txtpb") << "table { name: \"t\" column { name: \"a\" type: "
                                          "\"integer\" } }\n";
  outcome = shop.Run({"check"});
  CHECK(outcome.err == warning);
  CHECK(outcome.code == 0);
  CHECK(shop.Run({"check", "--strict"}).code == 2);

  // autogen.sum never had the script as it was: the database has.
  CHECK(RunMain({"sum", "--accept", "aaa1"}).code == 2);
  CHECK(RunMain({"sum", "--accept", "aaa1", "no row is wider"}).code == 2);
  REQUIRE(shop.Run({"sum", "--accept", "aaa1", "no row is wider"}).code == 0);
  CHECK(shop.Run({"current", "--strict"}).code == 0);
  CHECK(shop.Run({"check", "--strict"}).code == 0);
  CHECK(
      StrContains(RunMain({"history", "--verbose"}).out, "edited:     no row is wider (accepted)"));
  CHECK(StrContains(RunMain({"show", "aaa1"}).out, "no row is wider"));
  CHECK(
      StrContains(RunMain({"history", "--format", "json"}).out, "\"reason\": \"no row is wider\""));
  CHECK(StrContains(RunMain({"verify", "aaa1"}).out,
                    "edited and accepted: versions/aaa1.sql: no row is wider"));
  // Now autogen.sum has it.
  Script("aaa1", "base", "CREATE TABLE t (a numeric);", "DROP TABLE t;");
  CHECK(shop.Run({"current", "--strict"}).code == 2);
  CHECK(RunMain({"sum", "--check"}).code == 1);
  REQUIRE(RunMain({"sum", "--accept", "aaa1", "nor has any a fraction"}).code == 0);
  CHECK(shop.Run({"current", "--strict"}).code == 0);
  CHECK(RunMain({"sum", "--check"}).code == 0);
}

TEST_CASE("--rollback-on-failure downgrades to where the run began") {
  Shop shop;
  shop.Done({"upgrade", "aaa1"});
  shop.database.Run("INSERT INTO t VALUES (1), (1)");
  Script("ccc3", "bbb2",
         "ALTER TABLE t ADD COLUMN c int;\nCREATE UNIQUE INDEX CONCURRENTLY i ON t (a);",
         "DROP INDEX CONCURRENTLY i;\nALTER TABLE t DROP COLUMN c;");
  Outcome outcome = shop.Run({"upgrade", "--rollback-on-failure", "--no-data-checks"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.out, "downgrading what ran\n"));
  CHECK(StrContains(outcome.out, "downgrade bbb2 the bbb2 change"));
  CHECK(StrContains(outcome.err, "could not create unique index"));
  CHECK(StrContains(outcome.err, "database: at aaa1, where the run began: downgraded\n"));
  CHECK(
      shop.Query("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 "
                 "AND NOT attisdropped") == "1");
  CHECK(shop.Done({"current"}) == "<base> -> aaa1 (current), the aaa1 change\n");
  shop.database.Run("TRUNCATE t");
  shop.Done({"upgrade", "--rollback-on-failure"});

  Script("ddd4", "ccc3", "SELECT 1;", "");
  std::ofstream("versions/ddd4.sql")
      << "-- no downgrade\n--\n-- revision: ddd4\n-- revises: ccc3\n\n"
         "-- autogen: upgrade\n\nSELECT 1;\n\n-- autogen: "
         "irreversible \"it mails\"\n";
  outcome = shop.Run({"upgrade", "--rollback-on-failure"});
  CHECK(StrContains(outcome.err,
                    "--rollback-on-failure needs a downgrade of every script; nothing was run"));
  CHECK(StrContains(outcome.err, "it mails"));
}

TEST_CASE("approvals: a hazard runs only with an entry for the script as it is") {
  Shop shop;
  shop.Configure("apply { require_approval: \"data-loss\" require_approval: \"rename\" }\n");
  Script("ddd4", "ccc3", "ALTER TABLE t DROP COLUMN b;", "ALTER TABLE t ADD COLUMN b int;");
  Outcome outcome = shop.Run({"upgrade"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err ==
        "autogen: nothing was run: 1 hazard without an approval in versions/approvals.txtpb\n"
        "  versions/ddd4.sql:8: data-loss: drops column t.b\n"
        "After a review: autogen approve ddd4 --reason \"…\"\n");
  CHECK(shop.Query("SELECT to_regclass('t') IS NULL") == "t");
  outcome = shop.Run({"upgrade", "--sql"});
  CHECK(outcome.code == 2);
  CHECK(outcome.out.empty());
  CHECK(StrContains(outcome.err, "nothing was printed: 1 hazard without an approval"));
  shop.Done({"upgrade", "aaa1:ccc3", "--sql"});
  CHECK(shop.Run({"approve", "ddd4", "--by", "ann"}).code == 2);
  CHECK(shop.Done({"approve", "ddd4", "--by", "ann", "--reason", "b is \"empty\""}) ==
        "approved versions/ddd4.sql:8: data-loss: drops column t.b\n");
  CHECK(StrContains(*ReadFile("versions/approvals.txtpb"),
                    "  hazard: \"data-loss\"\n  by: \"ann\"\n  reason: \"b is \\\"empty\\\"\"\n"));
  Script("ddd4", "ccc3", "ALTER TABLE t DROP COLUMN b, DROP COLUMN a;",
         "ALTER TABLE t ADD COLUMN b int;\nCREATE INDEX i ON t (b);");
  CHECK(StrContains(shop.Run({"upgrade"}).err, "(edited since it was approved)"));
  shop.Done({"approve", "head", "--by", "ann", "--reason", "both"});
  shop.Done({"upgrade"});
  // The downgrade is not blocked.
  shop.Done({"downgrade", "base"});
  shop.Configure("apply { require_approval: \"data_loss\" }\n");
  CHECK(StrContains(shop.Run({"upgrade"}).err, "did you mean \"data-loss\"?"));
}

TEST_CASE("preflight, profile and metrics from the command line") {
  Shop shop;
  shop.Configure("apply { min_server_version: 99 metrics_file: \"autogen.prom\" }\n");
  Outcome outcome = shop.Run({"upgrade"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.err, "and 99 is the oldest that is allowed\nTo run anyway"));
  CHECK(StrContains(*ReadFile("autogen.prom"),
                    "autogen_last_run_success{target=\"default\",direction=\"upgrade\"} 0\n"));
  const std::string out = shop.Done({"upgrade", "--no-preflight", "--profile"});
  CHECK(StrContains(out, "     time     rows  statement\n"));
  CHECK(StrContains(out, "locks ACCESS EXCLUSIVE on t for "));
  const std::string metrics = *ReadFile("autogen.prom");
  CHECK(StrContains(metrics, "success{target=\"default\",direction=\"upgrade\"} 1\n"));
  CHECK(
      StrContains(metrics, "autogen_last_run_scripts{target=\"default\",direction=\"upgrade\"} 3"));
  CHECK(StrContains(metrics, "autogen_revision{target=\"default\",revision=\"ccc3\"} 1\n"));
}

// `autogen arguments…` in a process of its own, its stderr in a file; the process.
pid_t Start(std::vector<std::string> arguments, const std::string& err_path) {
  const pid_t child = fork();
  if (child != 0) return child;
  Outcome outcome = RunMain(std::move(arguments));
  std::ofstream(err_path) << outcome.err;
  _exit(outcome.code);
}

void AwaitQuery(const TestDatabase& database, const std::string& start) {
  for (int i = 0; i < 600; ++i) {
    if (QueryText(database.Url(),
                  absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE datname = "
                               "current_database() AND state = 'active' AND query LIKE '",
                               start, "%'")) != "0") {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  FAIL("the statement did not start: ", start);
}

TEST_CASE("Ctrl-C leaves nothing half done, and the next upgrade continues") {
  Shop shop;
  Script("bbb2", "aaa1", "ALTER TABLE t ADD COLUMN b int;\nSELECT pg_sleep(1000);", "SELECT 1;");
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    const pid_t child = Start({"upgrade", "--url", shop.database.Url()}, "err");
    AwaitQuery(shop.database, "SELECT pg_sleep");
    REQUIRE(kill(child, signal) == 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 128 + signal);
    const std::string err = *ReadFile("err");
    CHECK(StrContains(err, "\nnot run:  bbb2, ccc3\ndatabase: at aaa1; bbb2 was rolled back\n"));
    CHECK(shop.Query("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname "
                     "= 'b'") == "0");
  }
  Script("bbb2", "aaa1", "ALTER TABLE t ADD COLUMN b int;", "ALTER TABLE t DROP COLUMN b;");
  shop.Done({"upgrade"});
  CHECK(shop.Query("SELECT version_num FROM autogen_version") == "ccc3");
}

TEST_CASE("an interrupted CALL waits for a decision") {
  Shop shop;
  shop.database.Run(
      "CREATE TABLE acc (balance int); INSERT INTO acc VALUES (100); CREATE PROCEDURE add_one() "
      "LANGUAGE plpgsql AS 'BEGIN UPDATE acc SET balance = balance + 1; COMMIT; PERFORM "
      "pg_sleep(1); END'");
  Script("bbb2", "aaa1", "-- autogen: no-transaction\n\nCALL add_one();", "SELECT 1;");
  Script("ccc3", "bbb2", "SELECT 1;", "SELECT 1;");
  const pid_t child = Start({"upgrade", "--url", shop.database.Url()}, "err");
  AwaitQuery(shop.database, "CALL add_one");
  REQUIRE(kill(child, SIGKILL) == 0);
  REQUIRE(waitpid(child, nullptr, 0) == child);

  // Nor is anything taken back: nothing was run.
  Outcome outcome = shop.Run({"upgrade", "--rollback-on-failure", "--no-data-checks"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.err, "step 1 of 1 of the upgrade began at "));
  CHECK(StrContains(outcome.err, "\n  CALL add_one()\n"));
  CHECK(StrContains(WithoutUrl(outcome.err),
                    "next:     autogen upgrade head --resume-at 1 to repeat it, or "
                    "--mark-done to record it as done"));
  CHECK(shop.Run({"upgrade", "--resume-at", "2"}).code == 2);
  CHECK(shop.Run({"upgrade", "--resume-at", "1", "--mark-done"}).code == 2);
  CHECK(shop.Run({"upgrade", "--mark-done", "--sql"}).code == 2);
  CHECK(shop.Query("TABLE acc") == "101");
  CHECK(StrContains(shop.Done({"upgrade", "--mark-done"}), "recorded as done (--mark-done)"));
  CHECK(shop.Query("TABLE acc") == "101");
  CHECK(shop.Query("SELECT version_num FROM autogen_version") == "ccc3");
  outcome = shop.Run({"upgrade", "--mark-done"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.err, "there is none"));
}

TEST_CASE("verify of a script that cannot be read is an error, not a verdict") {
  ScratchFolder folder;
  Shop shop;
  for (const char* sql : {"SELECT 'no end;", "DO $x$ BEGIN END;", "SELECT 1 /* no end"}) {
    CAPTURE(sql);
    Script("ccc3", "bbb2", sql, "SELECT 1;");
    for (const char* format : {"text", "json"}) {
      const Outcome outcome = shop.Run({"verify", "--format", format});
      CAPTURE(outcome.err);
      CHECK(outcome.code == 2);
      CHECK(StrContains(outcome.err, "ccc3.sql"));
    }
  }
  // One that runs and does not lead back has a verdict.
  Script("ccc3", "bbb2", "CREATE TABLE left_behind ();", "SELECT 1;");
  CHECK(shop.Run({"verify"}).code == 1);
}

}  // namespace
}  // namespace autogen::cli
