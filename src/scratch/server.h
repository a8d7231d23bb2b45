// The server of scratch databases, and the databases.
#ifndef AUTOGEN_SCRATCH_SERVER_H_
#define AUTOGEN_SCRATCH_SERVER_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/postgres/connection.h"
#include "src/scratch/superuser.h"

namespace autogen::scratch {

// All of it is the choice of the person who runs the program, none of it of a repository.
struct Options {
  // A server where the databases are made. "": a private cluster.
  std::string url;
  // Whatever a model or script does to that server does no harm: a superuser's URL is taken.
  bool disposable = false;
  // The database that is compared; it is asked for nothing but its version, and only where
  // Server::SetTarget() was not called.
  std::optional<std::string> target_url;
  // The major version of a private cluster (15) where there is no target; 0: the newest installed.
  int major = 0;
  // How long one statement may take; everything together ten times as long. See Watchdog.
  int timeout_s = 60;
  // What the files of a private cluster may take together: looked at each second.
  int64_t disk_limit = int64_t{8} << 30;
  // Beside HarmlessExtensions().
  std::vector<std::string> allowed_extensions;
  // Holds the cache of canonical models and what private clusters are copied from. "":
  // DefaultCacheFolder().
  std::string cache_folder;
};

class Database;

// A private cluster of the target's major version, else of the nearest above; or the server of
// Options::url. Nothing is started and no server is asked before the first Create. Use by several
// threads at once is allowed.
class Server {
 public:
  explicit Server(Options options) : options_(std::move(options)) {}
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The version of the database that is compared (150018 and the like); before the first Create.
  void SetTarget(int server_version);

  // A new, empty database (of template0), and a role that may do nothing outside of it.
  // FailedPrecondition names the choices where no place can be had; PermissionDenied where the role
  // of Options::url could do harm with a model's code.
  absl::StatusOr<std::unique_ptr<Database>> Create();

  // After the first Create. "server of app@db.example.com:5432/taskman", "private cluster".
  std::string place() const;
  // 150018 and the like; 0 before the first Create.
  int version() const;
  // The databases have another major version than the target: texts of the two compare only when
  // both were read in scratch databases. Chooses the place where that was not done.
  absl::StatusOr<bool> HasOtherVersion();
  // What scripts do to other databases, roles and settings of the server harms nobody: it is
  // private, or disposable. Chooses the place likewise.
  absl::StatusOr<bool> IsExpendable();
  // What the user should know: which major version is used instead of the target's, which parts of
  // the isolation this machine does not allow, and what was not built as it was written in the
  // dropped databases.
  std::vector<std::string> notes() const;
  void AddNote(std::string note);
  const Options& options() const { return options_; }

 private:
  friend class Database;
  // One server that was chosen. Databases keep it alive.
  struct Place;

  absl::StatusOr<std::shared_ptr<Place>> Choose();
  absl::StatusOr<std::shared_ptr<Place>> OpenRemote();
  absl::StatusOr<std::shared_ptr<Place>> OpenPrivate();
  absl::Status FindTargetVersion();

  const Options options_;
  mutable std::mutex mutex_;
  std::shared_ptr<Place> place_;
  std::vector<std::string> notes_;
  int target_major_ = 0;
};

// Gone with its object, connections to it included.
class Database {
 public:
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& name() const { return name_; }
  // The session that models and scripts run in: function bodies unchecked, an empty search_path.
  postgres::Connection& connection() { return *connection_; }
  // A session in which none of that runs, opened before any of it did: what it reads, no setting
  // and no temporary table of theirs can falsify. In a private cluster it is a superuser's, which
  // sees the options of user mappings; it must be sent nothing but queries of the catalogs.
  postgres::Connection& reader() { return *reader_; }
  // For what the role is refused; nullptr on a server that is not private.
  Superuser* superuser() { return superuser_.has_value() ? &*superuser_ : nullptr; }
  // Creates a role that statements name; where it may not, the status says so.
  absl::Status EnsureRole(const std::string& name);
  // The same for a tablespace, in a private cluster only.
  absl::Status EnsureTablespace(const std::string& name);

 private:
  friend class Server;
  Database() = default;
  absl::Status Open();
  absl::StatusOr<postgres::Connection> Connect() const;

  std::shared_ptr<Server::Place> place_;
  std::string name_;
  std::string role_;      // "" on a server that is not private
  std::string password_;  // of the role
  int32_t lock_ = 0;
  std::optional<postgres::Connection> connection_;
  std::optional<postgres::Connection> reader_;
  std::optional<Superuser> superuser_;
};

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_SERVER_H_
