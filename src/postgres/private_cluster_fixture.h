// What the tests of private clusters share.
#ifndef AUTOGEN_POSTGRES_PRIVATE_CLUSTER_FIXTURE_H_
#define AUTOGEN_POSTGRES_PRIVATE_CLUSTER_FIXTURE_H_

#include <stdlib.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "doctest/doctest.h"
#include "src/base/cache_folder.h"
#include "src/base/file.h"
#include "src/postgres/binaries.h"
#include "src/postgres/private_cluster.h"
#include "tests/support/server.h"

namespace autogen::postgres {

// $AUTOGEN_TEST_PRIVATE_BIN: another set of binaries than the installed ones.
inline PrivateClusterOptions Options(const std::string& cache_folder = DefaultCacheFolder()) {
  const char* chosen = getenv("AUTOGEN_TEST_PRIVATE_BIN");
  auto bin_dir = FindServerBinaries(chosen == nullptr ? "" : chosen);
  REQUIRE_MESSAGE(bin_dir.ok(), bin_dir.status().ToString());
  return {*bin_dir, cache_folder};
}

inline std::unique_ptr<PrivateCluster> Start(const PrivateClusterOptions& options = Options()) {
  auto cluster = PrivateCluster::Start(options);
  REQUIRE_MESSAGE(cluster.ok(), cluster.status().ToString());
  return *std::move(cluster);
}

inline std::string Ask(const PrivateCluster& cluster, const std::string& sql) {
  return testing::QueryText(cluster.Url("postgres"), sql);
}

inline bool Eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 1000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// The live processes that descend from `pid`, itself included.
inline std::vector<pid_t> Family(pid_t pid) {
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

inline bool AllGone(const std::vector<pid_t>& processes) {
  for (pid_t pid : processes) {
    if (!Family(pid).empty()) return false;
  }
  return true;
}

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_PRIVATE_CLUSTER_FIXTURE_H_
