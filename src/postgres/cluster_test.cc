#include "src/postgres/cluster.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/postgres/connection.h"
#include "tests/support/server.h"

namespace autogen::postgres {
namespace {

class TempFolder {
 public:
  explicit TempFolder(mode_t mode) {
    path = "/tmp/autogen-cluster-test-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
    chmod(path.c_str(), mode);
  }
  ~TempFolder() {
    auto location = ReadFile(path + "/deep/cluster/location");
    if (location.ok()) {
      std::filesystem::remove_all(DirName(*location));
    }
    std::filesystem::remove_all(path);
  }
  std::string path;
};

std::string Ask(const Cluster& cluster, const std::string& sql) {
  return testing::QueryText(cluster.Url("postgres"), sql);
}

TEST_CASE("several holders share one server; the last one stops it; data stays") {
  TempFolder folder(0711);
  ClusterOptions options;
  options.folder = folder.path + "/cluster";
  options.durable = false;
  std::string url;
  {
    auto a = Cluster::Start(options);
    REQUIRE_MESSAGE(a.ok(), a.status().ToString());
    auto b = Cluster::Start(options);
    REQUIRE(b.ok());
    url = (*a)->Url("postgres");
    CHECK((*a)->EnsureDatabase("it's \"odd\"").ok());
    CHECK((*b)->EnsureDatabase("it's \"odd\"").ok());
    a->reset();
    CHECK(Ask(**b, "SELECT count(*) FROM pg_database WHERE datname = 'it''s \"odd\"'") == "1");
    CHECK(Ask(**b, "SHOW listen_addresses") == "");
  }
  CHECK(PQping(url.c_str()) == PQPING_NO_RESPONSE);

  // A killed holder breaks nothing and blocks nobody.
  pid_t child = fork();
  if (child == 0) {
    auto c = Cluster::Start(options);
    if (c.ok()) raise(SIGKILL);
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  auto again = Cluster::Start(options);
  REQUIRE_MESSAGE(again.ok(), again.status().ToString());
  CHECK(Ask(**again, "SELECT count(*) FROM pg_database WHERE datname = 'it''s \"odd\"'") == "1");
}

TEST_CASE("as root, a folder that the server's account cannot enter gets its data elsewhere") {
  if (geteuid() != 0) return;
  TempFolder folder(0700);
  ClusterOptions options;
  options.folder = folder.path + "/deep/cluster";
  options.durable = false;
  for (int round = 0; round < 2; ++round) {
    auto a = Cluster::Start(options);
    REQUIRE_MESSAGE(a.ok(), a.status().ToString());
    CHECK(Ask(**a, "SELECT 1") == "1");
    CHECK((*a)->data_folder().rfind("/var/tmp/autogen-", 0) == 0);
  }
}

TEST_CASE("the server does not get our environment") {
  TempFolder folder(0711);
  ClusterOptions options;
  options.folder = folder.path + "/cluster";
  options.durable = false;
  setenv("AUTOGEN_TEST_SECRET", "s3cret", 1);
  auto cluster = Cluster::Start(options);
  unsetenv("AUTOGEN_TEST_SECRET");
  REQUIRE_MESSAGE(cluster.ok(), cluster.status().ToString());
  auto lock = ReadFile((*cluster)->data_folder() + "/postmaster.pid");
  REQUIRE(lock.ok());
  auto environment =
      ReadFile(absl::StrCat("/proc/", lock->substr(0, lock->find('\n')), "/environ"));
  REQUIRE_MESSAGE(environment.ok(), environment.status().ToString());
  CHECK(absl::StrContains(*environment, "LC_ALL=C"));
  CHECK_FALSE(absl::StrContains(*environment, "s3cret"));
  CHECK_FALSE(absl::StrContains(*environment, "HOME="));
}

TEST_CASE("without binaries, the message says what to install") {
  TempFolder folder(0711);
  ClusterOptions options;
  options.folder = folder.path + "/cluster";
  options.bin_dir = "/nowhere";
  CHECK(Cluster::Start(options).status().code() == absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace autogen::postgres
