#include "src/apply/runner.h"

#include <doctest/doctest.h>

#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/test_history.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::TestDatabase;

class Events : public Observer {
 public:
  void Blocked(const ScriptRun&, size_t, absl::Span<const Blocker> blockers) override {
    log += absl::StrCat("blocked by ", Describe(blockers[0]), "\n");
  }
  void Retrying(const Retry& retry) override { ++retries; }
  void StatementDone(const ScriptRun&, size_t, const StatementResult&) override { ++statements; }
  void Note(absl::string_view text) override { absl::StrAppend(&log, text, "\n"); }
  std::string log;
  int retries = 0;
  int statements = 0;
};

struct Bench : TestBench {
  explicit Bench(Options o = {}) { options = std::move(o); }
  Observer& observer() override { return events; }
  void Ran(Runner& runner) override { finished = runner.finished(); }
  std::string Rows() {
    return Query("SELECT string_agg(version_num, ' ' ORDER BY 1) FROM autogen_version");
  }
  std::string Ledger() {
    return Query(
        "SELECT string_agg(concat_ws(':', revision, direction, step || '/' || steps, state), ' ' "
        "ORDER BY id) FROM autogen_version_ledger");
  }
  Events events;
  size_t finished = 0;
};

TEST_CASE("scripts run with their version rows; nothing is left to do afterwards") {
  Bench bench;
  REQUIRE(bench.Run(
              {MakeScript("a", "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)", {}, {"a"}),
               MakeScript("b", "ALTER TABLE t ADD COLUMN b int", {"a"}, {"b"})}) ==
          absl::OkStatus());
  CHECK(bench.finished == 2);
  CHECK(bench.events.statements == 3);
  CHECK(bench.Rows() == "b");
  CHECK(bench.Ledger() == "a:upgrade:1/1:done b:upgrade:1/1:done");
  REQUIRE(bench.Run(
              {MakeScript("b", "ALTER TABLE t DROP COLUMN b", {"b"}, {"a"}, Direction::kDowngrade),
               MakeScript("a", "DROP TABLE t", {"a"}, {}, Direction::kDowngrade)}) ==
          absl::OkStatus());
  CHECK(bench.Rows() == "");
}

TEST_CASE("an error in a script rolls it back, and the ones before stay") {
  Bench bench;
  absl::Status status =
      bench.Run({MakeScript("a", "CREATE TABLE t (a int)", {}, {"a"}),
                 MakeScript("b", "CREATE TABLE u (a int);\n\nALTER TABLE t\n  ADD COLUM b int",
                            {"a"}, {"b"})});
  CHECK(status.message() ==
        "versions/b.sql:4: ERROR: syntax error at or near \"int\" (42601)\n  ALTER TABLE t ADD "
        "COLUM b "
        "int");
  CHECK(bench.finished == 1);
  CHECK(bench.Rows() == "a");
  CHECK(bench.Query("SELECT to_regclass('u') IS NULL") == "t");
}

TEST_CASE("rows that something else changed stop the run") {
  Bench bench;
  REQUIRE(bench.Run({MakeScript("a", "SELECT 1", {}, {"a"})}).ok());
  absl::Status status = bench.Run({MakeScript("c", "CREATE TABLE t (a int)", {"b"}, {"c"})});
  CHECK(absl::StrContains(status.message(), "changed during the run"));
  CHECK(bench.Query("SELECT to_regclass('t') IS NULL") == "t");
}

TEST_CASE("a merge replaces its parents' rows, a branch adds one") {
  Bench bench;
  REQUIRE(bench.Run({MakeScript("a", "SELECT 1", {}, {"a"}), MakeScript("b", "SELECT 1", {}, {"b"}),
                     MakeScript("m", "SELECT 1", {"a", "b"}, {"m"}),
                     MakeScript("x", "SELECT 1", {}, {})}) == absl::OkStatus());
  CHECK(bench.Rows() == "m");
  REQUIRE(bench.Run({MakeScript("m", "SELECT 1", {"m"}, {"a", "b"}, Direction::kDowngrade)}).ok());
  CHECK(bench.Rows() == "a b");
}

TEST_CASE("statements outside a transaction are steps") {
  Bench bench;
  bench.database.Run("CREATE TABLE t (a int); CREATE TYPE mood AS ENUM ('sad')");
  REQUIRE(bench.Run(
              {MakeScript("a",
                          "ALTER TABLE t ADD COLUMN m mood; CREATE INDEX CONCURRENTLY i ON t (a); "
                          "ALTER TYPE mood ADD VALUE 'glad'; INSERT INTO t VALUES (1, 'glad')",
                          {}, {"a"})}) == absl::OkStatus());
  CHECK(bench.Ledger() ==
        "a:upgrade:1/4:done a:upgrade:2/4:done a:upgrade:3/4:done a:upgrade:4/4:done");
  CHECK(bench.Rows() == "a");
  REQUIRE(bench.Run({MakeScript("b", "DROP INDEX CONCURRENTLY i", {"a"}, {"b"})}) ==
          absl::OkStatus());
  CHECK(bench.Rows() == "b");
  CHECK(bench.Query("SELECT to_regclass('i') IS NULL") == "t");
}

TEST_CASE("a failed step leaves no INVALID index, and the run continues there once it is fixed") {
  Bench bench;
  bench.database.Run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)");
  const std::string before = "ALTER TABLE t ADD COLUMN b int;";
  const std::string index = "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);";
  const std::string after = "ALTER TABLE t ADD COLUMN c int";
  const ScriptRun script = MakeScript("a", absl::StrCat(before, index, after), {}, {"a"});
  absl::Status status = bench.Run({script});
  CHECK(absl::StrContains(status.message(), "could not create unique index"));
  CHECK(bench.Query("SELECT to_regclass('i') IS NULL") == "t");
  CHECK(bench.Ledger() == "a:upgrade:1/3:done");

  SUBCASE("another script does not overtake") {
    CHECK(absl::StrContains(bench.Run({MakeScript("x", "SELECT 1", {}, {"x"})}).message(),
                            "the upgrade of revision a was interrupted: 1 of its 3 steps are done. "
                            "Finish it first: autogen upgrade a"));
  }
  SUBCASE("the same script, the data fixed") {
    bench.database.Run("DELETE FROM t WHERE ctid = '(0,1)'");
    CHECK(bench.Run({script}) == absl::OkStatus());
    CHECK(bench.Rows() == "a");
    CHECK(absl::StrContains(bench.events.log, "resumed at step 2 of 3"));
  }
  SUBCASE("the statement edited") {
    CHECK(bench.Run(
              {MakeScript("a", absl::StrCat(before, "CREATE INDEX CONCURRENTLY j ON t (a);", after),
                          {}, {"a"})}) == absl::OkStatus());
    CHECK(bench.Rows() == "a");
  }
  SUBCASE("a finished step edited") {
    CHECK(absl::StrContains(
        bench.Run({MakeScript("a", absl::StrCat("SELECT 1;", index, after), {}, {"a"})}).message(),
        "but step 1 was edited since"));
  }
}

TEST_CASE("what an interrupted CONCURRENTLY left is repaired") {
  Bench bench;
  bench.database.Run(
      "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE TABLE p (a int) PARTITION BY LIST "
      "(a)"
      "; CREATE TABLE q PARTITION OF p FOR VALUES IN (1)");
  const ScriptRun create =
      MakeScript("a", "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", {}, {"a"});
  auto interrupt = [&](const ScriptRun& script) {
    std::vector<Step> steps = *SplitIntoSteps(script);
    VersionTable table("public", "autogen_version");
    bench.database.Run(table.InsertStarted(script, steps[0], 1, 1));
  };
  REQUIRE(bench.Run({MakeScript("0", "SELECT 1", {}, {})}).ok());

  SUBCASE("an INVALID index is built again, also where IF NOT EXISTS would take it") {
    bench.database.Run(
        "CREATE INDEX i ON t (a); UPDATE pg_index SET indisvalid = false WHERE "
        "indexrelid = 'i'::regclass");
    SUBCASE("after an interruption") { interrupt(create); }
    SUBCASE("left by someone else") {}
    REQUIRE(bench.Run({create}) == absl::OkStatus());
    CHECK(bench.Query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
  }
  SUBCASE("a valid one is not built twice") {
    interrupt(create);
    bench.database.Run("CREATE INDEX i ON t (a)");
    REQUIRE(bench.Run({create}) == absl::OkStatus());
    CHECK(absl::StrContains(bench.events.log, "done by the interrupted run"));
  }
  SUBCASE("a dropped one is not dropped twice") {
    const ScriptRun drop = MakeScript("a", "DROP INDEX CONCURRENTLY i", {}, {"a"});
    interrupt(drop);
    REQUIRE(bench.Run({drop}) == absl::OkStatus());
  }
  SUBCASE("the twin of a REINDEX is dropped") {
    const ScriptRun reindex = MakeScript("a", "REINDEX INDEX CONCURRENTLY i", {}, {"a"});
    bench.database.Run(
        "CREATE INDEX i ON t (a); CREATE INDEX i_ccnew ON t (a); UPDATE pg_index SET "
        "indisvalid = false WHERE indexrelid = 'i_ccnew'::regclass");
    interrupt(reindex);
    REQUIRE(bench.Run({reindex}) == absl::OkStatus());
    CHECK(bench.Query("SELECT to_regclass('i_ccnew') IS NULL") == "t");
  }
  SUBCASE("a partition that is detached already") {
    if (testing::TestServer::Get().version() < 140000) return;
    const ScriptRun detach =
        MakeScript("a", "ALTER TABLE p DETACH PARTITION q CONCURRENTLY", {}, {"a"});
    interrupt(detach);
    bench.database.Run("ALTER TABLE p DETACH PARTITION q");
    REQUIRE(bench.Run({detach}) == absl::OkStatus());
  }
  CHECK(bench.Rows() == "a");
  CHECK(bench.Query("SELECT count(*) FROM autogen_version_ledger WHERE state <> 'done'") == "0");
}

TEST_CASE("a script's SET does not reach the next one") {
  Bench bench;
  REQUIRE(bench.Run({MakeScript("a", "CREATE SCHEMA s; SET search_path = s; CREATE TABLE t (a int)",
                                {}, {"a"}),
                     MakeScript("b", "CREATE TABLE u (a int)", {"a"}, {"b"})}) == absl::OkStatus());
  CHECK(bench.Query(
            "SELECT to_regclass('s.t') IS NOT NULL AND to_regclass('public.u') IS NOT NULL") ==
        "t");
}

TEST_CASE("many scripts, with a DEALLOCATE among them") {
  Bench bench;
  std::vector<ScriptRun> scripts;
  std::vector<std::string> before;
  for (int i = 0; i < 30; ++i) {
    const std::string id = absl::StrCat("r", i);
    scripts.push_back(MakeScript(id, i == 20 ? "DEALLOCATE ALL" : "SELECT 1", before, {id}));
    before = {id};
  }
  REQUIRE(bench.Run(scripts) == absl::OkStatus());
  CHECK(bench.Rows() == "r29");
  CHECK(bench.Query("SELECT count(*) FROM autogen_version_ledger WHERE state = 'done'") == "30");
  // The check of the deleted row holds there as well.
  std::vector<ScriptRun> wrong(scripts.begin() + 1, scripts.begin() + 15);
  CHECK(absl::StrContains(bench.Run(wrong).message(), "changed during the run"));
}

TEST_CASE("one transaction for all") {
  Bench bench({.single_transaction = true});
  const ScriptRun a = MakeScript("a", "CREATE TABLE t (a int)", {}, {"a"});
  absl::Status status = bench.Run({a, MakeScript("b", "SELECT 1/0", {"a"}, {"b"})});
  CHECK(absl::StrContains(status.message(), "versions/b.sql:1: ERROR: division by zero"));
  CHECK(bench.Rows() == "");
  CHECK(absl::StrContains(
      bench.Run({a, MakeScript("b", "VACUUM", {"a"}, {"b"})}).message(),
      "versions/b.sql:1: cannot run with --single-transaction: the statement cannot run in a "
      "transaction\n  VACUUM"));
  REQUIRE(bench.Run({a, MakeScript("b", "SELECT 1", {"a"}, {"b"})}) == absl::OkStatus());
  CHECK(bench.Rows() == "b");
}

TEST_CASE("assertions") {
  Bench bench;
  ScriptRun script = MakeScript("a", "CREATE TABLE t (a int); INSERT INTO t VALUES (1)", {}, {"a"});
  script.assertions = {{"SELECT to_regclass('t') IS NULL", "t is not there yet", 3, 0},
                       {"SELECT count(*) = 2 FROM t", "two rows", 9, 2}};
  absl::Status status = bench.Run({script});
  CHECK(status.message() ==
        "versions/a.sql:9: assertion failed: two rows\n  SELECT count(*) = 2 FROM t");
  CHECK(bench.Query("SELECT to_regclass('t') IS NULL") == "t");
  script.assertions[1].query = "SELECT count(*) = 1 FROM t";
  CHECK(bench.Run({script}) == absl::OkStatus());
}

TEST_CASE("a blocked script is retried, names the blocker, and runs once it leaves") {
  Bench bench({.lock_timeout_ms = 300, .retry_min_ms = 20, .retry_max_ms = 50});
  bench.database.Run("CREATE TABLE t (a int)");
  auto blocker =
      postgres::Connection::Open({.url = bench.database.Url(), .application_name = "long report"});
  REQUIRE(blocker.ok());
  REQUIRE(blocker->Exec("BEGIN; SELECT * FROM t").ok());
  std::thread leaves([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    CHECK(blocker->Exec("COMMIT").ok());
  });
  absl::Status status = bench.Run({MakeScript("a", "ALTER TABLE t ADD COLUMN b int", {}, {"a"})});
  leaves.join();
  CHECK(status == absl::OkStatus());
  CHECK(bench.events.retries >= 2);
  CHECK(absl::StrContains(bench.events.log, "(long report, "));
  CHECK(absl::StrContains(bench.events.log, "idle in transaction"));
}

TEST_CASE("a script does not queue behind an old transaction on its tables") {
  Bench bench({.retries = 0, .max_transaction_age_s = 1});
  bench.database.Run("CREATE TABLE t (a int); CREATE TABLE u (a int)");
  auto blocker =
      postgres::Connection::Open({.url = bench.database.Url(), .application_name = "long report"});
  REQUIRE(blocker.ok());
  REQUIRE(blocker->Exec("BEGIN; SELECT * FROM t").ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  CHECK(bench.Run({MakeScript("b", "ALTER TABLE u ADD COLUMN b int", {}, {"b"})}) ==
        absl::OkStatus());
  absl::Status status = bench.Run({MakeScript("a", "ALTER TABLE t ADD COLUMN b int", {}, {"a"})});
  CHECK(absl::StrContains(status.message(), "would queue behind a transaction"));
  CHECK(absl::StrContains(status.message(), "(long report, "));
  bench.options.max_transaction_age_s = 0;
  bench.options.lock_timeout_ms = 200;
  status = bench.Run({MakeScript("a", "ALTER TABLE t ADD COLUMN b int", {}, {"a"})});
  CHECK(absl::StrContains(status.message(), "gave up after 1 attempts (lock_timeout 200 ms)"));
  CHECK(absl::StrContains(status.message(), "blocked by pid "));
}

TEST_CASE("another runner is waited for and named") {
  Bench bench({.lock_wait_s = 1});
  Events events;
  auto first = Runner::Open({.url = bench.database.Url(), .application_name = "first"},
                            bench.options, &events);
  REQUIRE(first.ok());
  REQUIRE((*first)->Lock().ok());
  absl::Status status = bench.Run({MakeScript("a", "SELECT 1", {}, {"a"})});
  CHECK(status.code() == absl::StatusCode::kDeadlineExceeded);
  CHECK(absl::StrContains(status.message(), "(first, "));
  (*first)->Unlock();
  CHECK(bench.Run({MakeScript("a", "SELECT 1", {}, {"a"})}).ok());
}

TEST_CASE("stamping sets the rows") {
  Bench bench;
  auto runner = Runner::Open({.url = bench.database.Url()}, bench.options, &bench.events);
  REQUIRE(runner.ok());
  REQUIRE((*runner)->Lock().ok());
  REQUIRE((*runner)->Stamp({}, {"a", "b"}) == absl::OkStatus());
  CHECK((*runner)->rows() == std::vector<std::string>{"a", "b"});
  REQUIRE((*runner)->Stamp({"a", "b"}, {}) == absl::OkStatus());
  CHECK((*runner)->rows().empty());
  CHECK(bench.Ledger() == "a b:stamp:1/1:done :stamp:1/1:done");
}

TEST_CASE("a version table of another name and schema, as Alembic left it") {
  Bench bench({.version_schema = "Meta", .version_table = "alembic_version"});
  bench.database.Run(
      "CREATE SCHEMA \"Meta\"; CREATE TABLE \"Meta\".alembic_version (version_num VARCHAR(32) NOT "
      "NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)); INSERT INTO "
      "\"Meta\".alembic_version VALUES ('a')");
  REQUIRE(bench.Run({MakeScript("b", "SELECT 1", {"a"}, {"b"})}) == absl::OkStatus());
  CHECK(bench.Query("SELECT version_num FROM \"Meta\".alembic_version") == "b");
}

}  // namespace
}  // namespace autogen::apply
