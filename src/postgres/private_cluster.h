// The private PostgreSQL cluster that scratch databases live on, removed after use.
#ifndef AUTOGEN_POSTGRES_PRIVATE_CLUSTER_H_
#define AUTOGEN_POSTGRES_PRIVATE_CLUSTER_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/postgres/supervisor.h"

namespace autogen::postgres {

struct PrivateClusterOptions {
  std::string bin_dir;       // folder of initdb and postgres
  std::string cache_folder;  // where the pristine data folder is kept: DefaultCacheFolder()
};

// A server of this process alone, which ends with it, also by SIGKILL, and leaves nothing behind.
//
// What runs on it may be hostile. It listens on a Unix socket only, that nobody but we can reach,
// and asks everybody for a password; as root it runs under an id that no account has; it gets
// nothing of our environment; and as far as the kernel allows it (see missing()) it has no network,
// sees neither sockets nor home folders nor processes of this machine, and can write to nothing but
// its own folder.
class PrivateCluster {
 public:
  // The first start with these binaries takes seconds: initdb. FailedPrecondition, with the last
  // lines of the server's log, where it does not start.
  static absl::StatusOr<std::unique_ptr<PrivateCluster>> Start(
      const PrivateClusterOptions& options);
  ~PrivateCluster();  // ends it; its files are removed a moment later

  // libpq keywords for `database`, as the superuser or as `role`. They hold the password. Passwords
  // of roles must be random and long: from PostgreSQL 16 on they are hashed once, not 4096 times.
  std::string Url(const std::string& database) const;
  std::string Url(const std::string& database, const std::string& role,
                  const std::string& password) const;
  const std::string& superuser() const { return superuser_; }
  // Kills the server at once: every connection to it ends with an error. From any thread, any
  // number of times, async-signal-safe.
  void End() const;
  int major() const { return major_; }
  // The parts of the isolation that this machine does not allow, one sentence each.
  const std::vector<std::string>& missing() const { return supervisor_->missing(); }
  // The folder of its data, its socket and its log. The superuser's name and password are no secret
  // from those who can read it.
  const std::string& folder() const { return folder_; }
  // The process that keeps the server; it ends when the folder is removed.
  pid_t supervisor_pid() const { return supervisor_->pid(); }

 private:
  PrivateCluster() = default;
  absl::Status Prepare(const SupervisedProgram& program, const PrivateClusterOptions& options);
  absl::Status WaitUntilReady(const std::string& program);

  std::string folder_;
  std::string superuser_;
  std::string password_;
  int major_ = 0;
  std::unique_ptr<Supervisor> supervisor_;
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_PRIVATE_CLUSTER_H_
