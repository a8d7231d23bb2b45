#include "src/scratch/canonical.h"

#include <sys/stat.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/scratch/build.h"
#include "src/scratch/cache.h"
#include "src/scratch/carry.h"

namespace autogen::scratch {
namespace {

// Which program made a snapshot: another build may read databases in another way.
std::string ProgramVersion() {
  std::string version = AUTOGEN_VERSION;
  struct stat s;
  if (stat("/proc/self/exe", &s) == 0) {
    absl::StrAppend(&version, "/", s.st_size, "/", s.st_mtim.tv_sec, ".", s.st_mtim.tv_nsec);
  }
  return version;
}

absl::StatusOr<introspect::Snapshot> BuildAndRead(Server& server,
                                                  const std::shared_ptr<const Schema>& model) {
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, server.Create());
  postgres::Connection& connection = database->connection();
  ASSIGN_OR_RETURN(std::vector<Step> steps,
                   StepsFor(model, {}, connection.server_version(), false, false));
  BuildOptions build;
  build.retry_missing = true;
  build.create_roles = database->local();
  RETURN_IF_ERROR(Build(connection, steps, build));
  return introspect::Introspect(connection, {});
}

}  // namespace

absl::StatusOr<introspect::Snapshot> Canonicalise(Server& server,
                                                  std::shared_ptr<const Schema> model,
                                                  const CanonicalOptions& options) {
  std::string key;
  std::string folder = server.options().cache_folder;
  if (folder.empty()) folder = DefaultCacheFolder();
  bool use_cache = options.use_cache && options.server_version != 0;
  Cache cache(use_cache ? folder + "/canonical" : "");
  if (use_cache) {
    key = absl::StrCat(ProgramVersion(), "\n", options.server_version, "\n",
                       server.options().scratch_url.empty() ? "" : "configured", "\n");
    model->AppendToString(&key);
    if (auto found = cache.Find(key); found.has_value()) return *std::move(found);
  }

  std::shared_ptr<const Schema> stripped = WithoutCarried(*model);
  absl::StatusOr<introspect::Snapshot> snapshot = BuildAndRead(server, stripped);
  if (absl::IsPermissionDenied(snapshot.status()) && server.FallBackToLocal()) {
    snapshot = BuildAndRead(server, stripped);
  }
  if (!snapshot.ok()) {
    return Annotate(snapshot.status(), "building the model in a scratch database");
  }
  CarryOver(*model, snapshot->schema.get());
  cache.Store(key, *snapshot);
  return snapshot;
}

}  // namespace autogen::scratch
