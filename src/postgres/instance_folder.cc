#include "src/postgres/instance_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/postgres/descendants.h"

namespace autogen::postgres {
namespace {

// A socket's path has 107 bytes: "/autogen-scratch-XXXXXX/socket/.s.PGSQL.5432" below this.
constexpr size_t kLongestParent = 56;
constexpr char kPrefix[] = "autogen-scratch-";
constexpr int kUnusedSeconds = 60;
constexpr unsigned long long kRoomInMemory = 2ull << 30;

// Whether every account may pass through `path`, as the server's account must where we are root.
bool OpenToAll(std::string path) {
  for (;; path = DirName(path)) {
    struct stat found;
    if (stat(path.c_str(), &found) != 0 || (found.st_mode & S_IXOTH) == 0) return false;
    if (path == "/") return true;
  }
}

bool Usable(const std::string& folder) {
  struct stat found;
  return !folder.empty() && folder[0] == '/' && folder.size() <= kLongestParent &&
         stat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) &&
         // Where anybody may rename our folder it is not ours.
         ((found.st_mode & S_IWOTH) == 0 || (found.st_mode & S_ISVTX) != 0) &&
         access(folder.c_str(), W_OK | X_OK) == 0 && (geteuid() != 0 || OpenToAll(folder));
}

std::string Parent() {
  struct statvfs space;
  const std::string memory = "/dev/shm";
  if (Usable(memory) && statvfs(memory.c_str(), &space) == 0 &&
      static_cast<unsigned long long>(space.f_bavail) * space.f_frsize >= kRoomInMemory) {
    return memory;
  }
  const char* configured = getenv("TMPDIR");
  if (configured != nullptr && Usable(configured)) return configured;
  return "/tmp";
}

// A supervisor holds a lock on its folder, from a moment after the folder is made.
void RemoveUnused(const std::string& parent) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator it(parent, ignored), end; !ignored && it != end;
       it.increment(ignored)) {
    const std::string path = it->path().string();
    if (!absl::StartsWith(it->path().filename().string(), kPrefix)) continue;
    const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) continue;
    struct stat found;
    if (fstat(fd, &found) == 0 && found.st_uid == geteuid() &&
        found.st_mtim.tv_sec + kUnusedSeconds < time(nullptr) &&
        flock(fd, LOCK_EX | LOCK_NB) == 0) {
      RemoveTree(path.c_str());
    }
    close(fd);
  }
}

}  // namespace

absl::StatusOr<std::string> MakeInstanceFolder() {
  const std::string parent = Parent();
  RemoveUnused(parent);
  std::string folder = absl::StrCat(parent, "/", kPrefix, "XXXXXX");
  if (mkdtemp(folder.data()) == nullptr) {
    return absl::ErrnoToStatus(errno, absl::StrCat("creating a folder ", folder));
  }
  if (geteuid() == 0) chmod(folder.c_str(), 0711);
  return folder;
}

absl::Status GiveTo(const std::string& path, uid_t uid, gid_t gid) {
  if (lchown(path.c_str(), uid, gid) == 0) return absl::OkStatus();
  const bool unmapped = errno == EINVAL || errno == EPERM;
  return absl::ErrnoToStatus(
      errno, absl::StrCat("giving ", path, " to the account ", uid, " that the server runs as",
                          unmapped && geteuid() == 0
                              ? " (this root may not use other accounts: run as another user)"
                              : ""));
}

uid_t UnusedId(absl::string_view seed) {
  constexpr uint32_t kFirst = 59000, kCount = 1000;
  uint32_t hash = 2166136261u;
  for (char c : seed) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  std::vector<char> buffer(65536);
  for (uint32_t i = 0; i < kCount; ++i) {
    const uid_t id = kFirst + (hash + i) % kCount;
    passwd account;
    passwd* known = nullptr;
    group members;
    group* group_known = nullptr;
    getpwuid_r(id, &account, buffer.data(), buffer.size(), &known);
    getgrgid_r(id, &members, buffer.data(), buffer.size(), &group_known);
    if (known == nullptr && group_known == nullptr) return id;
  }
  return kFirst;
}

std::string LastLines(const std::string& path) {
  auto text = ReadFile(path);
  if (!text.ok()) return "";
  absl::string_view lines = absl::StripAsciiWhitespace(*text);
  if (lines.empty()) return "";
  size_t start = lines.size() < 1500 ? 0 : lines.find('\n', lines.size() - 1500);
  return absl::StrCat("\n", lines.substr(start == absl::string_view::npos ? 0 : start));
}

}  // namespace autogen::postgres
