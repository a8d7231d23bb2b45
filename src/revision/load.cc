#include "src/revision/load.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/file.h"
#include "src/base/parallel.h"
#include "src/base/status.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

// The folder's files are opened below it: the way to it is not walked ten thousand times.
class Folder {
 public:
  explicit Folder(const std::string& path)
      : prefix_(absl::StrCat(path, "/")),
        fd_(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
  ~Folder() {
    if (fd_ >= 0) close(fd_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  int Open(const std::string& path) const {
    const bool below = fd_ >= 0 && absl::StartsWith(path, prefix_);
    return openat(below ? fd_ : AT_FDCWD, path.c_str() + (below ? prefix_.size() : 0),
                  O_RDONLY | O_CLOEXEC);
  }

 private:
  std::string prefix_;
  int fd_;
};

// The file, or where `whole` is false what it has up to its first section: scripts are long,
// headers short.
absl::StatusOr<std::string> ReadScriptFile(const Folder& folder, const std::string& path,
                                           bool whole) {
  int fd = folder.Open(path);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  std::string text;
  char buffer[4096];
  while (whole || !absl::StrContains(text, "\n-- autogen:")) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      absl::Status status = absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
      close(fd);
      return status;
    }
    if (n == 0) break;
    text.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  return text;
}

// One script; `unreadable` tells a file that could not be read from one that is wrong.
struct Loaded {
  Revision revision;
  absl::Status status;
  bool unreadable = false;
};

Loaded Load(const Folder& folder, const std::string& path, Checksums checksums) {
  const bool whole = checksums == Checksums::kCompute;
  absl::StatusOr<std::string> text = ReadScriptFile(folder, path, whole);
  if (!text.ok()) return {{}, text.status(), true};
  absl::StatusOr<Revision> revision = ParseHeader(*text, path);
  if (!revision.ok()) return {{}, revision.status(), false};
  if (whole) revision->checksum = Checksum(*text);
  return {*std::move(revision), absl::OkStatus(), false};
}

}  // namespace

absl::StatusOr<Graph> LoadGraph(absl::Span<const std::string> folders, Checksums checksums) {
  std::vector<Revision> revisions;
  std::vector<std::string> errors;
  for (const std::string& path : folders) {
    absl::StatusOr<std::vector<std::string>> files = ListFiles(path, ".sql", true);
    if (absl::IsNotFound(files.status())) {
      return absl::NotFoundError(absl::StrCat(
          "no folder ", path, " for scripts; `autogen init` makes one, --versions names another"));
    }
    RETURN_IF_ERROR(files.status());
    const Folder folder(path);
    std::vector<Loaded> loaded(files->size());
    ParallelFor(files->size(), [&](size_t i) { loaded[i] = Load(folder, (*files)[i], checksums); });
    for (Loaded& one : loaded) {
      if (one.unreadable) return one.status;
      if (one.status.ok()) {
        revisions.push_back(std::move(one.revision));
      } else {
        errors.emplace_back(one.status.message());
      }
    }
  }
  if (!errors.empty()) return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
  return Graph::Build(std::move(revisions));
}

}  // namespace autogen::revision
