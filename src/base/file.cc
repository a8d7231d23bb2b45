#include "src/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"

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
  if (fsync(fd) != 0) return FromErrno(errno, absl::StrCat("writing ", path));
  return absl::OkStatus();
}

// What the entry is, links followed; the folder mostly knows by itself.
unsigned char TypeOf(const std::string& path, const dirent& entry) {
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return entry.d_type;
  struct stat found;
  if (stat(path.c_str(), &found) != 0) return DT_UNKNOWN;
  return S_ISDIR(found.st_mode) ? DT_DIR : S_ISREG(found.st_mode) ? DT_REG : DT_UNKNOWN;
}

absl::Status AddFiles(const std::string& folder, absl::string_view suffix, bool recursive,
                      std::vector<std::string>& files, const FolderVisitor& before_each) {
  if (before_each) before_each(folder);
  DIR* open = opendir(folder.c_str());
  if (open == nullptr) return FromErrno(errno, absl::StrCat("reading folder ", folder));
  std::vector<std::string> folders;
  const dirent* entry;
  while ((errno = 0, entry = readdir(open)) != nullptr) {
    const absl::string_view name = entry->d_name;
    const bool wanted = absl::EndsWith(name, suffix);
    const bool hidden = absl::StartsWith(name, ".");
    if (!wanted && (hidden || entry->d_type == DT_REG)) continue;
    if (name == "." || name == "..") continue;
    std::string path = absl::StrCat(folder, "/", name);
    const unsigned char type = TypeOf(path, *entry);
    if (type == DT_REG && wanted) files.push_back(std::move(path));
    if (type == DT_DIR && recursive && !hidden) folders.push_back(std::move(path));
  }
  const int error = errno;
  closedir(open);
  if (error != 0) return FromErrno(error, absl::StrCat("reading folder ", folder));
  for (const std::string& below : folders) {
    RETURN_IF_ERROR(AddFiles(below, suffix, recursive, files, before_each));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, absl::StrCat("reading ", path));
  std::string content;
  struct stat found;
  if (fstat(fd, &found) == 0 && found.st_size > 0) {
    content.reserve(static_cast<size_t>(found.st_size));
  }
  char buffer[65536];
  ssize_t n;
  while ((n = read(fd, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      int error = errno;
      close(fd);
      if (error == EISDIR) {
        return absl::InvalidArgumentError(absl::StrCat("reading ", path, ": it is a folder"));
      }
      return FromErrno(error, absl::StrCat("reading ", path));
    }
    content.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return content;
}

absl::Status WriteFile(const std::string& path, absl::string_view content, Overwrite overwrite) {
  std::string temporary = absl::StrCat(path, ".XXXXXX");
  int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, absl::StrCat("writing ", path));
  mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
  absl::Status status = WriteAll(fd, content, path);
  close(fd);
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
  std::vector<std::string> files;
  RETURN_IF_ERROR(AddFiles(folder, suffix, recursive, files, before_each));
  std::sort(files.begin(), files.end());
  return files;
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
