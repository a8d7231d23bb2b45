#include "src/scratch/canonical.h"

#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/cache_folder.h"
#include "src/base/status.h"
#include "src/model/carry.h"
#include "src/model/equivalent_text.h"
#include "src/model/new_schema.h"
#include "src/scratch/build.h"
#include "src/scratch/cache.h"
#include "src/scratch/library_stubs.h"
#include "src/scratch/stubs.h"

namespace autogen::scratch {
namespace {

// Nobody asks for the rows of materialized views, so their queries do not run.
std::shared_ptr<Schema> WithoutData(const Schema& schema) {
  auto empty = model::CopySchema(schema);
  for (MaterializedView& view : *empty->mutable_materialized_view()) view.set_no_data(true);
  return empty;
}

void RestoreData(const Schema& model, Schema* schema) {
  absl::flat_hash_map<std::pair<std::string, std::string>, bool> no_data;
  for (const MaterializedView& view : model.materialized_view()) {
    no_data[{view.schema(), view.name()}] = view.no_data();
  }
  for (MaterializedView& view : *schema->mutable_materialized_view()) {
    if (!no_data[{view.schema(), view.name()}]) view.clear_no_data();
  }
}

absl::StatusOr<model::Snapshot> BuildAndRead(Server& server,
                                             const std::shared_ptr<const Schema>& schema,
                                             const std::vector<model::Dependency>& dependencies,
                                             const CanonicalOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, server.Create());
  Stubs stubs;
  ASSIGN_OR_RETURN(std::vector<Step> steps,
                   StepsFor(stubs.Apply(*WithoutData(*schema)), dependencies, server.version(),
                            false, false, options.outside));
  BuildOptions build;
  build.retry_missing = true;
  RETURN_IF_ERROR(Build(*database, steps, build));
  ASSIGN_OR_RETURN(model::Snapshot snapshot, ReadBack(*database, options.read));
  stubs.Restore(snapshot.schema.get());
  RestoreData(*schema, snapshot.schema.get());
  return snapshot;
}

// The cache file of one schema's canonical form.
struct Place {
  Cache cache{""};
  std::string key;
};

Place PlaceOf(const Server& server, const Schema& schema, const CanonicalOptions& options) {
  if (!options.use_cache || options.server_version == 0) return {};
  const std::string& folder = server.options().cache_folder;
  std::string key = absl::StrCat(ProgramVersion(), "\n", options.server_version, "\n",
                                 server.options().url.empty() ? "" : "configured", "\n");
  schema.AppendToString(&key);
  if (options.outside != nullptr) {
    for (const std::vector<std::string>* names :
         {&options.read.include, &options.read.exclude, &options.read.exclude_extensions}) {
      absl::StrAppend(&key, "\n", absl::StrJoin(*names, " "));
    }
    options.outside->schema->AppendToString(&key);
  }
  return {Cache(absl::StrCat(folder.empty() ? DefaultCacheFolder() : folder, "/canonical")),
          std::move(key)};
}

// Through the cache; `dependencies` may be empty (see StepsFor).
absl::StatusOr<model::Snapshot> RoundTrip(Server& server, const Schema& schema,
                                          const std::vector<model::Dependency>& dependencies,
                                          const CanonicalOptions& options) {
  const Place place = PlaceOf(server, schema, options);
  if (auto found = place.cache.Find(place.key); found.has_value()) return *std::move(found);
  std::shared_ptr<const Schema> stripped = model::WithoutCarried(schema);
  ASSIGN_OR_RETURN(model::Snapshot snapshot, BuildAndRead(server, stripped, dependencies, options));
  model::CarryOver(schema, snapshot.schema.get());
  place.cache.Store(place.key, snapshot);
  return snapshot;
}

}  // namespace

absl::StatusOr<model::Snapshot> Canonicalise(Server& server, std::shared_ptr<const Schema> model,
                                             const CanonicalOptions& options) {
  absl::StatusOr<model::Snapshot> canonical = RoundTrip(server, *model, {}, options);
  if (!canonical.ok()) {
    return Annotate(canonical.status(), "building the model in a scratch database");
  }
  if (options.current == nullptr) return canonical;
  const Schema& current = *options.current->schema;
  model::AdoptTexts(*model, current, current, canonical->schema.get());
  if (!model::TextsDiffer(*canonical->schema, current)) return canonical;
  AlignTexts(server, *options.current, options, &*canonical);
  return canonical;
}

std::optional<model::Snapshot> FindCanonical(const Server& server, const Schema& model,
                                             const CanonicalOptions& options) {
  const Place place = PlaceOf(server, model, options);
  return place.cache.Find(place.key);
}

absl::StatusOr<model::Snapshot> TextsOfCopy(Server& server, const model::Snapshot& snapshot,
                                            const CanonicalOptions& options) {
  return RoundTrip(server, *snapshot.schema, snapshot.dependencies, options);
}

void AlignTexts(Server& server, const model::Snapshot& current, const CanonicalOptions& options,
                model::Snapshot* target) {
  // Copies of both say whether a text still differs when it has come in the same way.
  // The server does most of the work: at once they take half the time.
  absl::StatusOr<model::Snapshot> left, right;
  std::thread other([&] { right = TextsOfCopy(server, current, options); });
  left = TextsOfCopy(server, *target, options);
  other.join();
  if (!left.ok() || !right.ok()) return;
  auto schema = model::CopySchema(*target->schema);
  model::AdoptTexts(*left->schema, *right->schema, *current.schema, schema.get());
  target->schema = std::move(schema);
}

}  // namespace autogen::scratch
