// Private PostgreSQL clusters made with the installed binaries.
#ifndef AUTOGEN_POSTGRES_CLUSTER_H_
#define AUTOGEN_POSTGRES_CLUSTER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace autogen::postgres {

struct ClusterOptions {
  // The cluster's folder: data/, the socket, the log, a lock file. Made where it is missing.
  std::string folder;
  // Folder of initdb, pg_ctl, postgres. Default: $AUTOGEN_PG_BIN, pg_config's, the newest
  // under /usr/lib/postgresql, $PATH.
  std::string bin_dir;
  // For throw-away clusters: fsync off.
  bool durable = true;
};

// A running cluster on a Unix socket only (mode 0700). Several processes may hold the same folder:
// the first starts the server, the last one out stops it (shared lock files; a crash of any of them
// leaves nothing that the next cannot take over). As root, the server runs as the owner of an
// unprivileged account
// ("postgres", else "nobody"), since postgres refuses root.
class Cluster {
 public:
  // FailedPrecondition where no binaries are found says what to install.
  static absl::StatusOr<std::unique_ptr<Cluster>> Start(const ClusterOptions& options);
  ~Cluster();  // stops the server if no other holder is left

  // libpq keywords for `database`, as the cluster's superuser.
  std::string Url(const std::string& database) const;
  // Creates `database` unless it is there.
  absl::Status EnsureDatabase(const std::string& database);
  const std::string& folder() const { return options_.folder; }

 private:
  explicit Cluster(ClusterOptions options);
  absl::Status Acquire();
  void Release();
  ClusterOptions options_;
  std::string socket_dir_;
  std::string user_;
  int lock_fd_ = -1;
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_CLUSTER_H_
