#include "src/scratch/cache.h"

#include <google/protobuf/arena.h>

#include <memory>
#include <utility>

#include "autogen/snapshot.pb.h"

namespace autogen::scratch {
namespace {

void Put(const model::ObjectId& id, StoredObjectId* stored) {
  stored->set_kind(id.kind);
  stored->set_schema(id.schema);
  stored->set_parent(id.parent);
  stored->set_name(id.name);
}

model::ObjectId Get(const StoredObjectId& stored) {
  return {stored.kind(), stored.schema(), stored.parent(), stored.name()};
}

}  // namespace

std::optional<model::Snapshot> Cache::Find(absl::string_view key) const {
  const std::optional<std::string> bytes = files_.Find(key);
  if (!bytes.has_value()) return std::nullopt;
  // The schema stays where it was parsed.
  auto arena = std::make_shared<google::protobuf::Arena>();
  auto& stored = *google::protobuf::Arena::CreateMessage<StoredSnapshot>(arena.get());
  if (!stored.ParseFromString(*bytes)) return std::nullopt;
  model::Snapshot snapshot;
  snapshot.schema = {arena, stored.mutable_schema()};
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
  StoredSnapshot stored;
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
  files_.Store(key, stored.SerializeAsString());
}

}  // namespace autogen::scratch
