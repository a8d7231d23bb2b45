// preflight as a user runs it, over scripts that somebody else wrote.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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

// A script whose upgrade has these checks.
void Script(const std::vector<std::string>& checks) {
  std::ofstream out("versions/aaa1.sql");
  out << "-- one\n--\n-- revision:   aaa1\n-- revises:    base\n\n-- autogen: upgrade\n\n";
  for (const std::string& check : checks) {
    out << "-- autogen: preflight \"" << check << "\" \"a check\"\n";
  }
  out << "CREATE TABLE n (id int);\n\n-- autogen: downgrade\n\nDROP TABLE n;\n";
}

struct Shop {
  Shop() { REQUIRE(RunMain({"init"}).code == 0); }
  Outcome Preflight(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"preflight", "--url", database.Url()});
    return RunMain(more);
  }
  ScratchFolder folder;
  TestDatabase database;
};

constexpr char kEndless[] = "SELECT count(*) FROM generate_series(1, 1000000000000)";

TEST_CASE("what was not checked never counts as passed") {
  Shop shop;
  shop.database.Run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
  Script({"SELECT count(*) FROM public.t WHERE a IS NULL"});
  CHECK(shop.Preflight().code == 0);
  Script({"SELECT count(*) FROM public.t"});
  CHECK(shop.Preflight().code == 1);
  Script({"SELECT count(*) FROM public.t WHERE a IS NULL", "SELECT count(pg_sleep(1000))",
          "SELECT count(*) FROM public.t"});
  Outcome outcome = shop.Preflight();
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.out, "function pg_sleep(double precision) is volatile"));
  CHECK(StrContains(outcome.out,
                    "3 checks: 1 passed, 1 with violating rows, "
                    "1 not checked, 0 for later\n"));
  outcome = shop.Preflight({"--format", "json"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.out, "\"ok\": false"));
  Script({kEndless});
  outcome = shop.Preflight({"--check-timeout", "1"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.out, "not checked  a check: timed out after 1 s (--check-timeout)"));
  CHECK(shop.Preflight({"--check-timeout", "0"}).code == 2);
}

// A script by hand with this upgrade.
void Write(const std::string& upgrade) {
  std::ofstream("versions/aaa1.sql")
      << "-- one\n--\n-- revision:   aaa1\n-- revises:    base\n\n-- autogen: upgrade\n\n"
      << upgrade << "\n\n-- autogen: downgrade\n\n";
}

TEST_CASE("what a statement by hand would fail on is counted, and an upgrade refused") {
  Shop shop;
  shop.database.Run(
      "CREATE TABLE p (id int PRIMARY KEY, n int, t text); CREATE TABLE c (id int, p int, v "
      "varchar(20)); INSERT INTO p VALUES (1, NULL, 'x'), (2, 2, 'x'); INSERT INTO c VALUES (1, 9, "
      "'long text'), (1, 1, 'y'); ALTER TABLE c ADD CONSTRAINT old CHECK (id > 1) NOT VALID");
  for (const char* statement :
       {"ALTER TABLE p ALTER n SET NOT NULL", "ALTER TABLE p ADD q int NOT NULL",
        "ALTER TABLE public.p ADD UNIQUE (t)", "CREATE UNIQUE INDEX ON c (id)",
        "ALTER TABLE c ADD PRIMARY KEY (id)", "ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p",
        "ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p (id)",
        "ALTER TABLE c ALTER v TYPE varchar(5)", "ALTER TABLE c ADD CHECK (id > 1 AND ')' <> '')",
        "ALTER TABLE c VALIDATE CONSTRAINT old",
        "CREATE TABLE n (); ALTER TABLE c ADD CHECK (id > 1)"}) {
    CAPTURE(statement);
    Write(absl::StrCat(statement, ";"));
    Outcome outcome = shop.Preflight();
    CHECK_MESSAGE(outcome.code == 1, outcome.out);
    outcome = RunMain({"upgrade", "--url", shop.database.Url()});
    CHECK(outcome.code == 2);
    CHECK_MESSAGE(StrContains(outcome.err, "so nothing was changed"), outcome.err);
    outcome = RunMain({"upgrade", "--url", shop.database.Url(), "--no-data-checks"});
    CHECK_MESSAGE(StrContains(outcome.err, "ERROR:"), outcome.err);
  }
  for (const char* statement :
       {"ALTER TABLE p ALTER n SET NOT NULL, ALTER t TYPE int USING 1",
        "ALTER TABLE p ALTER t TYPE xml", "CREATE UNIQUE INDEX ON c (lower(v))",
        "ALTER TABLE c ADD EXCLUDE (id WITH =)"}) {
    CAPTURE(statement);
    Write(absl::StrCat(statement, ";"));
    CHECK(shop.Preflight().code == 2);
  }
  for (const char* statement :
       {"ALTER TABLE p ALTER id SET NOT NULL", "ALTER TABLE p ALTER n TYPE bigint",
        "ALTER TABLE p ADD CHECK (id > 5) NOT VALID",
        "CREATE TABLE n (a int, b int); ALTER TABLE n "
        "ALTER a SET NOT NULL"}) {
    CAPTURE(statement);
    Write(absl::StrCat(statement, ";"));
    Outcome outcome = shop.Preflight();
    CHECK_MESSAGE(outcome.code == 0, outcome.out);
  }
}

TEST_CASE("what the script itself makes or changes first is for later") {
  Shop shop;
  shop.database.Run(
      "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (a int, m mood); INSERT INTO t VALUES "
      "(NULL)");
  for (const char* upgrade :
       {"ALTER TYPE mood ADD VALUE 'b'; ALTER TABLE t ADD CHECK (m <> 'b'::public.mood);",
        "CREATE FUNCTION f(int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT $1 > 0'; "
        "ALTER TABLE t ADD CHECK (public.f(a));",
        "CREATE DOMAIN d AS int; ALTER TABLE t ADD CHECK (a::public.d > 0);",
        "ALTER TABLE t ADD b int DEFAULT 1; ALTER TABLE t ALTER b SET NOT NULL;",
        "ALTER TABLE t RENAME TO u; ALTER TABLE u ALTER m SET NOT NULL;",
        "CREATE COLLATION c FROM \"C\"; ALTER TABLE t ADD CHECK (m::text COLLATE public.c > '');",
        "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT "
        "k;",
        "UPDATE t SET a = 1; ALTER TABLE t ALTER a SET NOT NULL;"}) {
    CAPTURE(upgrade);
    Write(upgrade);
    Outcome outcome = shop.Preflight();
    CHECK_MESSAGE(outcome.code == 0, outcome.out);
    CHECK_MESSAGE(StrContains(outcome.out, "1 for later"), outcome.out);
  }
  // The last one: the step after the update is asked again, and finds nothing.
  Outcome outcome = RunMain({"upgrade", "--url", shop.database.Url()});
  CHECK_MESSAGE(outcome.code == 0, outcome.err);
  CHECK_MESSAGE(StrContains(outcome.out, "data checks: 0 passed, 1 later"), outcome.out);
}

TEST_CASE("a later check stops its step, and what committed before stays") {
  Shop shop;
  shop.database.Run("CREATE TABLE t (a int); INSERT INTO t VALUES (NULL)");
  Write(
      "CREATE FUNCTION f(int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true';\n"
      "UPDATE t SET a = NULL;\n-- autogen: step\nALTER TABLE t ALTER a SET NOT NULL;");
  Outcome outcome = RunMain({"upgrade", "--url", shop.database.Url()});
  CHECK(outcome.code == 2);
  CHECK_MESSAGE(StrContains(outcome.err, "so the step was not run"), outcome.err);
  CHECK(QueryText(shop.database.Url(), "SELECT count(*) FROM pg_proc WHERE proname = 'f'") == "1");
}

TEST_CASE("an upgrade goes on where a check reaches its deadline, unless it is strict") {
  Shop shop;
  Script({kEndless});
  const std::vector<std::string> upgrade = {"upgrade", "--url", shop.database.Url(),
                                            "--check-timeout", "1"};
  std::vector<std::string> strict = upgrade;
  strict.push_back("--strict");
  Outcome outcome = RunMain(strict);
  CHECK(outcome.code == 2);
  CHECK_MESSAGE(StrContains(outcome.err, "timed out after 1 s"), outcome.err);
  outcome = RunMain(upgrade);
  CHECK(outcome.code == 0);
  CHECK_MESSAGE(StrContains(outcome.out, "warning: "), outcome.out);
}

TEST_CASE("only the user, not the project, says which other extensions checks may call") {
  Shop shop;
  shop.database.Run("CREATE EXTENSION pgcrypto");
  Script({"SELECT length(public.digest('x', 'md5')) - 16"});
  CHECK(shop.Preflight().code == 2);
  CHECK(shop.Preflight({"--allow-extension", "pgcrypto"}).code == 0);
  std::ofstream("user.txtpb") << "allowed_extension: \"pgcrypto\"\n";
  REQUIRE(chmod("user.txtpb", 0600) == 0);
  char cwd[4096];
  REQUIRE(getcwd(cwd, sizeof cwd) != nullptr);
  setenv("AUTOGEN_USER_CONFIG", absl::StrCat(cwd, "/user.txtpb").c_str(), 1);
  CHECK(shop.Preflight().code == 0);
  unsetenv("AUTOGEN_USER_CONFIG");
}

TEST_CASE("passwords in checks are masked, whatever becomes of the check") {
  Shop shop;
  shop.database.Run("CREATE TABLE t (a text); INSERT INTO t VALUES ('x')");
  const std::string url = "'postgresql://me:sesame@db/app'";
  Script({absl::StrCat("SELECT count(*) FROM public.t WHERE a <> ", url),
          absl::StrCat("SELECT count(pg_sleep(1000)) FROM public.t WHERE a <> ", url),
          absl::StrCat("SELECT count(*) FROM public.t WHERE a::int <> length(", url, ")"),
          absl::StrCat("SELECT count(*) FROM public.t WHERE ", url, "::int = 1")});
  for (const char* format : {"text", "json"}) {
    CAPTURE(format);
    const Outcome outcome = shop.Preflight({"--format", format});
    CHECK(outcome.code == 2);
    CHECK(StrContains(outcome.out, "FROM public.t WHERE a <>"));
    CHECK(StrContains(outcome.out, "***"));
    CHECK_FALSE(StrContains(outcome.out, "sesame"));
    CHECK_FALSE(StrContains(outcome.err, "sesame"));
  }
}

TEST_CASE("a signal cancels the running check at once") {
  Shop shop;
  Script({kEndless});
  const std::string running =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = "
      "'active' AND query LIKE '%generate_series%' AND pid <> pg_backend_pid()";
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    const pid_t child = fork();
    if (child == 0) {
      ::signal(signal, SIG_DFL);  // the test may itself run under nohup
      _exit(shop.Preflight().code);
    }
    for (int i = 0; i < 400 && QueryText(shop.database.Url(), running) == "0"; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    REQUIRE(QueryText(shop.database.Url(), running) == "1");
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(kill(child, signal) == 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 128 + signal);
    CHECK(QueryText(shop.database.Url(), running) == "0");
  }
}

}  // namespace
}  // namespace autogen::cli
