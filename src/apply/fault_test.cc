// Interrupted runs: the program killed, its session killed, the server shut down, a signal, at
// statement boundaries and inside statements. Whatever happens, further runs reach the state of an
// undisturbed one.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "src/apply/interrupt.h"
#include "src/apply/runner.h"
#include "src/apply/test_history.h"
#include "src/postgres/cluster.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

// A server of its own: it is shut down and crashes here.
class Server {
 public:
  Server() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "autogen-fault-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::permissions(folder_, std::filesystem::perms(0711));
    Start();
    REQUIRE(cluster_->EnsureDatabase("fault").ok());
  }
  ~Server() {
    cluster_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string Url() const { return cluster_->Url("fault"); }
  pid_t Postmaster() const {
    pid_t pid = 0;
    std::ifstream(cluster_->data_folder() + "/postmaster.pid") >> pid;
    return pid;
  }
  // Back after a shutdown or a crash, whichever it was.
  void Revive() {
    for (int i = 0; i < 100; ++i) {
      if (postgres::Connection::Open({.url = Url()}).ok()) return;
      if (Postmaster() == 0 || kill(Postmaster(), 0) != 0) {
        cluster_.reset();
        Start();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL("the server does not come back");
  }

 private:
  void Start() {
    postgres::ClusterOptions options;
    options.folder = folder_;
    options.durable = false;  // against crashes of the server, not of the machine
    auto cluster = postgres::Cluster::Start(options);
    REQUIRE(cluster.status() == absl::OkStatus());
    cluster_ = *std::move(cluster);
  }
  std::string folder_;
  std::unique_ptr<postgres::Cluster> cluster_;
};

enum class Fault { kKillProgram, kKillBackend, kTerminateBackend, kStopServer, kInterrupt };

// In the child: strikes at event `at`, `delay_us` later (then inside what runs by that time).
class Saboteur : public Observer {
 public:
  Saboteur(Fault fault, int at, int delay_us, std::string url, pid_t postmaster)
      : fault_(fault),
        at_(at),
        delay_us_(delay_us),
        url_(std::move(url)),
        postmaster_(postmaster) {}
  void ScriptStarted(const ScriptRun&, size_t, size_t) override { Event(); }
  void StatementStarted(const ScriptRun&, size_t) override { Event(); }
  void StatementDone(const ScriptRun&, size_t, const StatementResult&) override { Event(); }
  void ScriptDone(const ScriptRun&, double) override { Event(); }

 private:
  void Event() {
    if (at_-- != 0) return;
    if (delay_us_ == 0) return Strike();
    std::thread([this] {
      std::this_thread::sleep_for(std::chrono::microseconds(delay_us_));
      Strike();
    }).detach();
  }
  void Strike() {
    switch (fault_) {
      case Fault::kKillProgram:
        kill(getpid(), SIGKILL);
        break;
      case Fault::kInterrupt:
        kill(getpid(), SIGINT);
        break;
      case Fault::kStopServer:
        kill(postmaster_, SIGQUIT);
        break;
      case Fault::kKillBackend:
      case Fault::kTerminateBackend: {
        auto other = postgres::Connection::Open({.url = url_});
        if (!other.ok()) break;
        const bool terminate = fault_ == Fault::kTerminateBackend;
        auto pids = other->Exec(absl::StrCat(
            "SELECT pid", terminate ? ", pg_terminate_backend(pid)" : "",
            " FROM pg_stat_activity WHERE application_name = 'autogen' AND backend_type = 'client "
            "backend' AND pid <> pg_backend_pid()"));
        for (int row = 0; !terminate && pids.ok() && row < pids->rows(); ++row) {
          kill(static_cast<pid_t>(pids->Int(row, 0)), SIGKILL);
        }
        break;
      }
    }
  }
  Fault fault_;
  int at_;
  int delay_us_;
  std::string url_;
  pid_t postmaster_;
};

std::vector<TestScript> Scripts() {
  std::vector<TestScript> scripts;
  for (int i = 0; i < 10; ++i) {
    const std::string t = absl::StrCat("t", i);
    TestScript script;
    script.id = absl::StrCat("bbbb0000000", i);
    script.upgrade = absl::StrCat("CREATE TABLE ", t, " (a int, b text);\nINSERT INTO ", t,
                                  " SELECT g, g::text FROM generate_series(1, 200) g;\n"
                                  "SELECT pg_sleep(0.002);\n");
    script.downgrade = absl::StrCat("DROP TABLE ", t, ";\nSELECT pg_sleep(0.002);\n");
    if (i % 3 == 1) {
      // A later step fails without what an earlier one has set.
      script.upgrade = absl::StrCat("SET fault.step = '", i, "';\n", script.upgrade);
      absl::StrAppend(&script.upgrade, "CREATE UNIQUE INDEX CONCURRENTLY ", t, "_a ON ", t,
                      " (a);\nUPDATE ", t, " SET b = current_setting('fault.step');\nALTER TABLE ",
                      t, " ADD COLUMN c int DEFAULT ", i,
                      ";\nCREATE INDEX CONCURRENTLY IF NOT EXISTS ", t, "_b ON ", t, " (b);\n");
      script.downgrade =
          absl::StrCat("DROP INDEX CONCURRENTLY ", t, "_b;\nALTER TABLE ", t,
                       " DROP COLUMN c;\nDROP INDEX CONCURRENTLY ", t, "_a;\n", script.downgrade);
    }
    if (i % 3 == 2) {
      absl::StrAppend(&script.upgrade, "CREATE INDEX ", t, "_b ON ", t,
                      " (b);\nREINDEX INDEX CONCURRENTLY ", t, "_b;\nVACUUM ", t, ";\n");
    }
    scripts.push_back(script);
  }
  return scripts;
}

// Everything that the scripts make, in one text.
std::string State(const std::string& url) {
  return testing::QueryText(
      url,
      "SELECT concat_ws(E'\\n', (SELECT string_agg(concat_ws(' ', c.relname, c.relkind, "
      "a.attname, a.atttypid::regtype, i.indisvalid, i.indisunique), E'\\n' ORDER BY c.relname, "
      "a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_index i ON "
      "i.indexrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT "
      "a.attisdropped AND c.relname NOT LIKE 'autogen%'), (SELECT string_agg(version_num, ' ') "
      "FROM "
      "autogen_version), (SELECT 'unfinished' FROM autogen_version_ledger WHERE state <> 'done' "
      "LIMIT 1))");
}

std::string Rows(const std::string& url) {
  std::string sql = "SELECT 0";
  for (int i = 0; i < 10; ++i) absl::StrAppend(&sql, " + (SELECT count(*) FROM t", i, ")");
  return testing::QueryText(url, sql);
}

std::string Dump(const std::string& url) {
  absl::StatusOr<std::string> dump = testing::PgDump(url);
  REQUIRE(dump.status() == absl::OkStatus());
  return *dump;
}

// Of how many scripts the ledger's last word is which direction, all steps done.
std::string Ledger(const std::string& url) {
  return testing::QueryText(
      url,
      "SELECT string_agg(direction || ' ' || n, ', ') FROM (SELECT direction, count(*) n FROM "
      "(SELECT DISTINCT ON (revision) * FROM autogen_version_ledger ORDER BY revision, id DESC) l "
      "WHERE step = steps AND state = 'done' GROUP BY direction) d");
}

constexpr int kUnavailable = 75;

TEST_CASE("two hundred faults, and none is lost") {
  constexpr int kFaults = 200;
  TestHistory history(Scripts());
  Server server;
  Observer quiet;
  REQUIRE(RunTo(server.Url(), history.graph(), Direction::kUpgrade, "head", quiet) ==
          absl::OkStatus());
  const std::string head = State(server.Url());
  const std::string head_dump = Dump(server.Url());
  REQUIRE(RunTo(server.Url(), history.graph(), Direction::kDowngrade, "base", quiet) ==
          absl::OkStatus());
  const std::string base = State(server.Url());
  const std::string base_dump = Dump(server.Url());

  std::mt19937 random(20261121);
  auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Direction direction = Direction::kUpgrade;
  int struck = 0;
  int since = 0;  // faults on this way up or down
  for (int run = 0; struck < kFaults || direction == Direction::kDowngrade; ++run) {
    const bool up = direction == Direction::kUpgrade;
    const std::string target = up ? "head" : "base";
    // Each way ends with an undisturbed run after some faults, else with none left to strike at.
    const bool strike = struck < kFaults && since < 12;
    const int kind = below(20);
    const Fault fault = kind < 9    ? Fault::kKillProgram
                        : kind < 13 ? Fault::kTerminateBackend
                        : kind < 16 ? Fault::kKillBackend
                        : kind < 18 ? Fault::kInterrupt
                                    : Fault::kStopServer;
    const int at = below(12);
    const int delay_us = below(3) == 0 ? 0 : below(8000);
    CAPTURE(run);
    CAPTURE(up);
    CAPTURE(static_cast<int>(fault));
    const pid_t child = fork();
    if (child == 0) {
      InterruptGuard guard;
      Saboteur saboteur(fault, strike ? at : -1, delay_us, server.Url(), server.Postmaster());
      absl::Status status = RunTo(server.Url(), history.graph(), direction, target, saboteur);
      if (!strike && !status.ok()) fprintf(stderr, "%s\n", status.ToString().c_str());
      _exit(status.ok() ? 0 : absl::IsUnavailable(status) ? kUnavailable : 1);
    }
    int exit = 0;
    REQUIRE(waitpid(child, &exit, 0) == child);
    server.Revive();
    const bool done = WIFEXITED(exit) && WEXITSTATUS(exit) == 0;
    // A crash before may have reached the server only now.
    if (!strike && WIFEXITED(exit) && WEXITSTATUS(exit) == kUnavailable) continue;
    if (!strike) REQUIRE(done);
    if (!done) {
      ++struck;
      ++since;
      continue;
    }
    REQUIRE(State(server.Url()) == (up ? head : base));
    REQUIRE(Dump(server.Url()) == (up ? head_dump : base_dump));
    if (up) CHECK(Rows(server.Url()) == "2000");
    CHECK(Ledger(server.Url()) == (up ? "upgrade 10" : "downgrade 10"));
    direction = up ? Direction::kDowngrade : Direction::kUpgrade;
    since = 0;
  }
  MESSAGE("faults: ", struck);
}

TEST_CASE("a script's own step is committed, recorded, and not run again") {
  Server server;
  auto connection = postgres::Connection::Open({.url = server.Url()});
  REQUIRE(connection.ok());
  REQUIRE(connection->Exec("CREATE TABLE gate (a int); CREATE TABLE seen (a int)").ok());
  TestHistory history({{"dddd00000001",
                        "INSERT INTO seen VALUES (1);\n-- autogen: step\n"
                        "INSERT INTO seen SELECT 1 / count(*) FROM gate;",
                        "DELETE FROM seen;"}});
  Observer quiet;
  CHECK(!RunTo(server.Url(), history.graph(), Direction::kUpgrade, "head", quiet).ok());
  CHECK(testing::QueryText(server.Url(), "SELECT count(*) FROM seen") == "1");
  {
    auto runner = Runner::Open({.url = server.Url()}, {}, &quiet);
    REQUIRE(runner.ok());
    REQUIRE((*runner)->unfinished().has_value());
    CHECK((*runner)->unfinished()->steps_done() == 1);
    CHECK((*runner)->unfinished()->step_count() == 2);
  }
  REQUIRE(connection->Exec("INSERT INTO gate VALUES (1)").ok());
  REQUIRE(RunTo(server.Url(), history.graph(), Direction::kUpgrade, "head", quiet) ==
          absl::OkStatus());
  CHECK(testing::QueryText(server.Url(), "SELECT count(*) FROM seen") == "2");
}

TEST_CASE("a CALL that commits takes effect once, whenever the program is killed") {
  constexpr int kCalls = 24;
  Server server;
  auto connection = postgres::Connection::Open({.url = server.Url()});
  REQUIRE(connection.ok());
  REQUIRE(connection
              ->Exec("CREATE TABLE calls (n int); CREATE PROCEDURE call(n int) LANGUAGE plpgsql AS "
                     "'BEGIN PERFORM pg_sleep(0.01); INSERT INTO calls VALUES (n); COMMIT; PERFORM "
                     "pg_sleep(0.02); END'")
              .ok());
  std::vector<TestScript> scripts;
  for (int i = 0; i < kCalls; ++i) {
    scripts.push_back({absl::StrCat("cccc0000000", i),
                       absl::StrCat("-- autogen: no-transaction\n\nCALL call(", i, ");"),
                       "SELECT 1;"});
  }
  TestHistory history(scripts);
  std::mt19937 random(20261128);
  int refused = 0;
  bool done = false;
  for (int run = 0; !done; ++run) {
    REQUIRE(run < 100);
    const pid_t child = fork();
    if (child == 0) {
      Observer quiet;
      _exit(RunTo(server.Url(), history.graph(), Direction::kUpgrade, "head", quiet).ok() ? 0 : 1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(run < 20 ? random() % 200 : 5000));
    kill(child, SIGKILL);
    int exit = 0;
    REQUIRE(waitpid(child, &exit, 0) == child);
    if (run < 20) {
      // What a person does: look, and decide how to continue.
      Observer quiet;
      auto runner = Runner::Open({.url = server.Url()}, {}, &quiet);
      REQUIRE(runner.ok());
      REQUIRE((*runner)->Lock().ok());  // the killed program's CALL runs to its end
      if (!(*runner)->unfinished().has_value()) continue;
      const std::string n = (*runner)->unfinished()->revision.substr(11);
      (*runner)->Unlock();
      Options options;
      absl::Status status =
          RunTo(server.Url(), history.graph(), Direction::kUpgrade, "+1", quiet, options);
      // The killed program had already recorded that its CALL ended: nothing is left to ask.
      if (status.ok()) continue;
      CAPTURE(status);
      REQUIRE(absl::IsFailedPrecondition(status));
      ++refused;
      if (testing::QueryText(server.Url(),
                             absl::StrCat("SELECT count(*) FROM calls WHERE n = ", n)) == "0") {
        options.resume_at = 1;
      } else {
        options.mark_done = true;
      }
      REQUIRE(RunTo(server.Url(), history.graph(), Direction::kUpgrade, "+1", quiet, options) ==
              absl::OkStatus());
    }
    done = testing::QueryText(server.Url(), "SELECT count(*) FROM calls") == absl::StrCat(kCalls);
  }
  CHECK(refused > 0);
  CHECK(
      testing::QueryText(server.Url(), "SELECT count(*) || ' ' || count(DISTINCT n) FROM calls") ==
      absl::StrCat(kCalls, " ", kCalls));
}

}  // namespace
}  // namespace autogen::apply
