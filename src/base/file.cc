#include "src/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

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

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, absl::StrCat("reading ", path));
  std::string content;
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
                                                   absl::string_view suffix, bool recursive) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> files;
  fs::recursive_directory_iterator it(folder, fs::directory_options::follow_directory_symlink,
                                      error);
  if (error) return FromErrno(error.value(), absl::StrCat("reading folder ", folder));
  for (; it != fs::recursive_directory_iterator(); it.increment(error)) {
    const fs::directory_entry& entry = *it;
    std::string name = entry.path().filename().string();
    std::error_code ignored;
    if (entry.is_directory(ignored)) {
      if (!recursive || absl::StartsWith(name, ".")) it.disable_recursion_pending();
      continue;
    }
    if (entry.is_regular_file(ignored) && absl::EndsWith(name, suffix)) {
      files.push_back(entry.path().string());
    }
  }
  if (error) return FromErrno(error.value(), absl::StrCat("reading folder ", folder));
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
