#include "src/sqlite/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace autogen::sqlite {
namespace {

// The one before us may have removed the file that we have opened.
bool IsStillThere(const std::string& path, int fd) {
  struct stat ours, there;
  return fstat(fd, &ours) == 0 && stat(path.c_str(), &there) == 0 && ours.st_ino == there.st_ino &&
         ours.st_dev == there.st_dev;
}

std::string HolderOf(int fd) {
  char text[32] = {};
  const ssize_t length = pread(fd, text, sizeof text - 1, 0);
  const absl::string_view process = absl::StripAsciiWhitespace(
      absl::string_view(text, length > 0 ? static_cast<size_t>(length) : 0));
  return process.empty() ? "another autogen" : absl::StrCat("autogen, process ", process);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunLock>> RunLock::Take(const std::string& database,
                                                       const Wait& wait) {
  using Clock = std::chrono::steady_clock;
  const std::string path = absl::StrCat(database, "-autogen");
  const auto start = Clock::now();
  while (true) {
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0) {
      return absl::ErrnoToStatus(
          errno, absl::StrCat("making ", path, ", which keeps two runs on one file apart"));
    }
    std::unique_ptr<RunLock> lock(new RunLock(path, fd));
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
      // File systems without locks: each transaction still looks at the version table.
      if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS) return lock;
      const std::chrono::duration<double> waited = Clock::now() - start;
      if (!wait(HolderOf(fd), waited.count())) {
        const std::string holder = HolderOf(fd);
        close(std::exchange(lock->fd_, -1));
        return absl::AbortedError(absl::StrCat(holder, " is at work on ", database));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (!IsStillThere(path, fd)) {
      close(std::exchange(lock->fd_, -1));
      continue;
    }
    const std::string process = absl::StrCat(getpid(), "\n");
    if (ftruncate(fd, 0) != 0 || pwrite(fd, process.data(), process.size(), 0) < 0) {
      // Only a message lacks it.
    }
    return lock;
  }
}

RunLock::~RunLock() {
  if (fd_ < 0) return;
  // Before it is released, so that nobody locks what is gone without noticing.
  unlink(path_.c_str());
  close(fd_);
}

}  // namespace autogen::sqlite
