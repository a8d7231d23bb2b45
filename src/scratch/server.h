// Where throw-away databases are made, and the databases.
#ifndef AUTOGEN_SCRATCH_SERVER_H_
#define AUTOGEN_SCRATCH_SERVER_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/postgres/cluster.h"
#include "src/postgres/connection.h"

namespace autogen::scratch {

struct Options {
  // The configuration's: a server where the databases are made, nowhere else (${NAME} is expanded);
  // "embedded" is a local cluster.
  std::string scratch_url;
  // The database that is compared ("" is libpq's environment); none: a local cluster.
  std::optional<std::string> target_url;
  // The major version of a local cluster (15) where there is no target to ask; 0: the newest
  // installed.
  int major = 0;
  // Holds the local clusters and the cache of canonical models. "":
  // DefaultCacheFolder().
  std::string cache_folder;
};

class Database;

// Chosen in this order: Options::scratch_url; the target's own server, where the role may create
// databases; a local cluster of the same major version, else of the newest. Nothing is asked of any
// server before the first Create. Use by several threads at once is allowed.
class Server {
 public:
  explicit Server(Options options) : options_(std::move(options)) {}
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // A new, empty database (of template0). Databases that killed runs left behind are dropped on the
  // way. FailedPrecondition names the choices where no place can be had.
  absl::StatusOr<std::unique_ptr<Database>> Create();

  // Leaves the target's server for a local cluster, where we are superuser: after a scratch build
  // met PermissionDenied. False where that is no choice: the place is configured, or is a local
  // cluster already. Databases made before stay usable.
  bool FallBackToLocal();

  // After the first Create. "server of app@db.example.com:5432/taskman", "local cluster in …".
  std::string place() const;
  // 150018 and the like; 0 before the first Create.
  int version() const;
  // True where we are superuser of a server that is all ours: roles may be created.
  bool local() const;
  // What the user should know: which major version is used instead of the target's.
  std::vector<std::string> notes() const;
  const Options& options() const { return options_; }

 private:
  friend class Database;
  // One server that was chosen. Databases keep it alive.
  struct Place;

  absl::StatusOr<std::shared_ptr<Place>> Choose();
  absl::StatusOr<std::shared_ptr<Place>> OpenRemote(const std::string& url, bool configured);
  absl::StatusOr<std::shared_ptr<Place>> OpenLocal();

  const Options options_;
  mutable std::mutex mutex_;
  std::shared_ptr<Place> place_;
  std::vector<std::string> refused_;  // why a choice before was not taken
  std::vector<std::string> notes_;
  bool prefer_local_ = false;
  int target_major_ = 0;
};

// Dropped with its object, connections to it included.
class Database {
 public:
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& name() const { return name_; }
  const std::string& url() const { return url_; }
  // The connection that comes with it: function bodies unchecked, an empty search_path.
  postgres::Connection& connection() { return *connection_; }
  // Another one of the same kind.
  absl::StatusOr<postgres::Connection> Connect() const;
  bool local() const;

 private:
  friend class Server;
  Database() = default;
  std::shared_ptr<Server::Place> place_;
  std::string name_;
  std::string url_;
  int32_t lock_ = 0;
  std::optional<postgres::Connection> connection_;
};

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_SERVER_H_
