// Runs through PgBouncer.
#include "src/postgres/pooler.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/backfill.h"
#include "src/apply/compile.h"
#include "src/apply/pooled.h"
#include "src/apply/runner.h"
#include "src/apply/test_history.h"
#include "src/revision/plan.h"
#include "tests/support/pooler.h"
#include "tests/support/server.h"

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

std::vector<TestScript> TenantScripts(int count) {
  std::vector<TestScript> scripts;
  for (int i = 0; i < count; ++i) {
    std::string id = absl::StrCat("aaaa000000", i < 10 ? "0" : "", i);
    scripts.push_back(
        {id,
         absl::StrCat(
             i == 0 ? "CREATE TABLE log (i int, tenant text DEFAULT current_schema());\n" : "",
             "SET work_mem = '5MB';\nSELECT set_config('statement_timeout', '9s', false);\n"
             "INSERT INTO log VALUES (",
             i, ");\nCREATE TABLE t", i,
             " (work_mem text DEFAULT current_setting('work_mem'));\nINSERT INTO t", i,
             " DEFAULT VALUES;\nRESET search_path;\nUPDATE log SET i = i;"),
         absl::StrCat("DROP TABLE t", i, ";")});
  }
  return scripts;
}

Options ForTenant(const std::string& tenant) {
  Options options;
  options.version_schema = tenant;
  options.search_path = {tenant};
  options.lock_wait_s = 120;
  return options;
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

// No lock, no lease and, on none of the pooler's servers, a setting of ours.
void CheckNothingLeft(const TestPooler& pooler, const TestDatabase& database, int servers) {
  CHECK(
      QueryText(database.Url(),
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT "
                "oid FROM pg_database WHERE datname = current_database())") == "0");
  constexpr char kSettings[] =
      "SELECT concat_ws(', ', current_setting('lock_timeout'), "
      "current_setting('statement_timeout'), "
      "current_setting('idle_in_transaction_session_timeout'), current_setting('search_path'), "
      "current_setting('client_min_messages'), current_setting('work_mem'), current_user, "
      "(SELECT count(*) FROM pg_prepared_statements))";
  const std::string fresh = QueryText(database.Url(), kSettings);
  std::vector<postgres::Connection> clients;
  for (int i = 0; i < servers; ++i) {
    auto client = postgres::Connection::Open({.url = pooler.Url(database.name())});
    REQUIRE(client.ok());
    REQUIRE(client->Exec("BEGIN").ok());
    auto settings = client->Exec(kSettings);
    REQUIRE(settings.ok());
    CHECK(settings->Text(0, 0) == fresh);
    clients.push_back(*std::move(client));
  }
}

void CheckTenants(const TestDatabase& database, int tenants, int scripts) {
  for (int tenant = 0; tenant < tenants; ++tenant) {
    CAPTURE(tenant);
    const std::string schema = absl::StrCat("tenant_", tenant);
    CHECK(QueryText(database.Url(),
                    absl::StrCat("SELECT count(*) || ' ' || count(DISTINCT i) || ' ' || max(i) || "
                                 "' ' || bool_and(tenant = '",
                                 schema, "') FROM ", schema, ".log")) ==
          absl::StrCat(scripts, " ", scripts, " ", scripts - 1, " true"));
    CHECK(QueryText(database.Url(),
                    absl::StrCat("SELECT work_mem FROM ", schema, ".t", scripts - 1)) == "5MB");
  }
  CHECK(QueryText(database.Url(),
                  "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") ==
        "0");
}

void ManyRunners(const std::string& mode, bool reset_always) {
  const int runners = 8, rounds = Whole() ? 20 : 2, tenants = Whole() ? 40 : 4;
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

TEST_CASE("runners are killed behind a pooler: each script once all the same") {
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

const std::vector<TestScript> kAlone = {
    {"aaaa00000000", "CREATE TABLE t (v int);", "DROP TABLE t;"},
    {"aaaa00000001", "ALTER TABLE t ADD w int;\nCREATE INDEX CONCURRENTLY t_v ON t (v);",
     "DROP INDEX CONCURRENTLY t_v;"}};

TEST_CASE(
    "a step outside a transaction needs direct_url in transaction mode, in session mode not") {
  TestHistory history(kAlone);
  TestDatabase database;
  Observer observer;
  auto upgrade = [&](const std::string& url, const Options& options = {}) {
    return RunTo(url, history.graph(), Direction::kUpgrade, "head", observer, options);
  };
  SUBCASE("session") {
    TestPooler pooler("session");
    CHECK(upgrade(pooler.Url(database.name())) == absl::OkStatus());
    CheckNothingLeft(pooler, database, 1);
  }
  for (const std::string mode : {"transaction", "statement"}) {
    SUBCASE(mode.c_str()) {
      TestPooler pooler(mode);
      const std::string url = pooler.Url(database.name());
      absl::Status status = upgrade(url);
      CAPTURE(status.message());
      CHECK(absl::IsFailedPrecondition(status));
      CHECK(absl::StrContains(status.message(), "direct_url"));
      if (mode == "transaction") {
        CHECK(absl::StrContains(status.message(), "aaaa00000001.sql:9"));
        CHECK(absl::StrContains(status.message(), "CREATE INDEX CONCURRENTLY"));
      }
      CHECK(QueryText(database.Url(), "SELECT count(*) FROM pg_class WHERE relname = 't'") == "0");
      CHECK(upgrade(url, {.direct_url = database.Url()}) == absl::OkStatus());
      CHECK(QueryText(database.Url(), "SELECT version_num FROM autogen_version") == "aaaa00000001");
    }
  }
  SUBCASE("direct_url of another database, or of a pooler") {
    TestPooler pooler("transaction");
    TestDatabase other;
    CHECK(absl::StrContains(
        upgrade(pooler.Url(database.name()), {.direct_url = other.Url()}).message(),
        "another database"));
    CHECK(absl::StrContains(
        upgrade(pooler.Url(database.name()), {.direct_url = pooler.Url(database.name())}).message(),
        "is a pooler in transaction mode"));
  }
}

postgres::Pooling Detect(const std::string& url) {
  auto opened = postgres::Connection::Open({.url = url});
  REQUIRE(opened.status() == absl::OkStatus());
  auto pooling = postgres::DetectPooling(*opened, {.url = url});
  REQUIRE(pooling.status() == absl::OkStatus());
  CHECK(opened->Exec("SELECT 1").ok());
  return *pooling;
}

TEST_CASE("the mode of a pooler is seen whatever its pool is like") {
  using postgres::Pooling;
  struct {
    const char* mode;
    Pooling pooling;
  } modes[] = {{"session", Pooling::kSession},
               {"transaction", Pooling::kTransaction},
               {"statement", Pooling::kStatement}};
  for (const auto& mode : modes) {
    CAPTURE(mode.mode);
    TestDatabase database;
    {
      TestPooler pooler(mode.mode);
      CHECK(Detect(pooler.Url(database.name())) == mode.pooling);
    }
    {
      TestPooler pooler(mode.mode, "server_round_robin = 1\nmin_pool_size = 2");
      // Two servers that take turns.
      auto a = postgres::Connection::Open({.url = pooler.Url(database.name())});
      auto b = postgres::Connection::Open({.url = pooler.Url(database.name())});
      REQUIRE(a->Exec("SELECT 1").ok());
      REQUIRE(b->Exec("SELECT 1").ok());
      CHECK(Detect(pooler.Url(database.name())) == mode.pooling);
    }
    if (mode.pooling == Pooling::kStatement) continue;
    TestPooler pooler(mode.mode, "default_pool_size = 1");
    CHECK(Detect(pooler.Url(database.name())) == mode.pooling);
    TestHistory history(TenantScripts(2));
    database.Run("CREATE SCHEMA tenant_0");
    Observer observer;
    CHECK(RunTo(pooler.Url(database.name()), history.graph(), Direction::kUpgrade, "head", observer,
                ForTenant("tenant_0")) == absl::OkStatus());
    CheckTenants(database, 1, 2);
    CheckNothingLeft(pooler, database, 1);
  }
}

TEST_CASE("a pooler that takes start-up options and drops them is noticed by the pid") {
  for (const std::string mode : {"session", "transaction"}) {
    CAPTURE(mode);
    TestPooler pooler(mode, "ignore_startup_parameters = options\ndefault_pool_size = 2");
    TestHistory history(TenantScripts(2));
    TestDatabase database;
    database.Run("CREATE SCHEMA tenant_0");
    Observer observer;
    CHECK(RunTo(pooler.Url(database.name()), history.graph(), Direction::kUpgrade, "head", observer,
                ForTenant("tenant_0")) == absl::OkStatus());
    CheckTenants(database, 1, 2);
    CheckNothingLeft(pooler, database, 2);
  }
}

std::vector<Unit> Units(const TestHistory& history, const Runner& runner) {
  auto rows = revision::LocateRows(history.graph(), runner.rows());
  auto steps = revision::PlanUpgrade(history.graph(), *rows, {"head"});
  return *CompileUnits(history.graph(), *rows, steps->nodes, Direction::kUpgrade);
}

std::unique_ptr<Runner> OpenRunner(const std::string& url, const Options& options,
                                   Observer& observer) {
  auto runner = Runner::Open({.url = url}, options, &observer);
  REQUIRE(runner.status() == absl::OkStatus());
  return *std::move(runner);
}

TEST_CASE("who slept through the lease commits nothing") {
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
  const std::vector<Unit> units = Units(history, *sleeper);
  REQUIRE(units.size() == 2);
  std::string url;
  SUBCASE("another one through the pooler") { url = pooler.Url(database.name()); }
  SUBCASE("through another pooler") { url = second_pooler.Url(database.name()); }
  SUBCASE("a direct one") { url = database.Url(); }
  auto other = OpenRunner(url, options, observer);
  REQUIRE(other->Lock() == absl::OkStatus());  // once the lease has ended
  absl::Status status;
  if (other->pooled()) {
    status = sleeper->Run(units);
    CHECK(absl::StrContains(status.message(), "took over"));
  }
  CHECK(other->Run(Units(history, *other)) == absl::OkStatus());
  other.reset();
  status = sleeper->Run(units);
  CHECK(absl::StrContains(status.message(), "took over"));
  sleeper.reset();
  CheckTenants(database, 1, 2);
}

TEST_CASE("between its transactions a pooled runner keeps the others out, and they it") {
  TestDatabase database;
  TestPooler pooler("transaction");
  Observer observer;
  Options options;
  options.lock_wait_s = 0;
  const std::string through = pooler.Url(database.name()), direct = database.Url();
  for (const auto& [first, second] :
       {std::pair(through, direct), std::pair(direct, through), std::pair(through, through)}) {
    auto holder = OpenRunner(first, options, observer);
    REQUIRE(holder->Lock() == absl::OkStatus());
    auto other = OpenRunner(second, options, observer);
    absl::Status status = other->Lock();
    CHECK(absl::IsDeadlineExceeded(status));
    CHECK(absl::StrContains(status.message(), "already running on this database: "));
    CHECK(absl::StrContains(status.message(),
                            first == through ? absl::StrCat("pid ", getpid()) : "connected since"));
    holder.reset();
    CHECK(other->Lock() == absl::OkStatus());
  }
}

// Of the statement that waits for `database`'s table log.
class Watcher : public Observer {
 public:
  explicit Watcher(postgres::Connection& holder) : holder_(holder) {}
  void Blocked(const Unit&, size_t, absl::Span<const Blocker> blockers) override {
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

// The pooler goes down and comes back while the second script runs.
class Restarter : public Observer {
 public:
  explicit Restarter(TestPooler& pooler) : pooler_(pooler) {}
  void StatementStarted(const Unit& unit, size_t) override {
    if (unit.revision == "aaaa00000001" && !std::exchange(done_, true)) pooler_.Restart();
  }

 private:
  TestPooler& pooler_;
  bool done_ = false;
};

TEST_CASE("a pooler that restarts in a run: an error, and the next run goes on") {
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

TEST_CASE("a backfill through a pooler: no row twice, nothing left, others give way") {
  TestDatabase database;
  database.Run(
      "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);"
      "INSERT INTO t SELECT generate_series(1, 200)");
  TestPooler pooler("transaction", "default_pool_size = 2");
  const std::string url = pooler.Url(database.name());
  BackfillRequest request;
  request.schema = "public";
  request.table = "t";
  request.set = {{"n", "n + 1"}};
  request.batch_rows = 20;
  request.target_ms = request.pause_ms = 0;
  request.pooled = true;
  auto connection = postgres::Connection::Open({.url = url});
  REQUIRE(connection.ok());
  absl::Status other_status;
  request.progress = [&](int64_t, int64_t batches) {
    if (batches != 3) return true;
    // Another run, from another client, goes on behind this one's last batch.
    auto other = postgres::Connection::Open({.url = url});
    BackfillRequest again = request;
    again.progress = [](int64_t, int64_t n) { return n < 2; };
    other_status = RunBackfill(*other, again).status();
    return true;
  };
  absl::Status status = RunBackfill(*connection, request).status();
  CHECK(other_status == absl::OkStatus());
  CHECK(absl::StrContains(status.message(), "another run of this backfill"));
  request.progress = nullptr;
  CHECK(RunBackfill(*connection, request).ok());
  CHECK(QueryText(database.Url(), "SELECT count(*) FROM t WHERE n = 1") == "200");
  CheckNothingLeft(pooler, database, 2);
}

TEST_CASE("statements in a form that leaves nothing") {
  const Settings settings = {{"search_path", "app"}, {"lock_timeout", "3000"}};
  auto form = [&](const std::string& text) {
    return LocalForm(text, settings).value_or("refused");
  };
  CHECK(form("SET work_mem = '5MB'") == "SET LOCAL work_mem = '5MB'");
  CHECK(form("set session\n search_path to a, b") == "SET LOCAL search_path to a, b");
  CHECK(form("SET LOCAL work_mem = 1") == "SET LOCAL work_mem = 1");
  CHECK(form("SET ROLE x") == "SET LOCAL ROLE x");
  CHECK(form("SET SESSION AUTHORIZATION x") == "SET LOCAL SESSION AUTHORIZATION x");
  CHECK(form("SET TIME ZONE 'UTC'") == "SET LOCAL TIME ZONE 'UTC'");
  CHECK(form("SET CONSTRAINTS ALL DEFERRED") == "SET CONSTRAINTS ALL DEFERRED");
  CHECK(form("RESET search_path") == "SELECT pg_catalog.set_config('search_path', 'app', true)");
  CHECK(form("SET lock_timeout TO DEFAULT") ==
        "SELECT pg_catalog.set_config('lock_timeout', '3000', true)");
  CHECK(form("RESET work_mem") == "SET LOCAL work_mem TO DEFAULT");
  CHECK(form("RESET ROLE") == "SET LOCAL ROLE NONE");
  CHECK(form("SELECT pg_catalog.set_config('search_path', '', false)") ==
        "SELECT pg_catalog.set_config('search_path', '', true)");
  for (const char* same :
       {"CREATE TABLE prepared (set int)", "UPDATE t SET a = 1",
        "SELECT set_config('a.b', 'c', true)", "CREATE TEMP TABLE x (i int) ON COMMIT DROP",
        "SELECT pg_advisory_xact_lock(1)",
        "DO $$ BEGIN UPDATE t SET a = 1; SET LOCAL work_mem = 1; END $$"}) {
    CHECK(form(same) == same);
  }
  for (const char* refused :
       {"RESET ALL", "DISCARD ALL", "PREPARE p AS SELECT 1", "LISTEN x", "LOAD 'x'",
        "CREATE TEMP TABLE x (i int)", "SELECT 1 INTO TEMP x", "SELECT pg_advisory_lock(1)",
        "SELECT set_config('a', b, false) FROM c", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "DO $$ BEGIN SET search_path = x; END $$"}) {
    CAPTURE(refused);
    CHECK(form(refused) == "refused");
  }
}

}  // namespace
}  // namespace autogen::apply
