#include "src/postgres/private_cluster.h"

#include <libpq-fe.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "doctest/doctest.h"
#include "src/base/cache_folder.h"
#include "src/base/file.h"
#include "src/postgres/binaries.h"
#include "src/postgres/connection.h"
#include "tests/support/server.h"

namespace autogen::postgres {
namespace {

// $AUTOGEN_TEST_PRIVATE_BIN: another set of binaries than the installed ones.
PrivateClusterOptions Options(const std::string& cache_folder = DefaultCacheFolder()) {
  const char* chosen = getenv("AUTOGEN_TEST_PRIVATE_BIN");
  auto bin_dir = FindServerBinaries(chosen == nullptr ? "" : chosen);
  REQUIRE_MESSAGE(bin_dir.ok(), bin_dir.status().ToString());
  return {*bin_dir, cache_folder};
}

std::unique_ptr<PrivateCluster> Start(const PrivateClusterOptions& options = Options()) {
  auto cluster = PrivateCluster::Start(options);
  REQUIRE_MESSAGE(cluster.ok(), cluster.status().ToString());
  return *std::move(cluster);
}

std::string Ask(const PrivateCluster& cluster, const std::string& sql) {
  return testing::QueryText(cluster.Url("postgres"), sql);
}

bool Eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 1000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// The live processes that descend from `pid`, itself included.
std::vector<pid_t> Family(pid_t pid) {
  std::vector<std::pair<pid_t, pid_t>> parents;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    int id = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &id)) continue;
    auto stat = ReadFile(entry.path().string() + "/stat");
    if (!stat.ok()) continue;
    std::vector<std::string> fields = absl::StrSplit(stat->substr(stat->rfind(')') + 2), ' ');
    int parent = 0;
    if (fields.size() > 1 && fields[0] != "Z" && absl::SimpleAtoi(fields[1], &parent)) {
      parents.emplace_back(id, parent);
    }
  }
  std::vector<pid_t> family;
  for (const auto& [id, parent] : parents) {
    if (id == pid) family.push_back(id);
  }
  for (size_t i = 0; i < family.size(); ++i) {
    for (const auto& [id, parent] : parents) {
      if (parent == family[i]) family.push_back(id);
    }
  }
  return family;
}

bool AllGone(const std::vector<pid_t>& processes) {
  for (pid_t pid : processes) {
    if (!Family(pid).empty()) return false;
  }
  return true;
}

TEST_CASE("a private cluster answers its superuser, and nothing is left when it ends") {
  auto cluster = Start();
  CHECK(Ask(*cluster, "SELECT current_user") == cluster->superuser());
  CHECK(Ask(*cluster, "SHOW server_encoding") == "UTF8");
  CHECK(absl::StartsWith(Ask(*cluster, "SHOW server_version"), absl::StrCat(cluster->major())));
  CHECK(Ask(*cluster, "CREATE DATABASE a TEMPLATE template0") == "");
  CHECK(testing::QueryText(cluster->Url("a"), "SELECT current_database()") == "a");
  for (const std::string& part : cluster->missing()) MESSAGE(part);

  const std::string folder = cluster->folder();
  const std::vector<pid_t> processes = Family(cluster->supervisor_pid());
  CHECK(processes.size() > 3);
  cluster.reset();
  CHECK(Eventually([&] { return access(folder.c_str(), F_OK) != 0; }));
  CHECK(Eventually([&] { return AllGone(processes); }));
}

TEST_CASE("End() breaks every connection at once, from any thread, more than once") {
  auto cluster = Start();
  ConnectOptions options;
  options.url = cluster->Url("postgres");
  auto session = Connection::Open(options);
  REQUIRE_MESSAGE(session.ok(), session.status().ToString());
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cluster->End();
    cluster->End();
  });
  const auto before = std::chrono::steady_clock::now();
  CHECK_FALSE(session->Exec("SELECT pg_sleep(60)").ok());
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(10));
  killer.join();
  cluster->End();
  CHECK_FALSE(Connection::Open(options).ok());
}

}  // namespace
}  // namespace autogen::postgres
