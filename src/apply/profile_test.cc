#include "src/apply/profile.h"

#include <doctest/doctest.h>

#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/metrics.h"
#include "src/apply/runner.h"
#include "src/apply/tee.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

class Profiles : public Observer {
 public:
  void Profiled(const ScriptRun& script, size_t statement,
                const StatementProfile& profile) override {
    absl::StrAppend(&text, statement, ":");
    for (const HeldLock& lock : profile.locks) {
      absl::StrAppend(&text, " ", LockName(lock.mode), " ", lock.relation);
      CHECK(lock.seconds >= profile.seconds);
    }
    for (const std::string& table : profile.rewritten) absl::StrAppend(&text, " new ", table);
    absl::StrAppend(&text, " (", profile.rows, ")\n");
  }
  std::string text;
};

TEST_CASE("each statement's locks, rows and rewritten tables") {
  testing::TestDatabase database;
  database.Run("CREATE TABLE t (a int); CREATE TABLE u (a int); INSERT INTO t VALUES (1), (2)");
  ScriptRun script;
  script.revision = "a";
  script.path = "versions/a.sql";
  script.SetStatements(*sql::SplitStatements(
      "UPDATE t SET a = a + 1;\nALTER TABLE t ALTER a TYPE text;\nCREATE TABLE n (a int);\nCREATE "
      "INDEX CONCURRENTLY i ON u (a)"));
  script.add = {"a"};
  Profiles profiles;
  std::ostringstream out;
  std::unique_ptr<Observer> report = MakeProfileReport(out);
  RunMetrics metrics;
  MetricsObserver count(&metrics);
  Tee tee({&profiles, report.get(), &count});
  auto runner = Runner::Open({.url = database.Url()}, {.profile = true}, &tee);
  REQUIRE(runner.ok());
  REQUIRE((*runner)->Lock().ok());
  REQUIRE((*runner)->Run({script}) == absl::OkStatus());
  CHECK(profiles.text ==
        "0: ROW EXCLUSIVE t (2)\n"
        "1: ACCESS EXCLUSIVE t new t (0)\n"
        "2: (0)\n"
        "3: SHARE UPDATE EXCLUSIVE u (0)\n");
  tee.RunEnded({});
  CHECK(absl::StrContains(out.str(), "versions/a.sql:2: ALTER TABLE t ALTER a TYPE text\n"));
  CHECK(absl::StrContains(out.str(), "locks ACCESS EXCLUSIVE on t for "));
  CHECK(absl::StrContains(out.str(), "rewrote t\n"));
  CHECK(metrics.statements == 4);
}

TEST_CASE("metrics in the text format of Prometheus") {
  RunMetrics run;
  run.target = "a \"b\"\\c\n";
  run.success = true;
  run.seconds = 1.5;
  run.scripts_run = 2;
  run.scripts_planned = 3;
  run.revisions = {"aaa1"};
  const std::string text = FormatMetrics({run}, 1795000000.25);
  CHECK(absl::StrContains(text,
                          "# HELP autogen_last_run_success 1 if the last run succeeded.\n"
                          "# TYPE autogen_last_run_success gauge\n"
                          "autogen_last_run_success{target=\"a \\\"b\\\"\\\\c\\n\",direction="
                          "\"upgrade\"} 1\n"));
  CHECK(absl::StrContains(text,
                          "timestamp_seconds{target=\"a \\\"b\\\"\\\\c\\n\",direction="
                          "\"upgrade\"} 1795000000.25\n"));
  CHECK(absl::StrContains(text, "direction=\"upgrade\"} 1.5\n"));
  CHECK(absl::StrContains(text,
                          "_scripts_left{target=\"a \\\"b\\\"\\\\c\\n\",direction=\"upgrade\"} "
                          "1\n"));
  CHECK(absl::StrContains(text, ",revision=\"aaa1\"} 1\n"));
}

}  // namespace
}  // namespace autogen::apply
