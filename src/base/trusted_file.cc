#include "src/base/trusted_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"

namespace autogen {
namespace {

bool OthersMayWrite(const struct stat& file) { return (file.st_mode & 022) != 0; }

absl::Status NotOurs(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(path, " is not used: ", why));
}

}  // namespace

absl::Status MakeOwnFolder(const std::string& path) {
  struct stat found;
  if (lstat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return absl::ErrnoToStatus(errno, absl::StrCat("looking for ", path));
    const std::string above = DirName(path);
    if (stat(above.c_str(), &found) != 0) {
      RETURN_IF_ERROR(MakeOwnFolder(above));
    } else if (found.st_uid != geteuid() && !(found.st_uid == 0 && (found.st_mode & S_ISVTX))) {
      return NotOurs(path, absl::StrCat(above, " belongs to another user"));
    }
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
      return absl::ErrnoToStatus(errno, absl::StrCat("creating the folder ", path));
    }
    if (lstat(path.c_str(), &found) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("looking for ", path));
    }
  }
  if (!S_ISDIR(found.st_mode)) return NotOurs(path, "it is not a folder");
  if (found.st_uid != geteuid()) return NotOurs(path, "it belongs to another user");
  if (OthersMayWrite(found) && chmod(path.c_str(), found.st_mode & 07755) != 0) {
    return NotOurs(path, "others may write to it");
  }
  return absl::OkStatus();
}

absl::Status WriteOwnFile(const std::string& path, absl::string_view content) {
  RETURN_IF_ERROR(WriteFile(path, content, Overwrite::kReplace));
  if (chmod(path.c_str(), 0600) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat("writing ", path));
}

absl::StatusOr<std::string> ReadOwnFile(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ELOOP) return NotOurs(path, "it is a link");
    return absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  }
  struct stat found;
  absl::StatusOr<std::string> content;
  if (fstat(fd, &found) != 0) {
    content = absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  } else if (found.st_uid != geteuid()) {
    content = NotOurs(path, "it belongs to another user");
  } else if (OthersMayWrite(found)) {
    content = NotOurs(path, "others may write to it");
  } else {
    content = ReadRegular(fd, path, kMaxFileBytes);
  }
  close(fd);
  return content;
}

}  // namespace autogen
