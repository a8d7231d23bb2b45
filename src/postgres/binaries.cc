#include "src/postgres/binaries.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/file.h"
#include "src/base/process.h"

namespace autogen::postgres {
namespace {

bool Executable(const std::string& folder, const char* name) {
  return access(absl::StrCat(folder, "/", name).c_str(), X_OK) == 0;
}

bool HasServer(const std::string& folder) {
  return !folder.empty() && Executable(folder, "initdb") && Executable(folder, "pg_ctl") &&
         Executable(folder, "postgres");
}

// 15 for "/usr/lib/postgresql/15/bin", asked of the program where the path does not say it.
int MajorOf(const std::string& folder) {
  int major = 0;
  if (absl::SimpleAtoi(std::filesystem::path(folder).parent_path().filename().string(), &major)) {
    return major;
  }
  auto run = RunProcess({absl::StrCat(folder, "/postgres"), "--version"});
  if (!run.ok()) return 0;
  size_t digit = run->out.find_first_of("0123456789");
  return digit == std::string::npos ? 0 : atoi(run->out.c_str() + digit);
}

std::vector<std::string> Candidates() {
  std::vector<std::string> folders;
  if (const char* env = getenv("AUTOGEN_PG_BIN"); env != nullptr) folders.push_back(env);
  if (auto run = RunProcess({"pg_config", "--bindir"}); run.ok() && run->exit_code == 0) {
    folders.emplace_back(absl::StripAsciiWhitespace(run->out));
  }
  std::vector<std::pair<int, std::string>> versions;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    int major = 0;
    if (absl::SimpleAtoi(entry.path().filename().string(), &major)) {
      versions.emplace_back(major, (entry.path() / "bin").string());
    }
  }
  std::sort(versions.rbegin(), versions.rend());
  for (auto& [major, folder] : versions) folders.push_back(std::move(folder));
  if (std::string postgres = FindProgram("postgres"); !postgres.empty()) {
    folders.push_back(DirName(postgres));
  }
  return folders;
}

}  // namespace

absl::StatusOr<int> MajorVersion(const std::string& bin_dir) {
  int major = MajorOf(bin_dir);
  if (major > 0) return major;
  return absl::FailedPreconditionError(absl::StrCat("cannot tell the version of ", bin_dir));
}

absl::StatusOr<std::string> FindServerBinaries(const std::string& bin_dir, int major) {
  if (!bin_dir.empty()) {
    if (HasServer(bin_dir)) return bin_dir;
    return absl::FailedPreconditionError(
        absl::StrCat("no initdb, pg_ctl and postgres in ", bin_dir));
  }
  std::vector<std::string> candidates = Candidates();
  for (const std::string& folder : candidates) {
    if (HasServer(folder) && (major == 0 || MajorOf(folder) == major)) return folder;
  }
  std::string version = major == 0 ? "" : absl::StrCat(" ", major);
  return absl::FailedPreconditionError(absl::StrCat(
      "no PostgreSQL", version, " server programs (initdb, pg_ctl, postgres) found; looked in ",
      candidates.empty() ? "$PATH" : absl::StrJoin(candidates, ", "),
      ". Install them (Debian: apt-get install postgresql",
      major == 0 ? "" : absl::StrCat("-", major), ") or set AUTOGEN_PG_BIN to their folder"));
}

absl::StatusOr<std::string> FindClientBinary(const std::string& name) {
  for (const std::string& folder : Candidates()) {
    if (Executable(folder, name.c_str())) return absl::StrCat(folder, "/", name);
  }
  if (std::string path = FindProgram(name); !path.empty()) return path;
  return absl::NotFoundError(
      absl::StrCat(name, " is not installed; set AUTOGEN_PG_BIN to its folder"));
}

}  // namespace autogen::postgres
