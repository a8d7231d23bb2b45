// What scripts do to their session: the next script, a later step and our own records must not see
// it where a new session would not.
#include "src/apply/session.h"

#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/offline.h"
#include "src/apply/runner.h"
#include "src/apply/test_history.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::TestDatabase;

struct Bench : TestBench {
  void Ran(Runner& runner) override {
    if (!runner.connection().alive()) return;
    auto session = runner.connection().Exec(
        "SELECT concat_ws(' ', current_user = session_user, current_setting('search_path'), "
        "current_setting('lock_timeout'), current_setting('statement_timeout'), (SELECT count(*) "
        "FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), (SELECT count(*) "
        "FROM pg_listening_channels()), (SELECT count(*) FROM pg_prepared_statements WHERE name <> "
        "'autogen_finish'), (SELECT count(*) FROM pg_cursors), (SELECT count(*) FROM pg_class "
        "WHERE "
        "relpersistence = 't' AND relnamespace = pg_my_temp_schema()))");
    REQUIRE(session.status() == absl::OkStatus());
    session_after = std::string(session->Text(0, 0));
  }
  std::string session_after;
};

constexpr absl::string_view kClean = "t \"$user\", public 3s 0 1 0 0 0 0";

// Everything that a session can carry, each by a statement of its own and hidden in code.
std::string Litter() {
  return "CREATE SCHEMA app; CREATE TABLE public.t (v int); INSERT INTO public.t VALUES (1);"
         "GRANT ALL ON SCHEMA app, public TO "
         "autogen_session_test; GRANT ALL ON public.t TO autogen_session_test;"
         "CREATE TEMP TABLE t AS SELECT * FROM public.t; LISTEN c; PREPARE p AS SELECT 1;"
         "DECLARE c CURSOR WITH HOLD FOR SELECT 1; SELECT pg_advisory_lock(7), "
         "pg_advisory_lock(7); SET statement_timeout = '1h'; SET lock_timeout = '2h';"
         "DO $$ BEGIN EXECUTE 'SET search_path = app'; END $$; SET ROLE autogen_session_test";
}

// A role that the scripts take; declared before they run, since it outlives the database.
struct Role {
  explicit Role(Bench& b) : bench(b) { bench.database.Run("CREATE ROLE autogen_session_test"); }
  ~Role() {
    bench.database.Run("DROP OWNED BY autogen_session_test; DROP ROLE autogen_session_test");
  }
  Bench& bench;
};

TEST_CASE("a script sees no session state of the one before") {
  Bench bench;
  const Role role(bench);
  // The second uses a name that the first has taken in its own session.
  const std::vector<ScriptRun> scripts = {
      MakeScript("a", Litter(), {}),
      MakeScript("b", "UPDATE t SET v = v + 1; CREATE TABLE made (a int); PREPARE p AS SELECT 2",
                 {"a"})};
  SUBCASE("one transaction each") {}
  SUBCASE("one transaction for all") { bench.options.single_transaction = true; }
  const bool many = bench.options.single_transaction;
  CAPTURE(many);
  REQUIRE(bench.Run(scripts) == absl::OkStatus());
  CHECK(bench.Query("SELECT v FROM public.t") == "2");
  CHECK(bench.Query("SELECT tableowner = current_user AND schemaname = 'public' FROM pg_tables "
                    "WHERE tablename = 'made'") == "t");
  CHECK(bench.session_after == kClean);
}

TEST_CASE("what a script prints for psql does the same") {
  Bench bench;
  const Role role(bench);
  const std::vector<ScriptRun> scripts = {
      MakeScript("a", Litter(), {}),
      MakeScript("b", "UPDATE t SET v = v + 1; CREATE TABLE made (a int)", {"a"})};
  SUBCASE("one transaction each") {}
  SUBCASE("one transaction for all") { bench.options.single_transaction = true; }
  absl::StatusOr<std::string> sql = OfflineSql(impact::DefaultDialect(), scripts, bench.options, true);
  REQUIRE(sql.status() == absl::OkStatus());
  auto psql = postgres::Connection::Open({.url = bench.database.Url()});
  REQUIRE(psql.ok());
  const std::vector<sql::Statement> statements = *sql::SplitStatements(*sql);
  for (const sql::Statement& statement : statements) {
    REQUIRE(psql->Exec(statement.text).status() == absl::OkStatus());
  }
  CHECK(bench.Query("SELECT v FROM public.t") == "2");
  CHECK(bench.Query("SELECT tableowner = current_user AND schemaname = 'public' FROM pg_tables "
                    "WHERE tablename = 'made'") == "t");
  CHECK(bench.Query("SELECT string_agg(version_num, ' ') FROM autogen_version") == "b");
}

TEST_CASE("a trigger, a function or a LOCAL setting does not reach the next script either") {
  Bench bench;
  bench.database.Run(
      "CREATE SCHEMA app; CREATE TABLE public.t (v int); CREATE FUNCTION leave() RETURNS trigger "
      "LANGUAGE plpgsql AS 'BEGIN PERFORM set_config(''search_path'', ''app'', false); RETURN NEW; "
      "END'; CREATE TRIGGER leave BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION leave()");
  std::string script;
  SUBCASE("trigger") { script = "INSERT INTO t VALUES (1)"; }
  SUBCASE("local") {
    script = "SET LOCAL search_path = app";
    bench.options.single_transaction = true;
  }
  SUBCASE("block") {
    script = "DO $$ BEGIN PERFORM set_config('search_path', 'app', false); END $$";
  }
  REQUIRE(bench.Run({MakeScript("a", script, {}),
                     MakeScript("b", "CREATE TABLE made (a int)", {"a"})}) == absl::OkStatus());
  CHECK(bench.Query("SELECT schemaname FROM pg_tables WHERE tablename = 'made'") == "public");
}

TEST_CASE("the transaction's own modes cannot be kept from the scripts that share it") {
  Bench bench;
  bench.options.single_transaction = true;
  const ScriptRun mode =
      MakeScript("a", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1", {});
  CHECK(absl::StrContains(bench.Run({mode, MakeScript("b", "SELECT 1", {"a"})}).message(),
                          "versions/a.sql:1: cannot run with --single-transaction together"));
  CHECK(bench.Run({mode}) == absl::OkStatus());
}

TEST_CASE("a resumed script has the session that it had") {
  Bench bench;
  bench.database.Run(
      "CREATE SCHEMA app; CREATE TABLE app.t (v int); INSERT INTO app.t VALUES (1); CREATE TABLE "
      "public.t (v int); INSERT INTO public.t VALUES (1)");
  auto where = [&] {
    return bench.Query("SELECT (SELECT v FROM app.t) || ' ' || (SELECT v FROM public.t)");
  };
  auto run = [&](const std::string& sets) {
    const ScriptRun script =
        MakeScript("a",
                   absl::StrCat(sets,
                                "; ALTER TABLE app.t ADD COLUMN w int; CREATE INDEX CONCURRENTLY i "
                                "ON t (v); UPDATE t SET v = v + 1; SET search_path = pg_catalog"),
                   {});
    bench.Interrupt(script, 1);
    REQUIRE(bench.Run({script}) == absl::OkStatus());
    CHECK(absl::StrContains(bench.notes.log, "resumed at step 2 of 3"));
    CHECK(bench.session_after == kClean);
    return where();
  };
  SUBCASE("SET") { CHECK(run("SET search_path = app") == "2 1"); }
  SUBCASE("SET SESSION, the last one counts") {
    CHECK(run("SET SESSION search_path = app; SET search_path = public") == "1 2");
  }
  SUBCASE("RESET") { CHECK(run("SET search_path = app; RESET search_path") == "1 2"); }
  SUBCASE("RESET ALL") { CHECK(run("SET search_path = app; RESET ALL") == "1 2"); }
  SUBCASE("set_config") {
    CHECK(run("SELECT set_config('search_path', 'app, ' || current_setting('search_path'), "
              "false)") == "2 1");
  }
  SUBCASE("LOCAL ends with its transaction") { CHECK(run("SET LOCAL search_path = app") == "1 2"); }
}

TEST_CASE("a resumed script has the role that it had, and the records are ours") {
  Bench bench;
  const Role role(bench);
  bench.database.Run(
      "GRANT ALL ON SCHEMA public TO "
      "autogen_session_test");
  std::string set = "SET ROLE autogen_session_test";
  bool resumed = false;
  SUBCASE("SET ROLE") {}
  SUBCASE("SET ROLE, resumed") { resumed = true; }
  SUBCASE("SET SESSION AUTHORIZATION") { set = "SET SESSION AUTHORIZATION autogen_session_test"; }
  SUBCASE("SET SESSION AUTHORIZATION, resumed") {
    set = "SET SESSION AUTHORIZATION autogen_session_test";
    resumed = true;
  }
  const ScriptRun script =
      MakeScript("a",
                 absl::StrCat(set,
                              "; CREATE TABLE one (a int); CREATE INDEX CONCURRENTLY i ON one (a); "
                              "CREATE TABLE two (a int); VACUUM one; CREATE TABLE three (a int)"),
                 {});
  if (resumed) {
    bench.Interrupt(script, 0);
    bench.database.Run(absl::StrCat(set, "; CREATE TABLE one (a int)"));
    bench.database.Run(VersionTable("public", "autogen_version")
                           .InsertDone(script, (*SplitIntoSteps(script))[0], 1, 5));
  }
  REQUIRE(bench.Run({script}) == absl::OkStatus());
  CHECK(bench.Query("SELECT string_agg(DISTINCT tableowner, ' ') FROM pg_tables WHERE tablename "
                    "IN ('one', 'two', 'three')") == "autogen_session_test");
  CHECK(bench.Query("SELECT count(*) FROM autogen_version WHERE version_num = 'a'") == "1");
  CHECK(bench.Query("SELECT bool_and(role = current_user) FROM autogen_version_ledger") == "t");
  CHECK(bench.session_after == kClean);
}

TEST_CASE("what a later step could not have again is refused before anything runs") {
  const char* kStatements[] = {
      "CREATE TEMP TABLE x (a int)",
      "SELECT 1 AS a INTO TEMP x",
      "CREATE TABLE pg_temp.x (a int)",
      "LISTEN c",
      "PREPARE p AS SELECT 1",
      "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
      "LOAD 'auto_explain'",
      "SELECT pg_advisory_lock(1)",
      "SELECT set_config('a.b', now()::text, false)",
      "DO $$ BEGIN SET search_path = app; END $$",
  };
  Bench bench;
  for (const char* statement : kStatements) {
    CAPTURE(statement);
    const std::string tail = ";\nVACUUM;\nSELECT 1";
    absl::Status status =
        bench.Run({MakeScript("z", "CREATE TABLE never (a int)", {}),
                   MakeScript("a", absl::StrCat("SELECT 1;\n", statement, tail), {"z"})});
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(absl::StartsWith(status.message(), "versions/a.sql:2: "));
    CHECK(absl::StrContains(status.message(), " in step 1 of 3: "));
    CHECK(bench.Query("SELECT to_regclass('never') IS NULL") == "t");
    // A script of one step, and the last step, may.
    CHECK(SplitIntoSteps(MakeScript("a", statement, {})).ok());
    CHECK(SplitIntoSteps(MakeScript("a", absl::StrCat("VACUUM; ", statement), {})).ok());
    // The way down as well.
    CHECK(!SplitIntoSteps(
               MakeScript("a", absl::StrCat(statement, tail), {}, {}, Direction::kDowngrade))
               .ok());
  }
  CHECK(
      SplitIntoSteps(MakeScript("a", "CREATE TEMP TABLE x ON COMMIT DROP AS SELECT 1; VACUUM", {}))
          .ok());
}

TEST_CASE("COPY from or to the client is refused before anything runs") {
  Bench bench;
  for (const char* copy :
       {"COPY t TO STDOUT", "COPY (SELECT 1) TO STDOUT (FORMAT csv)", "COPY t FROM STDIN"}) {
    ScriptRun script = MakeScript("a", "SELECT 1", {});
    std::vector<sql::Statement> statements = script.statements;
    statements.push_back({copy, "", 0, 7});
    script.SetStatements(std::move(statements));
    const std::vector<ScriptRun> scripts = {MakeScript("z", "CREATE TABLE never (a int)", {}),
                                            script};
    CHECK(absl::StartsWith(bench.Run(scripts).message(), "versions/a.sql:7: COPY … FROM stdin"));
    CHECK(bench.Query("SELECT to_regclass('never') IS NULL") == "t");
    CHECK(!OfflineSql(impact::DefaultDialect(), scripts, {}, true).ok());
  }
}

TEST_CASE("the timeouts are ours after every step, and an index build is spared") {
  Bench bench;
  bench.options.statement_timeout_ms = 400;
  bench.database.Run(
      "CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 3); CREATE FUNCTION slow(a "
      "int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_sleep(0.3); RETURN a; "
      "END'");
  SUBCASE("the script's own") {
    const ScriptRun script =
        MakeScript("a",
                   "SET lock_timeout = '1h'; SET statement_timeout = '1h'; SELECT "
                   "pg_sleep(0.6); VACUUM t; CREATE TABLE seen AS SELECT "
                   "current_setting('lock_timeout') || ' ' || "
                   "current_setting('statement_timeout') AS s",
                   {});
    REQUIRE(bench.Run({script}) == absl::OkStatus());
    CHECK(bench.Query("SELECT s FROM seen") == "3s 400ms");
  }
  SUBCASE("an index, also with a comment before it") {
    CHECK(bench.Run({MakeScript("a", "CREATE /* long */ INDEX i ON t (slow(a))", {})}) ==
          absl::OkStatus());
  }
  SUBCASE("a key over a slow expression") {
    CHECK(bench.Run({MakeScript("a", "ALTER TABLE t ADD EXCLUDE USING btree (slow(a) WITH =)",
                                {})}) == absl::OkStatus());
  }
  SUBCASE("but not an update") {
    CHECK(absl::StrContains(bench.Run({MakeScript("a", "UPDATE t SET a = slow(a)", {})}).message(),
                            "statement timeout"));
  }
}

TEST_CASE("the ledger follows what it holds, not its sequence") {
  Bench bench;
  bench.database.Run("CREATE TABLE t (a int)");
  REQUIRE(bench.Run({MakeScript("a", "SELECT 1", {}), MakeScript("b", "SELECT 1", {"a"})}) ==
          absl::OkStatus());
  // As after a restore of data without sequences, or with ids that another session has cached.
  bench.database.Run(
      "UPDATE autogen_version_ledger SET id = id + 1000; ALTER SEQUENCE "
      "autogen_version_ledger_id_seq "
      "RESTART");
  const ScriptRun script = MakeScript("c", "CREATE TABLE one (a int); VACUUM t; SELECT 1/0", {"b"});
  CHECK(!bench.Run({script}).ok());
  CHECK(absl::StrContains(bench.Run({MakeScript("d", "SELECT 1", {"b"})}).message(),
                          "the upgrade of revision c was interrupted: 2 of its 3 steps are done"));
  CHECK(bench.Query("SELECT string_agg(revision, ' ' ORDER BY id) FROM autogen_version_ledger") ==
        "a b c c");
}

}  // namespace
}  // namespace autogen::apply
