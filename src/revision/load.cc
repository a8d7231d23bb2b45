#include "src/revision/load.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/file.h"
#include "src/base/parallel.h"
#include "src/base/status.h"
#include "src/revision/header_cache.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

// From how many scripts on it pays to keep what they said.
constexpr size_t kWorthCaching = 500;

// The folder's files are found below it: the way to it is not walked ten thousand times.
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

  // `path` as ListFiles() gives it. As open(), fstatat().
  const char* Below(const std::string& path) const { return path.c_str() + prefix_.size(); }
  int Open(const std::string& path) const { return openat(fd_, Below(path), O_RDONLY | O_CLOEXEC); }
  bool Stat(const std::string& path, FileStamp* stamp) const {
    struct stat found;
    if (fstatat(fd_, Below(path), &found, 0) != 0) return false;
    *stamp = FileStamp::Of(found);
    return true;
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
  FileStamp stamp;
  bool cached = false;
};

void Read(const Folder& folder, const std::string& path, Checksums checksums, Loaded& out) {
  const bool whole = checksums == Checksums::kCompute;
  absl::StatusOr<std::string> text = ReadScriptFile(folder, path, whole);
  out.unreadable = !text.ok();
  out.status = text.status();
  if (!text.ok()) return;
  absl::StatusOr<Revision> revision = ParseHeader(*text, path);
  out.status = revision.status();
  if (!revision.ok()) return;
  out.revision = *std::move(revision);
  if (whole) out.revision.checksum = Checksum(*text);
}

void SaveToCache(const HeaderCache& cache, const Folder& folder,
                 const std::vector<std::string>& files, const std::vector<Loaded>& loaded) {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  const int64_t now_ns = static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
  const bool news = std::any_of(loaded.begin(), loaded.end(), [&](const Loaded& one) {
    return one.status.ok() && !one.cached && !HeaderCache::TooYoung(one.stamp, now_ns);
  });
  if (!news) return;
  std::vector<HeaderCache::Entry> entries;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!loaded[i].status.ok()) continue;
    entries.push_back({folder.Below(files[i]), loaded[i].stamp, loaded[i].revision});
  }
  cache.Save(entries, now_ns);
}

std::vector<Loaded> LoadFiles(const std::string& path, const std::vector<std::string>& files,
                              Checksums checksums) {
  const Folder folder(path);
  std::optional<HeaderCache> cache;
  if (files.size() >= kWorthCaching) cache.emplace(path);
  std::vector<Loaded> loaded(files.size());
  ParallelFor(files.size(), [&](size_t i) {
    Loaded& one = loaded[i];
    // The stamp first: a write after it makes the entry void.
    if (cache.has_value() && folder.Stat(files[i], &one.stamp)) {
      std::optional<Revision> kept = cache->Find(folder.Below(files[i]), i, one.stamp);
      if (kept.has_value() && (checksums == Checksums::kNone || !kept->checksum.empty())) {
        one.revision = *std::move(kept);
        one.revision.path = files[i];
        one.cached = true;
        return;
      }
    }
    Read(folder, files[i], checksums, one);
  });
  if (cache.has_value()) SaveToCache(*cache, folder, files, loaded);
  return loaded;
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
    revisions.reserve(revisions.size() + files->size());
    for (Loaded& one : LoadFiles(path, *files, checksums)) {
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
