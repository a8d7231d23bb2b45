// Private PostgreSQL clusters made with the installed binaries.
#ifndef AUTOGEN_POSTGRES_CLUSTER_H_
#define AUTOGEN_POSTGRES_CLUSTER_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/base/process.h"

namespace autogen::postgres {

struct ClusterOptions {
  // The cluster's folder: data/ (with the log, server.log) and the lock files. Made where it is
  // missing.
  std::string folder;
  // Folder of initdb, pg_ctl, postgres. Default: $AUTOGEN_PG_BIN, pg_config's, the newest
  // under /usr/lib/postgresql, $PATH; for a folder that exists, the version that made it.
  std::string bin_dir;
  // For temporary clusters: fsync off.
  bool durable = true;
  // Lines of postgresql.conf over ours, when the cluster is made.
  std::vector<std::pair<std::string, std::string>> settings;
};

// A running cluster on a Unix socket only (mode 0700). Several processes may hold the same folder:
// the first starts the server, the last one out stops it (shared lock files; a crash of any of them
// leaves nothing that the next cannot take over). As root, the server runs as an unprivileged
// account
// ("postgres", else "nobody"), since postgres refuses root; where that account cannot reach
// `folder`, the data lies in /var/tmp, and `folder`/location names the place.
class Cluster {
 public:
  // FailedPrecondition where no binaries are found says what to install; for a data folder that
  // this user did not make there (see cluster_stamp.h), what to do with it. Such a one is neither
  // started nor changed.
  static absl::StatusOr<std::unique_ptr<Cluster>> Start(const ClusterOptions& options);
  // Makes the data folder of `options.folder` one that Start() takes, whoever made it. Returns it.
  static absl::StatusOr<std::string> TakeOver(const ClusterOptions& options);
  ~Cluster();  // stops the server if no other holder is left

  // libpq keywords for `database`, as the cluster's superuser.
  std::string Url(const std::string& database) const;
  // Creates `database` unless it is there.
  absl::Status EnsureDatabase(const std::string& database);
  const std::string& folder() const { return options_.folder; }
  const std::string& data_folder() const { return data_; }
  // The account that the server runs as; our own where we are not root.
  const Account* account() const { return account_.has_value() ? &*account_ : nullptr; }
  const std::string& bin_dir() const { return bin_; }

 private:
  explicit Cluster(ClusterOptions options) : options_(std::move(options)) {}
  // With the folder made where it is missing, and its links resolved.
  static absl::StatusOr<std::unique_ptr<Cluster>> Open(const ClusterOptions& options);
  absl::Status Prepare();     // folders, account, binaries
  absl::Status Initialise();  // initdb, or the check that it was ours
  absl::Status MakeData(const std::string& fresh) const;
  absl::Status StartServer();  // unless it runs
  absl::Status Acquire();
  void Release();
  bool Answers() const;
  absl::Status Run(const std::vector<std::string>& argument, const std::string& what) const;

  ClusterOptions options_;
  std::optional<Account> account_;
  std::string bin_;
  std::string data_;
  std::string socket_dir_;
  int holders_fd_ = -1;
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_CLUSTER_H_
