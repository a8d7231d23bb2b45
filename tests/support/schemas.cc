#include "tests/support/schemas.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/process.h"
#include "src/base/status.h"
#include "src/postgres/binaries.h"

namespace autogen::testing {

std::vector<std::string> RealSchemas() {
  const char* corpus = std::getenv("AUTOGEN_CORPUS_DIR");
  if (corpus == nullptr) {
    std::cout << "NOT RUN: AUTOGEN_CORPUS_DIR is not set; real/*/schema.sql is looked for there\n";
    return {};
  }
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(absl::StrCat(corpus, "/real"))) {
    if (entry.is_directory()) paths.push_back(absl::StrCat(entry.path().string(), "/schema.sql"));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

absl::Status LoadFile(const TestDatabase& database, const std::string& path) {
  static const auto* const psql =
      new absl::StatusOr<std::string>(postgres::FindClientBinary("psql"));
  RETURN_IF_ERROR(psql->status());
  ASSIGN_OR_RETURN(ProcessResult done, RunProcess({**psql, "-Xq", "-v", "ON_ERROR_STOP=1", "-d",
                                                   database.Url(), "-f", path}));
  if (done.exit_code == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", done.err));
}

namespace {

void RunFolder(const TestDatabase& database, const std::string& folder) {
  std::vector<std::pair<int, std::string>> found;
  for (const auto& entry : std::filesystem::directory_iterator(
           absl::StrCat(AUTOGEN_SOURCE_DIR, "/tests/fixtures/", folder))) {
    if (entry.path().extension() != ".sql") continue;
    int since = 0;
    const std::string suffix = entry.path().stem().extension().string();
    if (!suffix.empty() && !absl::SimpleAtoi(suffix.substr(1), &since)) continue;
    if (since <= TestServer::Get().version() / 10000) {
      found.emplace_back(since, entry.path().string());
    }
  }
  std::sort(found.begin(), found.end());
  for (const auto& [since, path] : found) {
    auto sql = ReadFile(path);
    if (!sql.ok()) std::abort();
    database.Run(*sql);
  }
}

}  // namespace

void LoadEverything(const TestDatabase& database) {
  // A tablespace without a folder of its own, which PostgreSQL 15 can make, belongs to the server:
  // another test may be making it. Not in a transaction: not in the files.
  if (TestServer::Get().version() >= 150000) {
    const std::string url = database.Url();
    while (
        QueryText(url, "SELECT 1 FROM pg_tablespace WHERE spcname = 'everything_space'").empty()) {
      auto connection = postgres::Connection::Open({.url = url});
      if (!connection.ok()) std::abort();
      connection->Exec("SET allow_in_place_tablespaces = on").IgnoreError();
      connection->Exec("CREATE TABLESPACE everything_space LOCATION ''").IgnoreError();
    }
  }
  RunFolder(database, "everything");
}

void ChangeEverything(const TestDatabase& database) { RunFolder(database, "everything/changes"); }

}  // namespace autogen::testing
