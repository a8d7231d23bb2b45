#include "src/scratch/cache.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "autogen/snapshot.pb.h"
#include "src/base/file.h"
#include "src/base/trusted_file.h"
#include "src/model/new_schema.h"

namespace autogen::scratch {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFiles = 64;
constexpr char kSuffix[] = ".snapshot";

uint64_t Hash(absl::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

void Put(const model::ObjectId& id, StoredObjectId* stored) {
  stored->set_kind(id.kind);
  stored->set_schema(id.schema);
  stored->set_parent(id.parent);
  stored->set_name(id.name);
}

model::ObjectId Get(const StoredObjectId& stored) {
  return {stored.kind(), stored.schema(), stored.parent(), stored.name()};
}

void Prune(const std::string& folder) {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == kSuffix) {
      files.emplace_back(entry.last_write_time(error), entry.path());
    }
  }
  if (files.size() <= kFiles) return;
  std::sort(files.begin(), files.end());
  files.resize(files.size() - kFiles);
  for (const auto& [time, path] : files) fs::remove(path, error);
}

}  // namespace

std::string Cache::PathOf(absl::string_view key) const {
  return absl::StrCat(folder_, "/", absl::Hex(Hash(key), absl::kZeroPad16), kSuffix);
}

std::optional<model::Snapshot> Cache::Find(absl::string_view key) const {
  if (folder_.empty()) return std::nullopt;
  std::string path = PathOf(key);
  absl::StatusOr<std::string> bytes = ReadOwnFile(path);
  StoredSnapshot stored;
  if (!bytes.ok() || !stored.ParseFromString(*bytes) || stored.key() != key) return std::nullopt;
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);  // used: stays longer
  model::Snapshot snapshot;
  snapshot.schema = model::CopySchema(stored.schema());
  snapshot.dependencies.reserve(static_cast<size_t>(stored.dependency_size()));
  for (const StoredDependency& d : stored.dependency()) {
    snapshot.dependencies.push_back({Get(d.dependent()), Get(d.referenced()), d.field(), d.weak()});
  }
  for (const StoredUnmanaged& u : stored.unmanaged()) {
    snapshot.unmanaged.push_back({u.what(), u.name()});
  }
  snapshot.server_version = stored.server_version();
  snapshot.current_user = stored.current_user();
  snapshot.database = stored.database();
  return snapshot;
}

void Cache::Store(absl::string_view key, const model::Snapshot& snapshot) const {
  if (folder_.empty()) return;
  StoredSnapshot stored;
  stored.set_key(key.data(), key.size());
  *stored.mutable_schema() = *snapshot.schema;
  for (const model::Dependency& d : snapshot.dependencies) {
    StoredDependency* s = stored.add_dependency();
    Put(d.dependent, s->mutable_dependent());
    Put(d.referenced, s->mutable_referenced());
    s->set_field(d.field);
    s->set_weak(d.weak);
  }
  for (const model::Unmanaged& u : snapshot.unmanaged) {
    StoredUnmanaged* s = stored.add_unmanaged();
    s->set_what(u.what);
    s->set_name(u.name);
  }
  stored.set_server_version(snapshot.server_version);
  stored.set_current_user(snapshot.current_user);
  stored.set_database(snapshot.database);
  if (!MakeOwnFolder(folder_).ok() || !WriteOwnFile(PathOf(key), stored.SerializeAsString()).ok())
    return;
  Prune(folder_);
}

std::string ProgramVersion() {
  std::string version = AUTOGEN_VERSION;
  struct stat s;
  if (stat("/proc/self/exe", &s) == 0) {
    absl::StrAppend(&version, "/", s.st_size, "/", s.st_mtim.tv_sec, ".", s.st_mtim.tv_nsec);
  }
  return version;
}

}  // namespace autogen::scratch
