// Statements outside a transaction that must not be run twice.
#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/test_history.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

ScriptRun Outside(const std::string& sql) {
  ScriptRun script = MakeScript("a", sql, {});
  script.no_transaction = true;
  return script;
}

TEST_CASE("an interrupted CALL or DO is not repeated") {
  TestBench bench;
  bench.database.Run(
      "CREATE TABLE acc (balance int); INSERT INTO acc VALUES (100); CREATE PROCEDURE add_one() "
      "LANGUAGE plpgsql AS 'BEGIN UPDATE acc SET balance = balance + 1; COMMIT; END'");
  std::string call;
  bool resume = false;
  SUBCASE("CALL, repeated") {
    call = "CALL add_one()";
    resume = true;
  }
  SUBCASE("CALL, recorded as done") { call = "CALL add_one()"; }
  SUBCASE("DO, repeated") {
    call = "DO $$ BEGIN CALL add_one(); END $$";
    resume = true;
  }
  SUBCASE("DO, recorded as done") { call = "DO $$ BEGIN CALL add_one(); END $$"; }
  const ScriptRun script =
      Outside(absl::StrCat("CREATE TABLE one (a int); ", call, "; CREATE TABLE two (a int)"));
  bench.Interrupt(script, 1, true);
  const absl::Status status = bench.Run({script});
  CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StartsWith(status.message(), "versions/a.sql: step 2 of 3 of the upgrade began at "));
  CHECK(absl::StrContains(status.message(), "its outcome is unknown"));
  CHECK(
      absl::StrContains(status.message(), "--resume-at 2, or record it as done with --mark-done"));
  // Edited meanwhile, it is as unknown what the old one did.
  CHECK(absl::StrContains(
      bench.Run({Outside("CREATE TABLE one (a int); SELECT 1; CREATE TABLE two (a int)")})
          .message(),
      "is not repeated automatically"));
  bench.options.resume_at = 1;
  CHECK(absl::StrContains(bench.Run({script}).message(), "the interrupted step is step 2"));
  CHECK(bench.Query("TABLE acc") == "100");

  bench.options.resume_at = resume ? 2 : 0;
  bench.options.mark_done = !resume;
  REQUIRE(bench.Run({script}) == absl::OkStatus());
  CHECK(bench.Query("TABLE acc") == (resume ? "101" : "100"));
  CHECK(bench.Query("SELECT to_regclass('two') IS NOT NULL") == "t");
  CHECK(bench.Query("SELECT count(*) FROM autogen_version_ledger WHERE state <> 'done'") == "0");
  // Without an interrupted step it is a mistake.
  CHECK(absl::StrContains(bench.Run({MakeScript("b", "SELECT 1", {"a"})}).message(),
                          "an interrupted step, and there is none"));
}

TEST_CASE("a CALL that fails: what it has committed decides") {
  TestBench bench;
  bench.database.Run(
      "CREATE TABLE acc (balance int); INSERT INTO acc VALUES (100); CREATE PROCEDURE "
      "fails(commits "
      "bool) LANGUAGE plpgsql AS 'BEGIN UPDATE acc SET balance = balance + 1; IF commits THEN "
      "COMMIT; END IF; PERFORM 1 / 0; END'");
  SUBCASE("nothing: it runs again once it is fixed") {
    CHECK(
        absl::StrContains(bench.Run({Outside("CALL fails(false)")}).message(), "division by zero"));
    CHECK(bench.Query("SELECT count(*) FROM autogen_version_ledger") == "0");
    CHECK(absl::StrContains(bench.Run({Outside("CALL missing()")}).message(), "does not exist"));
    CHECK(bench.Run({Outside("CALL pg_catalog.missing()")}).message() != "");
    CHECK(bench.Run({Outside("DO $$ BEGIN NULL; END $$")}) == absl::OkStatus());
  }
  SUBCASE("something: it does not") {
    absl::Status status = bench.Run({Outside("CALL fails(true)")});
    CHECK(absl::StrContains(status.message(), "division by zero"));
    CHECK(absl::StrContains(status.message(), "--resume-at 1"));
    CHECK(absl::StrContains(bench.Run({Outside("CALL fails(true)")}).message(),
                            "is not repeated automatically"));
    CHECK(bench.Query("TABLE acc") == "101");
  }
  SUBCASE("it ended, and what is checked after it fails: it is not run twice") {
    bench.database.Run(
        "CREATE PROCEDURE add_one() LANGUAGE plpgsql AS 'BEGIN UPDATE acc SET balance = balance + "
        "1; COMMIT; END'");
    ScriptRun call = Outside("CALL add_one()");
    call.assertions = {{"SELECT false", "never", 3, 1}};
    CHECK(absl::StrContains(bench.Run({call}).message(), "assertion failed: never"));
    call.assertions[0].query = "SELECT balance = 101 FROM acc";
    CHECK(bench.Run({call}) == absl::OkStatus());
    CHECK(bench.Query("TABLE acc") == "101");
  }
}

}  // namespace
}  // namespace autogen::apply
