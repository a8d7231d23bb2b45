// Many runners on one database.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/test_history.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::QueryText;
using testing::TestDatabase;

TEST_CASE("sixteen runners at once: each script runs exactly once, all succeed") {
  constexpr int kRounds = 20;
  constexpr int kRunners = 16;
  constexpr int kScripts = 6;
  std::vector<TestScript> scripts;
  for (int i = 0; i < kScripts; ++i) {
    scripts.push_back({absl::StrCat("aaaa0000000", i),
                       absl::StrCat("INSERT INTO log VALUES (", i, ");",
                                    i == 3 ? "CREATE INDEX CONCURRENTLY log_i ON log (i);" : ""),
                       absl::StrCat("DELETE FROM log WHERE i = ", i, ";",
                                    i == 3 ? "DROP INDEX CONCURRENTLY log_i;" : "")});
  }
  TestHistory history(scripts);
  TestDatabase database;
  database.Run("CREATE TABLE log (i int)");
  const std::string url = database.Url();
  for (int round = 0; round < kRounds; ++round) {
    CAPTURE(round);
    std::vector<pid_t> children;
    for (int i = 0; i < kRunners; ++i) {
      pid_t child = fork();
      if (child == 0) {
        Observer observer;
        absl::Status status = RunTo(url, history.graph(), Direction::kUpgrade, "head", observer);
        if (!status.ok()) fprintf(stderr, "%s\n", status.ToString().c_str());
        _exit(status.ok() ? 0 : 1);
      }
      children.push_back(child);
    }
    for (pid_t child : children) {
      int status = 0;
      REQUIRE(waitpid(child, &status, 0) == child);
      CHECK(WEXITSTATUS(status) == 0);
      CHECK(WIFEXITED(status));
    }
    CHECK(QueryText(url, "SELECT string_agg(i::text, ',' ORDER BY i) FROM log") == "0,1,2,3,4,5");
    CHECK(QueryText(url, "SELECT version_num FROM autogen_version") == "aaaa00000005");
    Observer observer;
    REQUIRE(RunTo(url, history.graph(), Direction::kDowngrade, "base", observer) ==
            absl::OkStatus());
  }
  CHECK(QueryText(url,
                  "SELECT count(*) FROM autogen_version_ledger WHERE direction = 'upgrade' AND "
                  "step = steps AND state = 'done'") == absl::StrCat(kRounds * kScripts));
}

TEST_CASE("two first runs whose search paths lead elsewhere make one version table") {
  TestDatabase database;
  database.Run("CREATE SCHEMA a; CREATE SCHEMA b");
  auto open = [&](const std::string& schema, Observer& observer) {
    Options options;
    options.search_path = {schema};
    auto runner = Runner::Open({.url = database.Url()}, options, &observer);
    REQUIRE(runner.status() == absl::OkStatus());
    // Neither sees a table, and their locks are of different tables.
    REQUIRE((*runner)->Lock() == absl::OkStatus());
    return *std::move(runner);
  };
  Observer observer;
  std::unique_ptr<Runner> first = open("a", observer), second = open("b", observer);
  const ScriptRun script = MakeScript("aaaa00000001", "CREATE TABLE made (i int);", {});
  CHECK(first->Run({&script, 1}) == absl::OkStatus());
  const absl::Status status = second->Run({&script, 1});
  CHECK(absl::IsAborted(status));
  CHECK(absl::StrContains(status.message(), "has created the version table a.autogen_version"));
  CHECK(QueryText(database.Url(),
                  "SELECT string_agg(relnamespace::regnamespace::text || '.' || relname, ' ' ORDER "
                  "BY 1) FROM pg_class WHERE relname IN ('autogen_version', 'made')") ==
        "a.autogen_version a.made");
  // As its message says: again, and it finds what is there.
  first.reset();
  second.reset();
  second = open("b", observer);
  CHECK(second->rows() == std::vector<std::string>{"aaaa00000001"});
}

}  // namespace
}  // namespace autogen::apply
