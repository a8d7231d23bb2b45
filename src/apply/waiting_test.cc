// An upgrade that is blocked, while others read its table.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/runner.h"
#include "src/apply/test_history.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::TestDatabase;

constexpr int kLockTimeoutMs = 300;
// A reader that waits longer gives up, and the test fails. Far above kLockTimeoutMs, since the
// machine may be busy; without a lock_timeout the wait would have no end at all, as the blocker
// leaves only after the upgrade has been tried several times.
constexpr int kReaderPatienceMs = 10000;
constexpr int kReaders = 4;
constexpr int kTries = 4;

// Ends the blocker once the upgrade has been tried often enough.
class Releaser : public Observer {
 public:
  explicit Releaser(postgres::Connection* blocker) : blocker_(*blocker) {}
  void Blocked(const ScriptRun&, size_t, absl::Span<const Blocker> blockers) override {
    for (const Blocker& blocker : blockers) absl::StrAppend(&log, Describe(blocker), "\n");
  }
  void Retrying(const Retry& retry) override {
    tries = retry.attempt;
    if (tries == kTries) CHECK(blocker_.Exec("COMMIT").ok());
  }
  std::string log;
  int tries = 0;

 private:
  postgres::Connection& blocker_;
};

TEST_CASE(
    "readers wait no longer than lock_timeout, and the upgrade runs once the blocker leaves") {
  TestDatabase database;
  database.Run("CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 1000) g");
  TestHistory history({{"dddd00000000", "ALTER TABLE t ADD COLUMN b int;", "SELECT 1;"}});
  auto blocker =
      postgres::Connection::Open({.url = database.Url(), .application_name = "forgotten shell"});
  REQUIRE(blocker.ok());
  REQUIRE(blocker->Exec("BEGIN; SELECT count(*) FROM t").ok());

  std::atomic<bool> stop{false};
  std::atomic<int> reads{0};
  std::vector<std::string> errors(kReaders);
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      auto reader = postgres::Connection::Open(
          {.url = database.Url(), .settings = {{"lock_timeout", absl::StrCat(kReaderPatienceMs)}}});
      absl::Status status = reader.status();
      while (status.ok() && !stop) {
        status = reader->Exec("SELECT count(*) FROM t").status();
        ++reads;
      }
      if (!status.ok()) errors[static_cast<size_t>(i)] = status.ToString();
    });
  }
  while (reads < kReaders) std::this_thread::yield();
  Releaser releaser(&*blocker);
  absl::Status status =
      RunTo(database.Url(), history.graph(), Direction::kUpgrade, "head", releaser,
            {.lock_timeout_ms = kLockTimeoutMs, .retry_min_ms = 20, .retry_max_ms = 50});
  stop = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(status == absl::OkStatus());
  for (const std::string& error : errors) CHECK(error == "");
  CHECK(releaser.tries >= kTries);
  CHECK(absl::StrContains(releaser.log, "(forgotten shell, "));
  CHECK(absl::StrContains(releaser.log, "idle in transaction"));
}

// Looks, while the run pauses, at what its session still holds.
class Looker : public Observer {
 public:
  explicit Looker(const std::string& url) : url_(url) {}
  void Retrying(const Retry& retry) override {
    if (retry.attempt > 1) return;
    held = testing::QueryText(
        url_,
        "SELECT concat_ws(' ', (SELECT count(*) FROM pg_stat_activity WHERE application_name = "
        "'autogen' AND datname = current_database() AND state <> 'idle'), (SELECT count(*) FROM "
        "pg_locks l JOIN pg_stat_activity a USING (pid) WHERE application_name = 'autogen' AND "
        "datname = current_database() AND locktype = 'relation'), (SELECT count(*) FROM pg_locks l "
        "JOIN pg_stat_activity a USING (pid) WHERE application_name = 'autogen' AND datname = "
        "current_database() AND locktype = 'advisory'))");
  }
  std::string held;

 private:
  std::string url_;
};

TEST_CASE("a pause between two tries holds nothing but the run lock") {
  TestDatabase database;
  database.Run("CREATE TABLE t (a int); CREATE TABLE u (a int)");
  TestHistory history(
      {{"dddd00000000",
        "ALTER TABLE u ADD COLUMN b int;\nSELECT pg_advisory_lock(7);\nALTER TABLE t "
        "ADD COLUMN b int;",
        "SELECT 1;"}});
  auto blocker = postgres::Connection::Open({.url = database.Url(), .application_name = "blocker"});
  REQUIRE(blocker.ok());
  REQUIRE(blocker->Exec("BEGIN; SELECT count(*) FROM t").ok());
  Looker looker(database.Url());
  absl::Status status =
      RunTo(database.Url(), history.graph(), Direction::kUpgrade, "head", looker,
            {.lock_timeout_ms = 100, .retries = 1, .retry_min_ms = 20, .retry_max_ms = 50});
  CHECK(absl::StrContains(status.message(), "gave up after 2 attempts"));
  CHECK(looker.held == "0 0 1");
}

}  // namespace
}  // namespace autogen::apply
