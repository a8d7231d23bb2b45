#include "src/scratch/server.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/scratch/names.h"
#include "tests/support/server.h"

namespace autogen::scratch {
namespace {

using ::autogen::testing::QueryText;
using ::autogen::testing::RunSql;
using ::autogen::testing::TestServer;

std::string Url() { return TestServer::Get().Url(); }

// Scratch databases of this process (or of its children, by `pid`).
std::string Left(pid_t pid = getpid()) {
  return QueryText(Url(), absl::StrCat("SELECT count(*) FROM pg_database WHERE datname LIKE "
                                       "'autogen\\_scratch\\_%\\_",
                                       pid, "\\_%'"));
}

class CacheFolder {
 public:
  CacheFolder() {
    path = "/tmp/autogen-scratch-test-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
    chmod(path.c_str(), 0711);
  }
  ~CacheFolder() { std::filesystem::remove_all(path); }
  std::string path;
};

TEST_CASE("a database beside the target is made, used and dropped") {
  Options options;
  options.target_url = Url();
  Server server(options);
  CHECK(server.version() == 0);
  {
    auto a = server.Create();
    REQUIRE_MESSAGE(a.ok(), a.status().ToString());
    auto b = server.Create();
    REQUIRE(b.ok());
    CHECK(Left() == "2");
    CHECK_FALSE(server.local());
    CHECK(server.version() == TestServer::Get().version());
    CHECK(absl::StrContains(server.place(), "server of "));
    REQUIRE((*a)->connection().Exec("CREATE TABLE public.t (x int)").ok());
    auto other = (*a)->Connect();
    REQUIRE(other.ok());
    CHECK(other->Exec("SELECT FROM public.t").ok());
  }
  CHECK(Left() == "0");
}

TEST_CASE("several threads at once") {
  Options options;
  options.target_url = Url();
  Server server(options);
  std::vector<std::thread> threads;
  std::vector<int> good(4);
  for (size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      auto database = server.Create();
      good[i] =
          database.ok() && (*database)->connection().Exec("CREATE TABLE public.t (x int)").ok();
    });
  }
  for (std::thread& t : threads) t.join();
  CHECK(good == std::vector<int>{1, 1, 1, 1});
  CHECK(Left() == "0");
}

// Runs that make scratch databases until they are killed, `n` at once.
std::vector<pid_t> KillSome(const Options& options, int n) {
  std::vector<pid_t> children;
  for (int i = 0; i < n; ++i) {
    pid_t child = fork();
    if (child == 0) {
      Server server(options);
      while (true) {
        auto database = server.Create();
        if (!database.ok()) _exit(1);
      }
    }
    children.push_back(child);
  }
  static std::mt19937 random(5);
  for (pid_t child : children) {
    usleep(std::uniform_int_distribution<useconds_t>(0, 60'000)(random));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
  }
  return children;
}

TEST_CASE("one sweep leaves nothing of a hundred killed runs, and what lives alone") {
  // A right to make databases is all that they need.
  const std::string role = absl::StrCat("autogen_test_killed_", getpid());
  Options options;
  options.target_url = Url();
  const bool own_role = !absl::StrContains(Url(), "://");
  REQUIRE(RunSql(Url(), absl::StrCat("CREATE ROLE ", role, " LOGIN CREATEDB")).ok());
  if (own_role) absl::StrAppend(&*options.target_url, " user=", role);
  Server living(options);
  auto alive = living.Create();
  REQUIRE_MESSAGE(alive.ok(), alive.status().ToString());
  std::vector<pid_t> children;
  for (int round = 0; round < 25; ++round) {
    for (pid_t child : KillSome(options, 4)) children.push_back(child);
  }
  CHECK(children.size() == 100);
  // A backend notices its client's end after the statement at work.
  const std::string others = absl::StrCat(
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'autogen scratch'",
      own_role ? absl::StrCat(" AND usename = '", role, "'") : "");
  for (int i = 0; i < 200 && QueryText(Url(), others) != "2"; ++i) usleep(50'000);
  auto control = postgres::Connection::Open({.url = *options.target_url});
  REQUIRE(control.ok());
  auto swept = Sweep(*control);
  REQUIRE(swept.ok());
  for (pid_t child : children) CHECK(Left(child) == "0");
  CHECK(Left() == "1");
  CHECK((*alive)->connection().Exec("SELECT 1").ok());
  alive->reset();
  CHECK(Left() == "0");
  CHECK(RunSql(Url(), absl::StrCat("DROP ROLE ", role)).ok());
}

TEST_CASE("a role without CREATEDB gets a local cluster; without binaries, the choices are named") {
  CacheFolder cache;
  absl::Status made =
      RunSql(Url(), "DROP ROLE IF EXISTS autogen_test_poor; CREATE ROLE autogen_test_poor LOGIN");
  REQUIRE_MESSAGE(made.ok(), made.ToString());
  Options options;
  options.target_url = absl::StrCat(Url(), " user=autogen_test_poor");
  if (absl::StrContains(Url(), "://")) options.target_url.reset();
  options.cache_folder = cache.path;
  {
    Server server(options);
    auto database = server.Create();
    REQUIRE_MESSAGE(database.ok(), database.status().ToString());
    CHECK(server.local());
    CHECK(absl::StrContains(server.place(), "local cluster"));
    CHECK((*database)->connection().Exec("CREATE TABLE public.t (x int)").ok());
  }
  if (options.target_url.has_value()) {
    setenv("AUTOGEN_PG_BIN", "/nowhere", 1);
    // The configured place is taken or refused, never replaced.
    Options configured;
    configured.scratch_url = *options.target_url;
    configured.cache_folder = cache.path;
    Server server(configured);
    absl::Status status = server.Create().status();
    CHECK(status.code() == absl::StatusCode::kPermissionDenied);
    CHECK(absl::StrContains(status.message(), "scratch_url"));
    CHECK_FALSE(server.FallBackToLocal());
    Options neither = options;
    neither.cache_folder = "/dev/null/cache";
    Server nowhere(neither);
    status = nowhere.Create().status();
    CHECK(absl::IsFailedPrecondition(status));
    for (const char* choice : {"no CREATEDB", "ALTER ROLE", "server programs", "scratch_url"}) {
      CHECK_MESSAGE(absl::StrContains(status.message(), choice), status.message());
    }
    unsetenv("AUTOGEN_PG_BIN");
  }
  CHECK(RunSql(Url(), "DROP ROLE autogen_test_poor").ok());
}

TEST_CASE("a role with CREATEDB and nothing else is enough") {
  REQUIRE(
      RunSql(
          Url(),
          "DROP ROLE IF EXISTS autogen_test_maker; CREATE ROLE autogen_test_maker LOGIN CREATEDB")
          .ok());
  if (!absl::StrContains(Url(), "://")) {
    Options options;
    options.target_url = absl::StrCat(Url(), " user=autogen_test_maker");
    Server server(options);
    auto database = server.Create();
    REQUIRE_MESSAGE(database.ok(), database.status().ToString());
    CHECK_FALSE(server.local());
    CHECK((*database)->connection().Exec("CREATE TABLE public.t (x int)").ok());
  }
  CHECK(RunSql(Url(), "DROP ROLE autogen_test_maker").ok());
}

}  // namespace
}  // namespace autogen::scratch
