#include "src/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/base/text.h"

namespace autogen {
namespace {

absl::Status FromErrno(int error, absl::string_view what) {
  absl::StatusCode code = error == ENOSPC || error == EDQUOT || error == EFBIG
                              ? absl::StatusCode::kResourceExhausted
                          : error == EEXIST ? absl::StatusCode::kAlreadyExists
                                            : absl::ErrnoToStatusCode(error);
  return absl::Status(code, absl::StrCat(what, ": ", strerror(error)));
}

// The directory entry itself must be on disk before we say that the file is.
void SyncFolder(const std::string& folder) {
  int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

absl::Status WriteAll(int fd, absl::string_view content, const std::string& path) {
  while (!content.empty()) {
    ssize_t n = write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FromErrno(errno, absl::StrCat("writing ", path));
    content.remove_prefix(static_cast<size_t>(n));
  }
  // What is no file cannot be synced, and need not be.
  if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
    return FromErrno(errno, absl::StrCat("writing ", path));
  return absl::OkStatus();
}

class Lister {
 public:
  Lister(const std::string& top, absl::string_view suffix, bool recursive,
         const FolderVisitor& before_each)
      : top_(top), suffix_(suffix), recursive_(recursive), before_each_(before_each) {}

  absl::Status Add(const std::string& folder) {
    if (before_each_) before_each_(folder);
    DIR* open = opendir(folder.c_str());
    if (open == nullptr) return FromErrno(errno, absl::StrCat("reading folder ", folder));
    // A folder that links reach twice would be read twice, or for ever.
    struct stat self;
    if (fstat(dirfd(open), &self) != 0 || !seen_.insert({self.st_dev, self.st_ino}).second) {
      closedir(open);
      return absl::OkStatus();
    }
    std::vector<std::string> folders;
    absl::Status status;
    const dirent* entry;
    while (status.ok() && (errno = 0, entry = readdir(open)) != nullptr) {
      const absl::string_view name = entry->d_name;
      const bool wanted = absl::EndsWith(name, suffix_);
      const bool hidden = absl::StartsWith(name, ".");
      if (!wanted && (hidden || entry->d_type == DT_REG)) continue;
      if (name == "." || name == "..") continue;
      std::string path = absl::StrCat(folder, "/", name);
      unsigned char type = entry->d_type;
      if (type == DT_LNK || type == DT_UNKNOWN) status = Follow(path, &type);
      if (type == DT_REG && wanted) files.push_back(std::move(path));
      if (type == DT_DIR && recursive_ && !hidden) folders.push_back(std::move(path));
    }
    const int error = status.ok() ? errno : 0;
    closedir(open);
    if (error != 0) return FromErrno(error, absl::StrCat("reading folder ", folder));
    RETURN_IF_ERROR(status);
    for (const std::string& below : folders) RETURN_IF_ERROR(Add(below));
    return absl::OkStatus();
  }

  std::vector<std::string> files;

 private:
  // What the entry is, links followed; the folder entry mostly has it.
  absl::Status Follow(const std::string& path, unsigned char* type) {
    struct stat found;
    *type = DT_UNKNOWN;
    if (stat(path.c_str(), &found) != 0) return absl::OkStatus();
    if (!S_ISDIR(found.st_mode) && !S_ISREG(found.st_mode)) return absl::OkStatus();
    if (S_ISDIR(found.st_mode) && !recursive_) return absl::OkStatus();
    if (S_ISREG(found.st_mode) && !absl::EndsWith(path, suffix_)) return absl::OkStatus();
    if (root_.empty()) root_ = ProjectRoot(top_);
    RETURN_IF_ERROR(Annotate(CheckBelow(root_, path), absl::StrCat("reading folder ", top_)));
    *type = S_ISDIR(found.st_mode) ? DT_DIR : DT_REG;
    return absl::OkStatus();
  }

  const std::string& top_;
  const absl::string_view suffix_;
  const bool recursive_;
  const FolderVisitor& before_each_;
  std::string root_;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

absl::string_view KindOfFile(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

absl::Status TooLarge(const std::string& path, size_t max_bytes) {
  return absl::ResourceExhaustedError(
      absl::StrCat("reading ", path, ": it is larger than ", max_bytes >> 20, " MB"));
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path, size_t max_bytes) {
  std::string content;
  struct stat found;
  if (fstat(fd, &found) == 0 && found.st_size > 0) {
    if (static_cast<uint64_t>(found.st_size) > max_bytes) return TooLarge(path, max_bytes);
    content.reserve(static_cast<size_t>(found.st_size));
  }
  char buffer[65536];
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FromErrno(errno, absl::StrCat("reading ", path));
    // Files of /proc say that they are empty.
    if (content.size() + static_cast<size_t>(n) > max_bytes) return TooLarge(path, max_bytes);
    content.append(buffer, static_cast<size_t>(n));
  }
  return content;
}

// Into what is no regular file: standard output, a pipe, a device.
absl::Status WriteInto(const std::string& path, absl::string_view content) {
  int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, absl::StrCat("writing ", path));
  fcntl(fd, F_SETFL, 0);
  absl::Status status = WriteAll(fd, content, path);
  if (close(fd) != 0 && status.ok()) status = FromErrno(errno, absl::StrCat("writing ", path));
  return status;
}

// A device, a pipe or a socket, or a name of a descriptor of ours. /dev/shm holds plain files.
bool IsSpecial(const std::string& path) {
  if (path == "/dev/stdout" || path == "/dev/stderr" || absl::StartsWith(path, "/dev/fd/")) {
    return true;
  }
  struct stat found;
  return lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode) && !S_ISLNK(found.st_mode) &&
         !S_ISDIR(found.st_mode);
}

}  // namespace

absl::StatusOr<std::string> ReadRegular(int fd, const std::string& path, size_t max_bytes) {
  struct stat found;
  if (fstat(fd, &found) != 0) return FromErrno(errno, absl::StrCat("reading ", path));
  if (!S_ISREG(found.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "reading ", path, ": it is ", KindOfFile(found.st_mode), ", not a regular file"));
  }
  return ReadAll(fd, path, max_bytes);
}

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  // O_NONBLOCK: to open a pipe would wait for its writer.
  int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, absl::StrCat("reading ", path));
  absl::StatusOr<std::string> content = ReadRegular(fd, path, max_bytes);
  close(fd);
  return content;
}

absl::StatusOr<std::string> ReadInput(const std::string& path, size_t max_bytes) {
  if (path != "/dev/stdin" && !absl::StartsWith(path, "/dev/fd/")) {
    return ReadFile(path, max_bytes);
  }
  int fd = open(path.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, absl::StrCat("reading ", path));
  absl::StatusOr<std::string> content = ReadAll(fd, path, max_bytes);
  close(fd);
  return content;
}

absl::StatusOr<std::string> AsText(const std::string& path, absl::StatusOr<std::string> content) {
  if (!content.ok()) return content;
  if (IsUtf16(*content)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":1:1: the file is UTF-16; save it as UTF-8"));
  }
  content->erase(0, content->size() - WithoutByteOrderMark(*content).size());
  if (absl::StrContains(*content, '\r')) absl::StrReplaceAll({{"\r\n", "\n"}}, &*content);
  return content;
}

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  return AsText(path, ReadFile(path));
}

absl::StatusOr<std::string> ReadTextInput(const std::string& path) {
  return AsText(path, ReadInput(path));
}

absl::Status WriteFile(const std::string& path, absl::string_view content, Overwrite overwrite) {
  if (overwrite == Overwrite::kReplace && IsSpecial(path)) return WriteInto(path, content);
  std::string temporary = absl::StrCat(path, ".XXXXXX");
  int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, absl::StrCat("writing ", path));
  mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
  absl::Status status = WriteAll(fd, content, path);
  if (close(fd) != 0 && status.ok()) status = FromErrno(errno, absl::StrCat("writing ", path));
  if (status.ok()) {
    // link() fails where the target exists, rename() replaces it: both are atomic.
    int failed = overwrite == Overwrite::kNever ? link(temporary.c_str(), path.c_str())
                                                : rename(temporary.c_str(), path.c_str());
    if (failed != 0) status = FromErrno(errno, absl::StrCat("writing ", path));
  }
  if (!status.ok() || overwrite == Overwrite::kNever) unlink(temporary.c_str());
  if (status.ok()) SyncFolder(DirName(path));
  return status;
}

absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& folder,
                                                   absl::string_view suffix, bool recursive,
                                                   const FolderVisitor& before_each) {
  Lister lister(folder, suffix, recursive, before_each);
  RETURN_IF_ERROR(lister.Add(folder));
  std::sort(lister.files.begin(), lister.files.end());
  return std::move(lister.files);
}

std::string JoinPath(absl::string_view folder, absl::string_view path) {
  if (folder.empty() || folder == "." || absl::StartsWith(path, "/")) return std::string(path);
  if (absl::EndsWith(folder, "/")) return absl::StrCat(folder, path);
  return absl::StrCat(folder, "/", path);
}

std::string DirName(absl::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

}  // namespace autogen
