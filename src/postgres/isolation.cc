#include "src/postgres/isolation.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace autogen::postgres {
namespace {

// mount_setattr(2), which the C library may not know yet.
constexpr long kMountSetattr = 442;
constexpr unsigned kRecursive = 0x8000;     // AT_RECURSIVE
constexpr uint64_t kReadOnlyAttribute = 1;  // MOUNT_ATTR_RDONLY
constexpr uint64_t kNoSetuidAttribute = 2;  // MOUNT_ATTR_NOSUID
struct MountAttributes {
  uint64_t set = 0, clear = 0, propagation = 0, user_namespace = 0;
};

bool SetAttributes(const char* path, unsigned flags, MountAttributes attributes) {
  return syscall(kMountSetattr, AT_FDCWD, path, flags, &attributes, sizeof attributes) == 0;
}

bool WriteText(const char* path, const char* text, size_t size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool written = write(fd, text, size) == static_cast<ssize_t>(size);
  close(fd);
  return written;
}

// "1000 1000 1": the one account that exists in a new user namespace is itself.
bool WriteIdentityMap(const char* path, unsigned id) {
  char digits[12];
  size_t n = 0;
  do digits[n++] = static_cast<char>('0' + id % 10);
  while ((id /= 10) > 0);
  char line[32];
  size_t size = 0;
  for (int copy = 0; copy < 2; ++copy) {
    for (size_t i = n; i > 0; --i) line[size++] = digits[i - 1];
    line[size++] = ' ';
  }
  line[size++] = '1';
  return WriteText(path, line, size);
}

bool MapUser(const Isolation& isolation) {
  return WriteText("/proc/self/setgroups", "deny", 4) &&
         WriteIdentityMap("/proc/self/uid_map", isolation.uid) &&
         WriteIdentityMap("/proc/self/gid_map", isolation.gid);
}

// PostgreSQL up to 14 sends its statistics over a socket of its own to itself.
void RaiseLoopback() {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  ifreq request;
  memset(&request, 0, sizeof request);
  memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP;
  if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) errno = 0;
  close(fd);
}

void MakeFolders(const char* path) {
  char part[PATH_MAX];
  for (size_t i = 0; i < sizeof part - 1; ++i) {
    if (i > 0 && (path[i] == '/' || path[i] == '\0')) {
      part[i] = '\0';
      // The server is another user, and our umask would keep it out.
      if (mkdir(part, 0755) == 0 && chmod(part, 0755) != 0) return;
    }
    if (path[i] == '\0') return;
    part[i] = path[i];
  }
}

// Mounts the folder that is open as `fd` at `path`, where it was before something hid it.
bool ShowAgain(int fd, const char* path) {
  char source[32] = "/proc/self/fd/";
  size_t size = strlen(source);
  char digits[12];
  size_t n = 0;
  do digits[n++] = static_cast<char>('0' + fd % 10);
  while ((fd /= 10) > 0);
  while (n > 0) source[size++] = digits[--n];
  source[size] = '\0';
  MakeFolders(path);
  return mount(source, path, nullptr, MS_BIND | MS_REC, nullptr) == 0;
}

// False where the program's own folders are not to be seen any more.
bool IsolateFiles(const Isolation& isolation, void (*refused)(Part, void*), void* context) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    refused(Part::kMounts, context);
    return true;
  }
  const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  const int writable = open(isolation.writable.c_str(), flags);
  const int read_only = isolation.read_only.empty() ? -1 : open(isolation.read_only.c_str(), flags);
  if (writable < 0 || (read_only < 0 && !isolation.read_only.empty())) return false;
  if (!SetAttributes("/", kRecursive, {.set = kReadOnlyAttribute | kNoSetuidAttribute})) {
    refused(Part::kReadOnly, context);
  }
  for (const std::string& folder : isolation.hidden) {
    if (mount("tmpfs", folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "mode=0755,size=4m") != 0) {
      refused(Part::kMounts, context);
    }
  }
  if (read_only >= 0 && !ShowAgain(read_only, isolation.read_only.c_str())) return false;
  if (!ShowAgain(writable, isolation.writable.c_str())) return false;
  for (const std::string& folder : isolation.hidden) {
    SetAttributes(folder.c_str(), 0, {.set = kReadOnlyAttribute});
  }
  SetAttributes(isolation.writable.c_str(), 0, {.clear = kReadOnlyAttribute});
  close(writable);
  if (read_only >= 0) close(read_only);
  return true;
}

bool Limit(int resource, rlim_t value) {
  rlimit limit;
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) return false;
  limit.rlim_max = std::min(limit.rlim_max, value);
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) == 0;
}

bool SetLimits(const Isolation& isolation) {
  constexpr rlim_t kGigabyte = rlim_t{1} << 30;
  return Limit(RLIMIT_CORE, 0) && Limit(RLIMIT_FSIZE, 4 * kGigabyte) &&
         Limit(RLIMIT_AS, 4 * kGigabyte) && Limit(RLIMIT_NOFILE, 1024) &&
         (!isolation.own_account || Limit(RLIMIT_NPROC, 256));
}

// System calls, not the C library's functions: those would look for other threads.
bool LeaveAccount(const Isolation& isolation) {
  return syscall(SYS_setgroups, 0, nullptr) == 0 &&
         syscall(SYS_setresgid, isolation.gid, isolation.gid, isolation.gid) == 0 &&
         syscall(SYS_setresuid, isolation.uid, isolation.uid, isolation.uid) == 0;
}

bool Below(absl::string_view path, absl::string_view folder) {
  return path == folder || absl::StartsWith(path, absl::StrCat(folder == "/" ? "" : folder, "/"));
}

std::string RealFolder(const char* path) {
  if (path == nullptr || *path != '/') return "";
  char* resolved = realpath(path, nullptr);
  if (resolved == nullptr) return "";
  std::string folder = resolved;
  free(resolved);
  struct stat found;
  if (stat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) return "";
  for (const char* needed : {"/usr", "/etc", "/bin", "/lib", "/lib64", "/dev", "/proc", "/sys"}) {
    if (Below(needed, folder)) return "";
  }
  return folder;
}

}  // namespace

std::string MissingSentence(Part part) {
  switch (part) {
    case Part::kProcesses:
      return "the scratch server shares the machine's process numbers";
    case Part::kUsers:
      return "the kernel refuses namespaces to unprivileged users";
    case Part::kNetwork:
      return "the scratch server can reach the network";
    case Part::kSharedMemory:
      return "the scratch server shares System V memory with the machine";
    case Part::kMounts:
      return "the scratch server can reach the sockets of other servers";
    case Part::kReadOnly:
      return "the machine's files are not read-only for the scratch server";
    case Part::kProc:
      return "the scratch server can see the machine's processes in /proc";
    case Part::kLimits:
      return "some resource limits could not be set for the scratch server";
    case Part::kPrivileges:
      return "the scratch server can run set-user-ID programs";
    case Part::kHome:
      return "PostgreSQL's programs lie below a folder with data of users, which the scratch "
             "server "
             "can therefore read";
  }
  return "";
}

Isolation HideFolders(const std::string& prefix) {
  Isolation isolation;
  std::vector<std::string> folders;
  for (const char* path : {"/run", "/tmp", "/var/tmp", "/var/run", "/dev/shm",
                           const_cast<const char*>(getenv("TMPDIR")),
                           const_cast<const char*>(getenv("XDG_RUNTIME_DIR"))}) {
    std::string folder = RealFolder(path);
    if (folder.empty()) continue;
    if (prefix == folder) {
      isolation.missing.push_back(Part::kMounts);
      continue;
    }
    if (Below(prefix, folder)) isolation.read_only = prefix;
    folders.push_back(std::move(folder));
  }
  for (const char* path : {"/home", "/root", const_cast<const char*>(getenv("HOME")), "/var",
                           "/mnt", "/media", "/srv"}) {
    std::string folder = RealFolder(path);
    if (folder.empty()) continue;
    if (!Below(prefix, folder)) {
      folders.push_back(std::move(folder));
    } else if (isolation.read_only.empty()) {
      // Their libraries may lie anywhere in it.
      isolation.missing.push_back(Part::kHome);
    }
  }
  std::sort(folders.begin(), folders.end());
  for (std::string& folder : folders) {
    bool below = std::any_of(isolation.hidden.begin(), isolation.hidden.end(),
                             [&](const std::string& h) { return Below(folder, h); });
    if (!below) isolation.hidden.push_back(std::move(folder));
  }
  return isolation;
}

bool Isolate(const Isolation& isolation, int fresh, bool mounts, void (*refused)(Part, void*),
             void* context) {
  if ((fresh & CLONE_NEWUSER) != 0 && !MapUser(isolation)) return false;
  if (unshare(CLONE_NEWNET) == 0) {
    RaiseLoopback();
  } else {
    refused(Part::kNetwork, context);
  }
  if (unshare(CLONE_NEWIPC) != 0) refused(Part::kSharedMemory, context);
  mounts = mounts && unshare(CLONE_NEWNS) == 0;
  if (!mounts) refused(Part::kMounts, context);
  if (mounts && !IsolateFiles(isolation, refused, context)) return false;
  if (!mounts || (fresh & CLONE_NEWPID) == 0 ||
      mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    refused(Part::kProc, context);
  }
  if (!SetLimits(isolation)) refused(Part::kLimits, context);
  if (isolation.change_account && !LeaveAccount(isolation)) return false;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) refused(Part::kPrivileges, context);
  return true;
}

}  // namespace autogen::postgres
