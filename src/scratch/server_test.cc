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

TEST_CASE("a database on a server that was named is made, used and dropped") {
  Options options;
  options.url = Url();
  options.disposable = true;
  Server server(options);
  CHECK(server.version() == 0);
  {
    auto a = server.Create();
    REQUIRE_MESSAGE(a.ok(), a.status().ToString());
    auto b = server.Create();
    REQUIRE(b.ok());
    CHECK(Left() == "2");
    CHECK((*a)->superuser() == nullptr);
    CHECK(server.version() == TestServer::Get().version());
    CHECK(absl::StrContains(server.place(), "server of "));
    REQUIRE((*a)->connection().Exec("CREATE TABLE public.t (x int)").ok());
    CHECK((*a)->reader().Exec("SELECT FROM public.t").ok());
  }
  CHECK(Left() == "0");
}

TEST_CASE("several threads at once") {
  Options options;
  options.url = Url();
  options.disposable = true;
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

TEST_CASE("one sweep removes what a hundred killed runs left, and spares what is in use") {
  // A right to make databases is all that they need.
  const std::string role = absl::StrCat("autogen_test_killed_", getpid());
  Options options;
  options.url = Url();
  const bool own_role = !absl::StrContains(Url(), "://");
  REQUIRE(RunSql(Url(), absl::StrCat("CREATE ROLE ", role, " LOGIN CREATEDB")).ok());
  if (own_role) absl::StrAppend(&options.url, " user=", role);
  options.disposable = !own_role;
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
  for (int i = 0; i < 200 && QueryText(Url(), others) != "3"; ++i) usleep(50'000);
  auto control = postgres::Connection::Open({.url = options.url});
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

// A URL of the test server for a new role with these attributes.
class Role {
 public:
  explicit Role(const std::string& attributes) {
    name_ = absl::StrCat("autogen_test_role_", getpid());
    RunSql(Url(), absl::StrCat("DROP ROLE IF EXISTS ", name_)).IgnoreError();
    REQUIRE(RunSql(Url(), absl::StrCat("CREATE ROLE ", name_, " LOGIN ", attributes)).ok());
  }
  ~Role() { CHECK(RunSql(Url(), absl::StrCat("DROP ROLE ", name_)).ok()); }
  const std::string& name() const { return name_; }
  std::string url() const { return absl::StrCat(Url(), " user=", name_); }

 private:
  std::string name_;
};

absl::Status TryToCreate(const Options& options) { return Server(options).Create().status(); }

TEST_CASE("a role that a model could do harm with is refused, with the ways out") {
  if (absl::StrContains(Url(), "://")) return;  // another user cannot be appended
  Options options;
  for (const char* attributes :
       {"NOCREATEDB", "CREATEDB CREATEROLE", "CREATEDB REPLICATION", "CREATEDB SUPERUSER",
        "CREATEDB IN ROLE pg_execute_server_program", "CREATEDB IN ROLE pg_write_server_files",
        "CREATEDB IN ROLE postgres"}) {
    CAPTURE(attributes);
    Role role(attributes);
    options.url = role.url();
    absl::Status status = TryToCreate(options);
    CHECK(absl::IsPermissionDenied(status));
    CHECK(absl::StrContains(status.message(), role.name()));
    const bool may = absl::StartsWith(attributes, "CREATEDB");
    for (const char* way : {"CREATEDB", "--scratch-is-disposable", "private cluster"}) {
      if (may) CHECK_MESSAGE(absl::StrContains(status.message(), way), status.message());
    }
  }
  {
    Role role("CREATEDB");
    const std::string owned = absl::StrCat("autogen_test_owned_", getpid());
    REQUIRE(RunSql(Url(), absl::StrCat("CREATE DATABASE ", owned, " OWNER ", role.name())).ok());
    options.url = role.url();
    absl::Status status = TryToCreate(options);
    CHECK(absl::StrContains(status.message(), owned));
    options.disposable = true;
    CHECK(TryToCreate(options).ok());
    REQUIRE(RunSql(Url(), absl::StrCat("DROP DATABASE ", owned)).ok());
  }
  {
    Role role("CREATEDB");
    options = {};
    options.url = role.url();
    absl::Status status = TryToCreate(options);
    CHECK_MESSAGE(status.ok(), status.ToString());
  }
}

TEST_CASE(
    "without server programs, or with a target newer than all of them, the choices are named") {
  Options options;
  options.cache_folder = "/dev/null/cache";
  {
    Server server(options);
    server.SetTarget(990000);
    absl::Status status = server.Create().status();
    CHECK(absl::IsFailedPrecondition(status));
    for (const char* word :
         {"PostgreSQL 99", "apt-get install", "AUTOGEN_PG_BIN", "--scratch-url"}) {
      CHECK_MESSAGE(absl::StrContains(status.message(), word), status.message());
    }
  }
}

}  // namespace
}  // namespace autogen::scratch
