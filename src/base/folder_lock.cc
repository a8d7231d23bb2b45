#include "src/base/folder_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace autogen {

absl::StatusOr<std::unique_ptr<FolderLock>> FolderLock::Take(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("opening ", folder));
  std::unique_ptr<FolderLock> lock(new FolderLock(fd));
  while (flock(fd, LOCK_EX) != 0) {
    // File systems without locks: as well as they can.
    if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS || errno == EBADF) break;
    if (errno != EINTR) return absl::ErrnoToStatus(errno, absl::StrCat("locking ", folder));
  }
  return lock;
}

FolderLock::~FolderLock() { close(fd_); }

}  // namespace autogen
