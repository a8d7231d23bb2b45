// The session stays the run's, whatever a script does to it: lock, role, settings.
#include <doctest/doctest.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/apply/runner.h"
#include "src/apply/test_history.h"
#include "src/base/file.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::TestServer;

// Tries to get in as a second runner whenever the first one tells of something.
class Intruder : public Observer {
 public:
  explicit Intruder(const std::string& url)
      : connection_(*postgres::Connection::Open({.url = url})) {}
  void StatementDone(const ScriptRun& script, size_t statement, const StatementResult&) override {
    // Behind a statement outside a transaction nothing can hold it.
    if (!script.no_transaction) Try(Place(script, statement));
  }
  void StatementStarted(const ScriptRun& script, size_t statement) override {
    if (statement > 0) Try(Place(script, statement));
  }
  void ScriptDone(const ScriptRun& script, double) override { Try(script.path); }

  int tries = 0;
  std::string got_in;  // where

 private:
  void Try(const std::string& where) {
    ++tries;
    const std::string key =
        absl::StrCat("(", VersionTable("public", "autogen_version").LockKey(), ")");
    if (!connection_.Exec("SELECT pg_try_advisory_lock" + key)->Bool(0, 0)) return;
    absl::StrAppend(&got_in, where, "\n");
    CHECK(connection_.Exec("SELECT pg_advisory_unlock" + key).ok());
  }
  postgres::Connection connection_;
};

struct Bench : TestBench {
  Bench() : intruder(database.Url()) {
    database.Run(
        "CREATE TABLE log (n int); CREATE FUNCTION let_go() RETURNS void LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_advisory_unlock_all(); END'");
  }
  Observer& observer() override { return intruder; }
  Intruder intruder;
};

// `sql` with each statement as a step of its own.
ScriptRun MakeSteps(const std::string& revision, const std::string& sql,
                    std::vector<std::string> remove) {
  ScriptRun script = MakeScript(revision, sql, std::move(remove));
  for (size_t i = 1; i < script.statements.size(); ++i) script.step_starts.push_back(i);
  return script;
}

TEST_CASE("a script that releases the run lock lets nobody in") {
  struct Case {
    const char* name;
    const char* script;
    bool steps = false;
    bool no_transaction = false;
  } cases[] = {
      {"one transaction", "SELECT let_go(); INSERT INTO log VALUES (1)"},
      {"steps",
       "SELECT let_go(); INSERT INTO log VALUES (1); SELECT let_go(); INSERT INTO log VALUES (2)",
       true},
      {"a trigger",
       "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
       "let_go(); RETURN NEW; END $$; CREATE TRIGGER t BEFORE INSERT ON log FOR EACH "
       "ROW EXECUTE FUNCTION t(); INSERT INTO log VALUES (1)"},
      {"outside a transaction", "CALL p(); INSERT INTO log VALUES (1)", false, true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Bench bench;
    bench.database.Run(
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN PERFORM let_go(); COMMIT; END'");
    ScriptRun script = c.steps ? MakeSteps("a", c.script, {}) : MakeScript("a", c.script, {});
    script.no_transaction = c.no_transaction;
    REQUIRE(bench.Run({script, MakeScript("b", "SELECT 1; SELECT 2", {"a"})}) == absl::OkStatus());
    CHECK(bench.intruder.tries > 0);
    CHECK(bench.intruder.got_in == "");
    CHECK(bench.Query("SELECT string_agg(version_num, ' ') FROM autogen_version") == "b");
  }
}

TEST_CASE("a run that has lost its lock in a failing transaction ends, and says why") {
  Bench bench;
  const absl::Status status = bench.Run({MakeScript(
      "a",
      "SELECT let_go(); DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END "
      "$$",
      {})});
  CHECK(absl::StrContains(status.message(), "released the lock that keeps other runners out"));
  CHECK(bench.Query("SELECT count(*) FROM autogen_version") == "0");
}

TEST_CASE("what takes the run's lock, or its right to write, is refused where it can be read") {
  struct Case {
    const char* sql;
    bool refused;
  } cases[] = {
      {"DISCARD ALL", true},
      {"SELECT pg_advisory_unlock_all()", true},
      {"SELECT n, pg_catalog.PG_ADVISORY_UNLOCK_ALL() FROM log", true},
      {"DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$", true},
      {"SET TRANSACTION READ ONLY", true},
      {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY", true},
      {"SET LOCAL transaction_read_only = on", true},
      {"SET transaction_read_only TO 'Yes'", true},
      {"SET transaction_read_only = 1", true},
      {"SET transaction_read_only = off", false},
      {"SET TRANSACTION READ WRITE", false},
      {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", false},
      {"SET default_transaction_read_only = on", false},
      {"DISCARD TEMP", false},
      {"SELECT pg_advisory_unlock(7)", false},
      {"INSERT INTO log VALUES ('pg_advisory_unlock_all()')", false},
      {"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_unlock_all()'", false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.sql);
    const ScriptRun script = MakeScript("a", absl::StrCat("SELECT 1;\n", c.sql), {});
    const absl::Status status = SplitIntoSteps(script).status();
    CHECK(status.ok() == !c.refused);
    if (c.refused) CHECK(absl::StartsWith(status.message(), Place(script, 1)));
  }
}

TEST_CASE("scripts are recorded whatever they set, and what they set reaches their next step") {
  const char* kSettings[] = {
      "SET ROLE pg_monitor",
      "SET SESSION AUTHORIZATION pg_monitor",
      "SET search_path = ''",
      "SET search_path = nowhere",
      "SET row_security = off",
      "SET default_transaction_read_only = on",
      "SET default_transaction_isolation = serializable",
      "SET session_replication_role = replica",
      "SET statement_timeout = '300ms'",
      "SET lock_timeout = '1ms'",
      "SET idle_in_transaction_session_timeout = '1ms'",
      "SET idle_session_timeout = '1ms'",
      "SET transaction_timeout = '1s'",
      "SET standard_conforming_strings = off",
      "SET client_min_messages = error",
      "SET DateStyle = 'SQL, DMY'",
      "SET quote_all_identifiers = on",
      "SET bytea_output = escape",
      "SET extra_float_digits = -15",
      "SET IntervalStyle = sql_standard",
      "SET TimeZone = 'Pacific/Chatham'",
  };
  for (const char* set : kSettings) {
    const int version = TestServer::Get().version();
    if (absl::StrContains(set, "idle_session") && version < 140000) continue;
    if (absl::StrContains(set, "transaction_timeout") && version < 170000) continue;
    CAPTURE(set);
    TestBench bench;
    bench.database.Run("CREATE TABLE log (n int); GRANT ALL ON log TO pg_monitor");
    REQUIRE(bench.Run({MakeSteps("a",
                                 absl::StrCat(set,
                                              "; INSERT INTO public.log VALUES (1); INSERT INTO "
                                              "public.log VALUES (2)"),
                                 {}),
                       MakeScript("b", "INSERT INTO log VALUES (3)", {"a"})}) == absl::OkStatus());
    CHECK(bench.Query("SELECT count(*) FROM log") == "3");
    CHECK(bench.Query("SELECT string_agg(revision || step || state, ' ' ORDER BY id) FROM "
                      "autogen_version_ledger") == "a1done a2done a3done b1done");
  }
}

TEST_CASE("every timeout that a role can set stands in docs/production.md, and is ours or not") {
  const absl::StatusOr<std::string> page = ReadFile(AUTOGEN_SOURCE_DIR "/docs/production.md");
  REQUIRE(page.ok());
  const size_t start = page->find("| setting | in a run |");
  REQUIRE(start != std::string::npos);
  const std::string table = page->substr(start, page->find("\n\n", start) - start);
  TestBench bench;
  const std::string names = bench.Query(
      "SELECT string_agg(name, ' ') FROM pg_settings WHERE name LIKE '%\\_timeout' AND context IN "
      "('user', 'superuser') OR name ~ '^default_transaction_'");
  for (absl::string_view name : absl::StrSplit(names, ' ')) {
    CAPTURE(name);
    CHECK(absl::StrContains(table, absl::StrCat("`", name, "`")));
  }
  // Those that are ours are so against what the database says.
  std::string ours;
  for (absl::string_view row : absl::StrSplit(table, '\n')) {
    if (!absl::StrContains(row, "| ours: ")) continue;
    const std::vector<std::string> words = absl::StrSplit(row.substr(0, row.find("| ours")), '`');
    for (size_t i = 1; i < words.size(); i += 2) {
      const std::string& name = words[i];
      if (!absl::EndsWith(name, "_timeout") || !absl::StrContains(names, name)) continue;
      bench.database.Run(
          absl::StrCat("ALTER DATABASE ", bench.database.name(), " SET ", name, " = '7777s'"));
      absl::StrAppend(&ours, "INSERT INTO log SELECT current_setting('", name, "');\n");
    }
  }
  CHECK(!ours.empty());
  bench.database.Run("CREATE TABLE log (value text)");
  REQUIRE(bench.Run({MakeScript("a", absl::StrCat("SET work_mem = '5MB';\n", ours), {}),
                     MakeScript("b", ours, {"a"})}) == absl::OkStatus());
  CHECK(bench.Query("SELECT count(*) FROM log WHERE value LIKE '7777%'") == "0");
}

}  // namespace
}  // namespace autogen::apply
