// One set of awkward scripts, run in every way that there is: the same schema, rows and ledger.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/cli/run_main.h"
#include "src/postgres/connection.h"
#include "src/sql/statement.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using testing::QueryText;
using testing::TestDatabase;

constexpr char kMember[] = "autogen_test_member";

struct Script {
  const char* id;
  const char* upgrade;
  const char* downgrade;
};

// What each does to its session must reach neither the bookkeeping nor the next script.
const Script kScripts[] = {
    {"path",
     "SET search_path = pg_catalog;\nSET check_function_bodies = false;\n"
     "CREATE SCHEMA app;",
     "SET search_path = '';\nDROP SCHEMA app;"},
    {"role",
     "CREATE TABLE t (path text DEFAULT current_setting('search_path'), who text DEFAULT "
     "current_user, n int);\nGRANT ALL ON t TO pg_monitor;\nINSERT INTO t (n) VALUES (1);\n"
     "SET ROLE pg_monitor;\nINSERT INTO t (n) VALUES (2);",
     "DROP TABLE t;"},
    {"readonly", "INSERT INTO t (n) VALUES (3);\nSET default_transaction_read_only = on;", ""},
    {"local",
     "SET LOCAL search_path = app;\nSET LOCAL statement_timeout = '5s';\n"
     "CREATE TABLE inside (n int);",
     "DROP TABLE app.inside;"},
    {"temporary",
     "CREATE TEMP TABLE scratch ON COMMIT DROP AS SELECT 4 AS n;\n"
     "INSERT INTO t (n) SELECT n FROM scratch;",
     ""},
    {"temporary_again",
     "CREATE TEMP TABLE scratch ON COMMIT DROP AS SELECT 5 AS n;\n"
     "INSERT INTO t (n) SELECT n FROM scratch;",
     ""},
    {"temporary_left", "CREATE TEMP TABLE t AS SELECT 6 AS n;\nPREPARE p AS SELECT 1;", ""},
    {"strings",
     "SET standard_conforming_strings = off;\nSET row_security = off;\n"
     "INSERT INTO t (n, who) VALUES (7, 'a\\\\b');",
     ""},
    {"strings_again", "INSERT INTO t (n, who) VALUES (8, 'a\\\\b');", ""},
    {"timeouts", "SET statement_timeout = '300ms';\nSET idle_in_transaction_session_timeout = '9s';",
     ""},
    {"code",
     "CREATE FUNCTION astray() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
     "set_config('search_path', 'app', false); RETURN NEW; END $$;\n"
     "CREATE TRIGGER astray BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION astray();\n"
     "INSERT INTO public.t (n) VALUES (9);",
     "DROP TRIGGER astray ON t;\nDROP FUNCTION astray;"},
    {"last", "CREATE TABLE final (n int);", "DROP TABLE final;"},
};

struct Project {
  Project() {
    REQUIRE(RunMain({"init"}).code == 0);
    const char* before = "base";
    for (const Script& script : kScripts) {
      Write(script, before, script.upgrade);
      before = script.id;
    }
    database.Run(absl::StrCat(
        "DO $$ BEGIN CREATE ROLE ", kMember,
        " LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; GRANT "
        "pg_monitor TO ",
        kMember, "; GRANT CREATE ON DATABASE ", database.name(), " TO ", kMember,
        "; GRANT ALL ON SCHEMA public TO ", kMember));
  }
  static void Write(const Script& script, const std::string& revises, const std::string& upgrade) {
    std::ofstream(absl::StrCat("versions/", script.id, ".sql"))
        << "-- " << script.id << "\n-- revision: " << script.id << "\n-- revises: " << revises
        << "\n\n-- autogen: upgrade\n"
        << upgrade << "\n\n-- autogen: downgrade\n"
        << script.downgrade << "\n";
  }
  void Ok(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--url", url});
    const Outcome outcome = RunMain(arguments);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
  }
  // As psql runs a file: statement by statement, to the first error.
  void Psql(const std::string& sql) const {
    absl::StatusOr<postgres::Connection> connection = postgres::Connection::Open({.url = url});
    REQUIRE(connection.ok());
    const absl::StatusOr<std::vector<sql::Statement>> statements = sql::SplitStatements(sql);
    REQUIRE(statements.ok());
    for (const sql::Statement& statement : *statements) {
      CAPTURE(statement.text);
      REQUIRE(connection->Exec(statement.text).status() == absl::OkStatus());
    }
  }
  // All that must be the same, whoever is its owner.
  std::string State() const {
    const std::string rows = QueryText(
        database.Url(), "SELECT coalesce(string_agg(t::text, ' ' ORDER BY n), '') FROM public.t");
    const std::string ledger =
        QueryText(database.Url(),
                  "SELECT string_agg(concat_ws(' ', revision, direction, step, steps, state, "
                  "checksum), '\n' ORDER BY id) FROM autogen_version_ledger");
    const std::string version =
        QueryText(database.Url(), "SELECT string_agg(version_num, ' ') FROM autogen_version");
    const std::string owner = QueryText(database.Url(), "SELECT current_user");
    absl::StatusOr<std::string> dump = testing::PgDump(database.Url());
    REQUIRE(dump.ok());
    return absl::StrReplaceAll(absl::StrCat(version, "\n", ledger, "\n", rows, "\n", *dump),
                               {{kMember, owner}});
  }

  ScratchFolder folder;
  TestDatabase database;
  std::string url = database.Url();
};

std::string AfterWay(const std::function<void(Project&)>& way) {
  Project project;
  way(project);
  return project.State();
}

TEST_CASE("awkward scripts end in the same schema, rows and ledger in every way of running them") {
  const std::string expected = AfterWay([](Project& project) {
    for (size_t i = 0; i < std::size(kScripts); ++i) project.Ok({"upgrade", "+1"});
  });
  CHECK(absl::StrContains(expected, "(\"\"\"$user\"\", public\""));
  struct Way {
    std::string name;
    std::function<void(Project&)> run;
  } ways[] = {
      {"all at once", [](Project& project) { project.Ok({"upgrade"}); }},
      {"one transaction",
       [](Project& project) {
         project.Ok({"upgrade", "--single-transaction"});
       }},
      {"printed",
       [](Project& project) {
         project.Psql(RunMain({"upgrade", "--sql"}).out);
       }},
      {"printed as one transaction",
       [](Project& project) {
         project.Psql(RunMain({"upgrade", "--sql", "--single-transaction"}).out);
       }},
      {"a target",
       [](Project& project) {
         std::ofstream("targets.txtpb")
             << "target { database: \"" << project.database.name() << "\" }\n";
         project.Ok({"upgrade", "--targets", "targets.txtpb"});
       }},
      {"as another role",
       [](Project& project) {
         const char* separator = !absl::StrContains(project.url, "://") ? " "
                                 : absl::StrContains(project.url, '?')  ? "&"
                                                                        : "?";
         absl::StrAppend(&project.url, separator, "user=", kMember);
         project.Ok({"upgrade"});
       }},
      {"after a failure",
       [](Project& project) {
         const Script& last = kScripts[std::size(kScripts) - 1];
         const char* before = kScripts[std::size(kScripts) - 2].id;
         Project::Write(last, before, absl::StrCat(last.upgrade, "\nSELECT 1 / 0;"));
         CHECK(RunMain({"upgrade", "--url", project.url}).code == 2);
         Project::Write(last, before, last.upgrade);
         project.Ok({"upgrade"});
       }},
  };
  for (const Way& way : ways) {
    CAPTURE(way.name);
    const std::string state = AfterWay(way.run);
    CHECK_MESSAGE(state == expected, testing::LineDifference(state, expected));
  }
}

TEST_CASE("awkward scripts go back in every way") {
  const auto down = [](std::vector<std::string> arguments) {
    return [arguments = std::move(arguments)](Project& project) {
      project.Ok({"upgrade"});
      if (arguments[1] == "printed") {
        project.Psql(RunMain({"downgrade", "head:role", "--sql"}).out);
      } else {
        project.Ok(arguments);
      }
    };
  };
  const std::string expected = AfterWay(down({"downgrade", "role"}));
  for (const char* way : {"--single-transaction", "printed"}) {
    CAPTURE(std::string(way));
    const bool printed = std::string(way) == "printed";
    const std::string state =
        AfterWay(printed ? down({"downgrade", "printed"}) : down({"downgrade", "role", way}));
    CHECK_MESSAGE(state == expected, testing::LineDifference(state, expected));
  }
}

TEST_CASE("what one transaction cannot do as several would is refused with the statement") {
  struct Case {
    const char* upgrade;
    const char* statement;
  } cases[] = {
      {"ALTER TYPE mood ADD VALUE 'calm';\nINSERT INTO m VALUES ('calm');", "INSERT INTO m"},
      {"INSERT INTO h VALUES (now());", "INSERT INTO h"},
      {"UPDATE h SET at = CURRENT_TIMESTAMP;", "UPDATE h SET"},
      {"SET CONSTRAINTS ALL DEFERRED;", "SET CONSTRAINTS"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.upgrade);
    ScratchFolder folder;
    TestDatabase database;
    REQUIRE(RunMain({"init"}).code == 0);
    Project::Write({"first", "", ""}, "base",
                   "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE m (m mood);\n"
                   "CREATE TABLE h (at timestamptz DEFAULT now());");
    Project::Write({"second", "", ""}, "first", c.upgrade);
    const Outcome outcome = RunMain({"upgrade", "--single-transaction", "--url", database.Url()});
    CHECK(outcome.code == 2);
    CHECK(absl::StrContains(outcome.err, "cannot run with --single-transaction"));
    CHECK(absl::StrContains(outcome.err, c.statement));
    CHECK(QueryText(database.Url(), "SELECT to_regtype('mood') IS NULL") == "t");
    CHECK(RunMain({"upgrade", "--url", database.Url()}).code == 0);
  }
}

}  // namespace
}  // namespace autogen::cli
