#include "src/postgres/descendants.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace autogen::postgres {
namespace {

// As the kernel writes it; the C library's readdir() allocates.
struct Entry {
  uint64_t inode;
  int64_t offset;
  uint16_t size;
  unsigned char type;
  char name[1];
};

// Calls visit(folder's descriptor, entry) for each entry but "." and "..".
template <typename Visit>
void ForEachEntry(int folder, Visit visit) {
  alignas(Entry) char buffer[4096];
  for (;;) {
    long n = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
    if (n <= 0) return;
    for (long at = 0; at < n;) {
      const Entry* entry = reinterpret_cast<const Entry*>(buffer + at);
      at += entry->size;
      const char* name = buffer + (reinterpret_cast<const char*>(entry->name) - buffer);
      if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) visit(name, entry->type);
    }
  }
}

// The parent of the process `name`, an entry of /proc (open as `proc`); 0 where it is none.
pid_t ParentOf(int proc, const char* name) {
  if (*name < '0' || *name > '9' || strlen(name) > 12) return 0;
  char path[32];
  strcpy(path, name);
  strcat(path, "/stat");
  int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char line[512];
  ssize_t n = read(fd, line, sizeof line - 1);
  close(fd);
  if (n <= 0) return 0;
  line[n] = '\0';
  // pid (name) state parent: a name may hold anything.
  const char* after = strrchr(line, ')');
  if (after == nullptr || strlen(after) < 4) return 0;
  pid_t parent = 0;
  for (const char* c = after + 4; *c >= '0' && *c <= '9'; ++c) parent = parent * 10 + (*c - '0');
  return parent;
}

pid_t Number(const char* digits) {
  pid_t number = 0;
  for (; *digits != '\0'; ++digits) number = number * 10 + (*digits - '0');
  return number;
}

void RemoveEntries(int folder, int depth) {
  // Restart while something was removed: removal moves the following entries.
  for (bool removed = true; removed;) {
    removed = false;
    lseek(folder, 0, SEEK_SET);
    ForEachEntry(folder, [&](const char* name, unsigned char type) {
      if (type != DT_DIR && unlinkat(folder, name, 0) == 0) {
        removed = true;
        return;
      }
      if (depth > 0) {
        int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0) {
          RemoveEntries(below, depth - 1);
          close(below);
        }
      }
      if (unlinkat(folder, name, AT_REMOVEDIR) == 0) removed = true;
    });
  }
}

}  // namespace

void KillDescendants() {
  const pid_t self = getpid();
  // A process that is killed hands its children to us, so there may be several rounds.
  for (int round = 0; round < 1000; ++round) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD) return;
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0) return;
    ForEachEntry(proc, [&](const char* name, unsigned char) {
      if (ParentOf(proc, name) == self) kill(Number(name), SIGKILL);
    });
    close(proc);
    timespec pause = {0, 5'000'000};
    nanosleep(&pause, nullptr);
  }
}

void RemoveTree(const char* path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return;
  RemoveEntries(folder, 200);
  close(folder);
  rmdir(path);
}

}  // namespace autogen::postgres
