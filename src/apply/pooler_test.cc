// Many runners through PgBouncer, runners that are killed, and who comes first.
#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/compile.h"
#include "src/apply/runner.h"
#include "src/apply/test_pooled.h"
#include "src/revision/plan.h"

namespace autogen::apply {
namespace {

using testing::QueryText;
using testing::TestDatabase;
using testing::TestPooler;

// CI tries a slice; with AUTOGEN_POOLER=all it is 8 runners, 20 rounds, 40 tenants and 200 kills.
bool Whole() {
  const char* variable = getenv("AUTOGEN_POOLER");
  return variable != nullptr && absl::string_view(variable) == "all";
}

template <typename F>
pid_t Fork(F run) {
  const pid_t child = fork();
  if (child != 0) return child;
  absl::Status status = run();
  if (!status.ok()) fprintf(stderr, "%s\n", status.ToString().c_str());
  _exit(status.ok() ? 0 : 1);
}

bool Succeeds(pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void ManyRunners(const std::string& mode, bool reset_always) {
  const int runners = 8, rounds = Whole() ? 20 : 2, tenants = Whole() ? 40 : 3;
  const int servers = mode == "session" ? 20 : 4;
  TestHistory history(TenantScripts(rounds));
  TestDatabase database;
  for (int i = 0; i < tenants; ++i) database.Run(absl::StrCat("CREATE SCHEMA tenant_", i));
  TestPooler pooler(mode, absl::StrCat("default_pool_size = ", servers,
                                       "\nserver_reset_query_always = ", reset_always ? 1 : 0));
  const std::string url = pooler.Url(database.name());
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    const std::string target = absl::StrCat("aaaa000000", round < 10 ? "0" : "", round);
    std::vector<pid_t> children;
    for (int i = 0; i < runners; ++i) {
      children.push_back(Fork([&]() -> absl::Status {
        for (int k = 0; k < tenants; ++k) {
          // Half of them meet, half go their own way round.
          const int tenant = i % 2 == 0 ? k : (k + i) % tenants;
          Observer observer;
          absl::Status status = RunTo(url, history.graph(), Direction::kUpgrade, target, observer,
                                      ForTenant(absl::StrCat("tenant_", tenant)));
          if (!status.ok()) return status;
        }
        return absl::OkStatus();
      }));
    }
    for (pid_t child : children) CHECK(Succeeds(child));
  }
  CheckTenants(database, tenants, rounds);
  CheckNothingLeft(pooler, database, servers);
}

TEST_CASE("many runners through a pooler: each script once, in its tenant, nothing left") {
  SUBCASE("session") { ManyRunners("session", false); }
  SUBCASE("session, reset always") { ManyRunners("session", true); }
  SUBCASE("transaction") { ManyRunners("transaction", false); }
  SUBCASE("transaction, reset always") { ManyRunners("transaction", true); }
}

TEST_CASE("runners are killed behind a pooler: each script still runs once") {
  constexpr int kScripts = 6;
  std::vector<TestScript> scripts;
  for (int i = 0; i < kScripts; ++i) {
    scripts.push_back({absl::StrCat("aaaa0000000", i),
                       absl::StrCat("INSERT INTO log VALUES (", i, "); SELECT pg_sleep(0.01);"),
                       absl::StrCat("DELETE FROM log WHERE i = ", i, ";")});
  }
  TestHistory history(scripts);
  TestDatabase database;
  database.Run("CREATE TABLE log (i int)");
  TestPooler pooler("transaction", "default_pool_size = 3");
  const std::string url = pooler.Url(database.name());
  Options options;
  options.lease_s = 1;
  std::mt19937 random(7);
  int left = Whole() ? 200 : 6;
  while (left > 0) {
    CAPTURE(left);
    for (int i = 0; i < 3 && left > 0; ++i, --left) {
      const pid_t child = Fork([&] {
        Observer observer;
        return RunTo(url, history.graph(), Direction::kUpgrade, "head", observer, options);
      });
      const unsigned most = i == 2 ? 1300 : 150;
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % most));
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
    Observer observer;
    REQUIRE(RunTo(url, history.graph(), Direction::kUpgrade, "head", observer, options) ==
            absl::OkStatus());
    CHECK(QueryText(database.Url(), "SELECT string_agg(i::text, ',' ORDER BY i) FROM log") ==
          "0,1,2,3,4,5");
    REQUIRE(RunTo(url, history.graph(), Direction::kDowngrade, "base", observer, options) ==
            absl::OkStatus());
    CHECK(QueryText(database.Url(), "SELECT count(*) FROM log") == "0");
  }
  CheckNothingLeft(pooler, database, 3);
}

std::vector<ScriptRun> Scripts(const TestHistory& history, const Runner& runner) {
  auto rows = revision::LocateRows(history.graph(), runner.rows());
  auto steps = revision::PlanUpgrade(history.graph(), *rows, {"head"});
  return *CompileScripts(history.graph(), *rows, steps->nodes, Direction::kUpgrade);
}

std::unique_ptr<Runner> OpenRunner(const std::string& url, const Options& options,
                                   Observer& observer) {
  auto runner = Runner::Open({.url = url}, options, &observer);
  REQUIRE(runner.status() == absl::OkStatus());
  return *std::move(runner);
}

TEST_CASE("whoever missed the end of its lease commits nothing") {
  TestHistory history(TenantScripts(2));
  TestDatabase database;
  database.Run("CREATE SCHEMA tenant_0");
  TestPooler pooler("transaction"), second_pooler("transaction");
  Observer observer;
  Options options = ForTenant("tenant_0");
  options.lease_s = 1;
  options.lock_wait_s = 5;
  auto sleeper = OpenRunner(pooler.Url(database.name()), options, observer);
  REQUIRE(sleeper->Lock() == absl::OkStatus());
  const std::vector<ScriptRun> scripts = Scripts(history, *sleeper);
  REQUIRE(scripts.size() == 2);
  std::string url;
  SUBCASE("another one through the pooler") { url = pooler.Url(database.name()); }
  SUBCASE("through another pooler") { url = second_pooler.Url(database.name()); }
  SUBCASE("a direct one") { url = database.Url(); }
  auto other = OpenRunner(url, options, observer);
  REQUIRE(other->Lock() == absl::OkStatus());  // once the lease has ended
  absl::Status status;
  if (other->pooled()) {
    status = sleeper->Run(scripts);
    CHECK(absl::StrContains(status.message(), "took over"));
  }
  CHECK(other->Run(Scripts(history, *other)) == absl::OkStatus());
  other.reset();
  status = sleeper->Run(scripts);
  CHECK(absl::StrContains(status.message(), "took over"));
  sleeper.reset();
  CheckTenants(database, 1, 2);
}

TEST_CASE("between its transactions a pooled runner keeps the others out, and they it") {
  TestDatabase database;
  TestPooler pooler("transaction");
  Observer observer;
  Options patient, impatient;
  patient.lock_wait_s = 20;  // a server takes a moment to notice that a session has ended
  impatient.lock_wait_s = 0;
  const std::string through = pooler.Url(database.name()), direct = database.Url();
  for (const auto& [first, second] :
       {std::pair(through, direct), std::pair(direct, through), std::pair(through, through)}) {
    auto holder = OpenRunner(first, patient, observer);
    REQUIRE(holder->Lock() == absl::OkStatus());
    auto other = OpenRunner(second, impatient, observer);
    absl::Status status = other->Lock();
    CHECK(absl::IsDeadlineExceeded(status));
    CHECK(absl::StrContains(status.message(), "already running on this database: "));
    CHECK(absl::StrContains(status.message(),
                            first == through ? absl::StrCat("pid ", getpid()) : "connected since"));
    holder.reset();
    other = OpenRunner(second, patient, observer);
    CHECK(other->Lock() == absl::OkStatus());
  }
}

// Of the statement that waits for `database`'s table log.
class Watcher : public Observer {
 public:
  explicit Watcher(postgres::Connection& holder) : holder_(holder) {}
  void Blocked(const ScriptRun&, size_t, absl::Span<const Blocker> blockers) override {
    pid = blockers[0].pid;
    (void)holder_.Exec("ROLLBACK");
  }
  int64_t pid = 0;

 private:
  postgres::Connection& holder_;
};

TEST_CASE("who blocks a run is seen through a pooler") {
  for (const std::string mode : {"session", "transaction"}) {
    CAPTURE(mode);
    TestHistory history({{"aaaa00000000", "DROP TABLE log;", "SELECT 1;"}});
    TestDatabase database;
    database.Run("CREATE TABLE log ()");
    TestPooler pooler(mode);
    auto holder = postgres::Connection::Open({.url = database.Url()});
    REQUIRE(holder->Exec("BEGIN; LOCK TABLE log").ok());
    Watcher watcher(*holder);
    CHECK(RunTo(pooler.Url(database.name()), history.graph(), Direction::kUpgrade, "head",
                watcher) == absl::OkStatus());
    CHECK(watcher.pid == holder->backend_pid());
  }
}

// The pooler restarts while the second script runs.
class Restarter : public Observer {
 public:
  explicit Restarter(TestPooler& pooler) : pooler_(pooler) {}
  void StatementStarted(const ScriptRun& script, size_t) override {
    if (script.revision == "aaaa00000001" && !std::exchange(done_, true)) pooler_.Restart();
  }

 private:
  TestPooler& pooler_;
  bool done_ = false;
};

TEST_CASE("a pooler that restarts in a run: an error, and the next run continues") {
  TestHistory history(TenantScripts(3));
  TestDatabase database;
  database.Run("CREATE SCHEMA tenant_0");
  TestPooler pooler("transaction");
  Restarter restarter(pooler);
  Observer observer;
  Options options = ForTenant("tenant_0");
  options.lease_s = 2;
  const std::string url = pooler.Url(database.name());
  CHECK(!RunTo(url, history.graph(), Direction::kUpgrade, "head", restarter, options).ok());
  CHECK(RunTo(url, history.graph(), Direction::kUpgrade, "head", observer, options) ==
        absl::OkStatus());
  CheckTenants(database, 1, 3);
  CheckNothingLeft(pooler, database, 1);
}

// Strikes once, when the second script begins or in the middle of it.
class Switcher : public Observer {
 public:
  Switcher(bool inside, std::function<void()> strike)
      : inside_(inside), strike_(std::move(strike)) {}
  void ScriptStarted(const ScriptRun& script, size_t, size_t) override { Strike(script, !inside_); }
  void StatementStarted(const ScriptRun& script, size_t) override { Strike(script, inside_); }

 private:
  void Strike(const ScriptRun& script, bool now) {
    if (now && script.revision == "aaaa00000001" && !std::exchange(done_, true)) strike_();
  }
  bool inside_;
  std::function<void()> strike_;
  bool done_ = false;
};

TEST_CASE("a pooler that switches to another server in a run: nothing runs there") {
  TestHistory history(TenantScripts(3));
  TestDatabase database, other;
  database.Run("CREATE SCHEMA tenant_0");
  bool known = false;
  SUBCASE("where no autogen ever ran") {}
  SUBCASE("where one has run the first script") { known = true; }
  // As a replica that was behind when it was promoted: the tables, but not this run's lease.
  Observer observer;
  Options options = ForTenant("tenant_0");
  options.lease_s = 2;
  other.Run("CREATE SCHEMA tenant_0");
  if (known) {
    REQUIRE(RunTo(other.Url(), history.graph(), Direction::kUpgrade, "aaaa00000000", observer,
                  options) == absl::OkStatus());
  }
  TestPooler pooler("transaction");
  const std::string url = pooler.Url(database.name());
  Switcher switcher(false, [&] { pooler.LeadTo(other.name()); });
  const absl::Status status =
      RunTo(url, history.graph(), Direction::kUpgrade, "head", switcher, options);
  CAPTURE(status.message());
  CHECK_FALSE(status.ok());
  CHECK(QueryText(other.Url(),
                  "SELECT count(*) FROM pg_class WHERE relnamespace = 'tenant_0'::regnamespace AND "
                  "relname LIKE '%1'") == "0");
  if (known) CheckTenants(other, 1, 1);
  // It connects to the first again, and the next run continues.
  pooler.LeadTo(database.name());
  CHECK(RunTo(url, history.graph(), Direction::kUpgrade, "head", observer, options) ==
        absl::OkStatus());
  CheckTenants(database, 1, 3);
}

TEST_CASE("a server behind a pooler that ends all its sessions in a run: each script once") {
  TestHistory history(TenantScripts(3));
  bool inside = false;
  SUBCASE("between two scripts") {}
  SUBCASE("in a script") { inside = true; }
  TestDatabase database;
  database.Run("CREATE SCHEMA tenant_0");
  TestPooler pooler("transaction");
  Observer observer;
  Options options = ForTenant("tenant_0");
  options.lease_s = 2;
  const std::string url = pooler.Url(database.name());
  Switcher switcher(inside, [&] {
    QueryText(database.Url(),
              "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = "
              "current_database() AND pid <> pg_backend_pid()");
    // Until the pooler has heard of it, it hands the dead sessions on.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  });
  // Between two transactions the pooler takes another session, and nothing is lost. In a script the
  // strike may come when its transaction is already over.
  const absl::Status status =
      RunTo(url, history.graph(), Direction::kUpgrade, "head", switcher, options);
  CAPTURE(status.message());
  if (!inside) CHECK(status.ok());
  CHECK(RunTo(url, history.graph(), Direction::kUpgrade, "head", observer, options) ==
        absl::OkStatus());
  CheckTenants(database, 1, 3);
  CheckNothingLeft(pooler, database, 1);
}

}  // namespace
}  // namespace autogen::apply
