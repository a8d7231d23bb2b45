#include "src/postgres/binaries.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
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

// Whether nobody but root, ourselves and the folders' owners can change what `path` names: where
// everybody may write, the entry must be ours or root's, and nobody else may replace it.
bool Guarded(const std::string& path) {
  struct stat entry;
  if (path.empty() || path[0] != '/' || lstat(path.c_str(), &entry) != 0) return false;
  if (!S_ISLNK(entry.st_mode) && (entry.st_mode & S_IWOTH) != 0 && (entry.st_mode & S_ISVTX) == 0) {
    return false;
  }
  if (path == "/") return true;
  const std::string parent = DirName(path);
  struct stat above;
  if (lstat(parent.c_str(), &above) != 0) return false;
  const bool shared = !S_ISLNK(above.st_mode) && (above.st_mode & S_IWOTH) != 0;
  if (shared && entry.st_uid != 0 && entry.st_uid != geteuid()) return false;
  return Guarded(parent);
}

bool Trusted(const std::string& folder) {
  std::error_code error;
  const std::string real = std::filesystem::canonical(folder, error).string();
  // A link is followed as it stands, and so are those above it.
  const std::string plain = std::filesystem::path(folder).lexically_normal().string();
  return !error && Guarded(real) &&
         Guarded(absl::StripSuffix(plain, "/").empty()
                     ? plain
                     : std::string(absl::StripSuffix(plain, "/")));
}

// Like FindProgram, but never from a folder that a stranger, or the current folder, could have put
// into $PATH.
std::string FindTrustedProgram(absl::string_view name) {
  const char* path = getenv("PATH");
  for (absl::string_view folder : absl::StrSplit(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    const std::string candidate(folder);
    if (Executable(candidate, std::string(name).c_str()) && Trusted(candidate)) {
      return absl::StrCat(candidate, "/", name);
    }
  }
  return "";
}

std::vector<std::string> DebianFolders() {
  std::vector<std::pair<int, std::string>> versions;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    int major = 0;
    if (absl::SimpleAtoi(entry.path().filename().string(), &major)) {
      versions.emplace_back(major, (entry.path() / "bin").string());
    }
  }
  std::sort(versions.rbegin(), versions.rend());
  std::vector<std::string> folders;
  for (auto& [major, folder] : versions) folders.push_back(std::move(folder));
  return folders;
}

// In the order of preference; `refused` are those that others can write to.
std::vector<std::string> Candidates(std::vector<std::string>* refused = nullptr) {
  std::vector<std::string> folders;
  const char* configured = getenv("AUTOGEN_PG_BIN");
  for (absl::string_view folder :
       absl::StrSplit(configured == nullptr ? "" : configured, ':', absl::SkipEmpty())) {
    folders.emplace_back(folder);
  }
  std::vector<std::string> debian = DebianFolders();
  // Debian's script in /usr/bin takes a while to find one of these folders.
  const std::string pg_config = FindTrustedProgram("pg_config");
  if (!pg_config.empty() && (debian.empty() || pg_config != "/usr/bin/pg_config")) {
    if (auto run = RunProcess({pg_config, "--bindir"}); run.ok() && run->exit_code == 0) {
      folders.emplace_back(absl::StripAsciiWhitespace(run->out));
    }
  }
  folders.insert(folders.end(), debian.begin(), debian.end());
  if (std::string postgres = FindTrustedProgram("postgres"); !postgres.empty()) {
    folders.push_back(DirName(postgres));
  }
  std::erase_if(folders, [&](const std::string& folder) {
    if (access(folder.c_str(), F_OK) != 0 || Trusted(folder)) return false;
    if (refused != nullptr) refused->push_back(folder);
    return true;
  });
  return folders;
}

}  // namespace

absl::StatusOr<int> MajorVersion(const std::string& bin_dir) {
  int major = MajorOf(bin_dir);
  if (major > 0) return major;
  return absl::FailedPreconditionError(absl::StrCat("cannot determine the version of ", bin_dir));
}

std::vector<Installation> ServerInstallations() {
  std::vector<Installation> found;
  std::set<std::string> seen;
  for (const std::string& folder : Candidates()) {
    std::error_code error;
    if (!HasServer(folder) ||
        !seen.insert(std::filesystem::canonical(folder, error).string()).second) {
      continue;
    }
    if (int major = MajorOf(folder); major > 0) found.push_back({major, folder});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Installation& a, const Installation& b) { return a.major > b.major; });
  return found;
}

absl::StatusOr<std::string> FindServerBinaries(const std::string& bin_dir, int major) {
  if (!bin_dir.empty()) {
    if (HasServer(bin_dir)) return bin_dir;
    return absl::FailedPreconditionError(
        absl::StrCat("no initdb, pg_ctl and postgres in ", bin_dir));
  }
  std::vector<std::string> refused;
  std::vector<std::string> candidates = Candidates(&refused);
  for (const std::string& folder : candidates) {
    if (HasServer(folder) && (major == 0 || MajorOf(folder) == major)) return folder;
  }
  std::string version = major == 0 ? "" : absl::StrCat(" ", major);
  return absl::FailedPreconditionError(absl::StrCat(
      "no PostgreSQL", version, " server programs (initdb, pg_ctl, postgres) found; looked in ",
      candidates.empty() ? "$PATH" : absl::StrJoin(candidates, ", "),
      refused.empty() ? ""
                      : absl::StrCat("; skipped, since they are relative or others can write to "
                                     "them: ",
                                     absl::StrJoin(refused, ", ")),
      ". Install them (Debian: apt-get install postgresql",
      major == 0 ? "" : absl::StrCat("-", major), ") or set AUTOGEN_PG_BIN to their folder"));
}

absl::StatusOr<std::string> FindClientBinary(const std::string& name) {
  for (const std::string& folder : Candidates()) {
    if (Executable(folder, name.c_str())) return absl::StrCat(folder, "/", name);
  }
  if (std::string path = FindTrustedProgram(name); !path.empty()) return path;
  return absl::NotFoundError(
      absl::StrCat(name, " is not installed; set AUTOGEN_PG_BIN to its folder"));
}

}  // namespace autogen::postgres
