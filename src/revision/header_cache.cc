#include "src/revision/header_cache.h"

#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "src/base/cache_folder.h"
#include "src/base/file.h"
#include "src/base/sha256.h"
#include "src/base/trusted_file.h"

namespace autogen::revision {
namespace {

// Another version may read headers otherwise.
constexpr absl::string_view kMagic = "autogen headers " AUTOGEN_VERSION " 2\n";
// Coarser than any file system's clock.
constexpr int64_t kYoungNs = 3'000'000'000;

void Put(uint32_t number, std::string& out) {
  char bytes[sizeof number];
  memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void Put(absl::string_view text, std::string& out) {
  Put(static_cast<uint32_t>(text.size()), out);
  out.append(text.data(), text.size());
}

void Put(const std::vector<std::string>& list, std::string& out) {
  Put(static_cast<uint32_t>(list.size()), out);
  for (const std::string& text : list) Put(absl::string_view(text), out);
}

void Put(const FileStamp& stamp, std::string& out) {
  char bytes[sizeof stamp];
  memcpy(bytes, &stamp, sizeof stamp);
  out.append(bytes, sizeof stamp);
}

// Takes values from the front of a text; `ok` is false from the first one on that is not there.
class Reader {
 public:
  explicit Reader(absl::string_view rest) : rest_(rest) {}
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

  absl::string_view Bytes(size_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    absl::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  uint32_t Number() {
    uint32_t number = 0;
    const absl::string_view bytes = Bytes(sizeof number);
    if (ok_) memcpy(&number, bytes.data(), sizeof number);
    return number;
  }
  absl::string_view Text() { return Bytes(Number()); }
  std::string String() { return std::string(Text()); }
  std::vector<std::string> List() {
    std::vector<std::string> list;
    for (uint32_t n = Number(); n > 0 && ok_; --n) list.push_back(String());
    return list;
  }
  FileStamp Stamp() {
    FileStamp stamp;
    const absl::string_view bytes = Bytes(sizeof stamp);
    if (ok_) memcpy(&stamp, bytes.data(), sizeof stamp);
    return stamp;
  }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

int64_t Nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

std::string CacheFile(const std::string& folder) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(folder, error);
  if (error) return "";
  return absl::StrCat(DefaultCacheFolder(), "/headers/", Sha256Hex(real.string()).substr(0, 32));
}

}  // namespace

FileStamp FileStamp::Of(const struct stat& file) {
  return {Nanoseconds(file.st_mtim), Nanoseconds(file.st_ctim), static_cast<int64_t>(file.st_size),
          file.st_ino, file.st_dev};
}

bool HeaderCache::TooYoung(const FileStamp& stamp, int64_t now_ns) {
  return std::max(stamp.modified_ns, stamp.changed_ns) > now_ns - kYoungNs;
}

HeaderCache::HeaderCache(const std::string& folder) : file_(CacheFile(folder)) {
  absl::StatusOr<std::string> data = ReadOwnFile(file_);
  if (!data.ok()) return;
  data_ = *std::move(data);
  Reader reader(data_);
  if (reader.Bytes(kMagic.size()) != kMagic) return;
  for (uint32_t n = reader.Number(); n > 0 && reader.ok(); --n) {
    std::string path = reader.String();
    folders_.push_back({std::move(path), reader.Stamp()});
  }
  while (reader.ok() && !reader.at_end()) {
    const absl::string_view path = reader.Text();
    const absl::string_view rest = reader.Text();
    if (reader.ok()) entries_.emplace_back(path, rest);
  }
  if (reader.ok()) return;
  folders_.clear();
  entries_.clear();
}

std::optional<std::vector<std::string>> HeaderCache::Files(
    const std::function<std::optional<FileStamp>(const std::string& path)>& stamp_of) const {
  if (folders_.empty()) return std::nullopt;
  for (const Folder& folder : folders_) {
    const std::optional<FileStamp> stamp = stamp_of(folder.path);
    if (!stamp.has_value() || !(*stamp == folder.stamp)) return std::nullopt;
  }
  std::vector<std::string> paths;
  paths.reserve(entries_.size());
  for (const auto& [path, rest] : entries_) paths.emplace_back(path);
  return paths;
}

std::optional<Revision> HeaderCache::Find(absl::string_view path, size_t hint,
                                          const FileStamp& stamp) const {
  auto at = entries_.begin() + static_cast<ptrdiff_t>(std::min(hint, entries_.size()));
  if (at == entries_.end() || at->first != path) {
    at = std::lower_bound(
        entries_.begin(), entries_.end(), path,
        [](const auto& entry, absl::string_view other) { return entry.first < other; });
  }
  if (at == entries_.end() || at->first != path) return std::nullopt;
  Reader reader(at->second);
  if (!(reader.Stamp() == stamp)) return std::nullopt;
  Revision revision;
  revision.id = reader.String();
  revision.revises = reader.List();
  revision.depends_on = reader.List();
  revision.labels = reader.List();
  revision.message = reader.String();
  revision.created = reader.String();
  revision.checksum = reader.String();
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return revision;
}

void HeaderCache::Save(const std::vector<Entry>& entries, const std::vector<Folder>& folders,
                       int64_t now_ns) const {
  if (file_.empty()) return;
  std::string data(kMagic);
  const bool all_old = std::none_of(entries.begin(), entries.end(),
                                    [&](const Entry& e) { return TooYoung(e.stamp, now_ns); }) &&
                       std::none_of(folders.begin(), folders.end(),
                                    [&](const Folder& f) { return TooYoung(f.stamp, now_ns); });
  Put(static_cast<uint32_t>(all_old ? folders.size() : 0), data);
  if (all_old) {
    for (const Folder& folder : folders) {
      Put(absl::string_view(folder.path), data);
      Put(folder.stamp, data);
    }
  }
  for (const Entry& entry : entries) {
    if (TooYoung(entry.stamp, now_ns)) continue;
    const Revision& revision = entry.revision;
    std::string rest;
    Put(entry.stamp, rest);
    Put(absl::string_view(revision.id), rest);
    Put(revision.revises, rest);
    Put(revision.depends_on, rest);
    Put(revision.labels, rest);
    Put(absl::string_view(revision.message), rest);
    Put(absl::string_view(revision.created), rest);
    Put(absl::string_view(revision.checksum), rest);
    Put(absl::string_view(entry.path), data);
    Put(absl::string_view(rest), data);
  }
  if (!MakeOwnFolder(DirName(file_)).ok()) return;
  WriteOwnFile(file_, data).IgnoreError();
}

}  // namespace autogen::revision
