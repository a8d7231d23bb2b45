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

  // `path` as ListFiles() gives it.
  std::string Below(const std::string& path) const {
    return path.size() < prefix_.size() ? "" : path.substr(prefix_.size());
  }
  std::string Path(const std::string& below) const { return absl::StrCat(prefix_, below); }
  // As openat(), fstatat(); "" is the folder itself.
  int Open(const std::string& below) const {
    return openat(fd_, below.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  }
  std::optional<FileStamp> Stat(const std::string& below) const {
    struct stat found;
    if (fstatat(fd_, below.c_str(), &found, below.empty() ? AT_EMPTY_PATH : 0) != 0) {
      return std::nullopt;
    }
    return FileStamp::Of(found);
  }

 private:
  std::string prefix_;
  int fd_;
};

// The file, or where `whole` is false what it has up to its first section: scripts are long,
// headers short.
absl::StatusOr<std::string> ReadScriptFile(const Folder& folder, const std::string& below,
                                           bool whole) {
  const std::string path = folder.Path(below);
  int fd = folder.Open(below);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  struct stat found;
  if (whole || (fstat(fd, &found) == 0 && !S_ISREG(found.st_mode))) {
    absl::StatusOr<std::string> all = ReadRegular(fd, path, kMaxFileBytes);
    close(fd);
    return all;
  }
  constexpr char kSection[] = "\n-- autogen:";
  std::string text;
  char buffer[4096];
  size_t looked = 0;  // no section starts before it
  while (text.find(kSection, looked) == std::string::npos && text.size() < kMaxFileBytes) {
    looked = text.size() - std::min(text.size(), sizeof kSection);
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

void Read(const Folder& folder, const std::string& below, Checksums checksums, Loaded& out) {
  const bool whole = checksums == Checksums::kCompute;
  absl::StatusOr<std::string> text = ReadScriptFile(folder, below, whole);
  out.unreadable = !text.ok();
  out.status = text.status();
  if (!text.ok()) return;
  absl::StatusOr<Revision> revision = ParseHeader(*text, folder.Path(below));
  out.status = revision.status();
  if (!revision.ok()) return;
  out.revision = *std::move(revision);
  if (whole) out.revision.checksum = Checksum(*text);
}

// The scripts of one folder: their paths in it, and the folders that were read for them.
struct Scripts {
  std::vector<std::string> files;
  std::vector<HeaderCache::Folder> folders;  // none: from the cache
};

absl::StatusOr<Scripts> FindScripts(const std::string& path, const Folder& folder,
                                    const HeaderCache& cache) {
  Scripts scripts;
  auto stamp_of = [&](const std::string& below) { return folder.Stat(below); };
  if (std::optional<std::vector<std::string>> kept = cache.Files(stamp_of)) {
    scripts.files = *std::move(kept);
    return scripts;
  }
  // A stamp must be older than what was seen.
  auto remember = [&](const std::string& seen) {
    std::string below = folder.Below(seen);
    if (std::optional<FileStamp> stamp = folder.Stat(below)) {
      scripts.folders.push_back({std::move(below), *stamp});
    }
  };
  ASSIGN_OR_RETURN(scripts.files, ListFiles(path, ".sql", true, remember));
  for (std::string& file : scripts.files) file = folder.Below(file);
  return scripts;
}

void SaveToCache(const HeaderCache& cache, const Scripts& scripts,
                 const std::vector<Loaded>& loaded) {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  const int64_t now_ns = static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
  auto old = [&](const auto& one) { return !HeaderCache::TooYoung(one.stamp, now_ns); };
  const bool news =
      std::any_of(loaded.begin(), loaded.end(),
                  [&](const Loaded& one) { return one.status.ok() && !one.cached && old(one); }) ||
      (!scripts.folders.empty() &&
       std::all_of(scripts.folders.begin(), scripts.folders.end(), old) &&
       std::all_of(loaded.begin(), loaded.end(), old));
  if (!news) return;
  std::vector<HeaderCache::Entry> entries;
  for (size_t i = 0; i < scripts.files.size(); ++i) {
    if (!loaded[i].status.ok()) continue;
    entries.push_back({scripts.files[i], loaded[i].stamp, loaded[i].revision});
  }
  const bool all = entries.size() == scripts.files.size();
  cache.Save(entries, all ? scripts.folders : std::vector<HeaderCache::Folder>(), now_ns);
}

absl::StatusOr<std::vector<Loaded>> LoadFolder(const std::string& path, Checksums checksums) {
  const Folder folder(path);
  const HeaderCache cache(path);
  ASSIGN_OR_RETURN(Scripts scripts, FindScripts(path, folder, cache));
  const std::vector<std::string>& files = scripts.files;
  const bool use_cache = files.size() >= kWorthCaching;
  std::vector<Loaded> loaded(files.size());
  ParallelFor(files.size(), [&](size_t i) {
    Loaded& one = loaded[i];
    // The stamp first: a write after it makes the entry void.
    std::optional<FileStamp> stamp;
    if (use_cache) stamp = folder.Stat(files[i]);
    if (stamp.has_value()) {
      one.stamp = *stamp;
      std::optional<Revision> kept = cache.Find(files[i], i, one.stamp);
      if (kept.has_value() && (checksums == Checksums::kNone || !kept->checksum.empty())) {
        one.revision = *std::move(kept);
        one.revision.path = folder.Path(files[i]);
        one.cached = true;
        return;
      }
    }
    Read(folder, files[i], checksums, one);
  });
  if (use_cache) SaveToCache(cache, scripts, loaded);
  return loaded;
}

}  // namespace

absl::StatusOr<Graph> LoadGraph(absl::Span<const std::string> folders, Checksums checksums,
                                const impact::Dialect& dialect) {
  std::vector<Revision> revisions;
  std::vector<std::string> errors;
  for (const std::string& path : folders) {
    absl::StatusOr<std::vector<Loaded>> loaded = LoadFolder(path, checksums);
    if (absl::IsNotFound(loaded.status())) {
      return absl::NotFoundError(
          absl::StrCat("no folder ", path,
                       " for scripts; `autogen init` creates one, --versions names another"));
    }
    RETURN_IF_ERROR(loaded.status());
    revisions.reserve(revisions.size() + loaded->size());
    for (Loaded& one : *loaded) {
      if (one.unreadable) return one.status;
      if (one.status.ok()) {
        revisions.push_back(std::move(one.revision));
      } else {
        errors.emplace_back(one.status.message());
      }
    }
  }
  if (!errors.empty()) return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
  ASSIGN_OR_RETURN(Graph graph, Graph::Build(std::move(revisions)));
  graph.set_dialect(dialect);
  return graph;
}

}  // namespace autogen::revision
