#include "src/base/keyed_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/trusted_file.h"

namespace autogen {
namespace {

namespace fs = std::filesystem;

// FNV-1a over words of eight bytes.
uint64_t Hash(absl::string_view text) {
  uint64_t hash = 14695981039346656037u ^ text.size();
  for (; !text.empty(); text.remove_prefix(std::min<size_t>(text.size(), 8))) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), std::min<size_t>(text.size(), 8));
    hash = (hash ^ word) * 1099511628211u;
    hash ^= hash >> 29;
  }
  return hash;
}

// The length of the key, the key, the content, and what shows that it is whole and as it was.
std::string Header(absl::string_view key) { return absl::StrCat(key.size(), "\n", key, "\n"); }
std::string Footer(absl::string_view content) {
  return absl::StrCat("\n", absl::Hex(Hash(content), absl::kZeroPad16), "\n");
}
constexpr size_t kFooter = 18;

}  // namespace

std::string KeyedFiles::PathOf(absl::string_view key) const {
  return absl::StrCat(folder_, "/", absl::Hex(Hash(key), absl::kZeroPad16), suffix_);
}

std::optional<std::string> KeyedFiles::Find(absl::string_view key) const {
  if (folder_.empty()) return std::nullopt;
  const std::string path = PathOf(key);
  absl::StatusOr<std::string> bytes = ReadOwnFile(path);
  const std::string header = Header(key);
  if (!bytes.ok() || bytes->size() < header.size() + kFooter || !absl::StartsWith(*bytes, header)) {
    return std::nullopt;
  }
  std::string content = *std::move(bytes);
  const std::string footer = content.substr(content.size() - kFooter);
  content.resize(content.size() - kFooter);
  content.erase(0, header.size());
  if (footer != Footer(content)) return std::nullopt;
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);  // used: stays longer
  return content;
}

void KeyedFiles::Store(absl::string_view key, absl::string_view content) const {
  if (folder_.empty() || !MakeOwnFolder(folder_).ok()) return;
  if (WriteOwnFile(PathOf(key), absl::StrCat(Header(key), content, Footer(content))).ok()) Prune();
}

void KeyedFiles::Prune() const {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (entry.path().extension() == suffix_) {
      files.emplace_back(entry.last_write_time(error), entry.path());
    }
  }
  if (files.size() <= most_) return;
  std::sort(files.begin(), files.end());
  files.resize(files.size() - most_);
  for (const auto& [time, path] : files) fs::remove(path, error);
}

std::string ProgramVersion() {
  std::string version = AUTOGEN_VERSION;
  struct stat s;
  if (stat("/proc/self/exe", &s) == 0) {
    absl::StrAppend(&version, "/", s.st_size, "/", s.st_mtim.tv_sec, ".", s.st_mtim.tv_nsec);
  }
  return version;
}

}  // namespace autogen
