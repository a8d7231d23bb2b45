#include "src/postgres/private_cluster.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/postgres/cluster_template.h"
#include "src/postgres/instance_folder.h"

namespace autogen::postgres {
namespace {

constexpr int kStartTimeoutSeconds = 60;

// Everything that differs from PostgreSQL's defaults.
std::string Settings(const std::string& folder, int major) {
  std::string text = absl::StrCat(
      "listen_addresses = ''\nport = 5432\nunix_socket_directories = '", folder,
      "/socket'\nunix_socket_permissions = 0700\n"
      "password_encryption = 'scram-sha-256'\n"
      // Nothing of it outlives it.
      "fsync = off\nfull_page_writes = off\nautovacuum = off\nwal_level = minimal\n"
      "max_wal_senders = 0\narchive_mode = off\nmax_wal_size = 256MB\nmin_wal_size = 32MB\n"
      "checkpoint_timeout = 1h\nwal_init_zero = off\n"
      // Small, but a script may lock every object of a large schema at once.
      "shared_buffers = 32MB\nmax_connections = 100\nmax_locks_per_transaction = 1024\n"
      "dynamic_shared_memory_type = mmap\nhuge_pages = off\nautovacuum_max_workers = 1\n"
      "max_parallel_workers = 0\nmax_parallel_workers_per_gather = 0\n"
      "max_parallel_maintenance_workers = 0\nmax_worker_processes = 0\n"
      "max_logical_replication_workers = 0\njit = off\n"
      // What runs here may be hostile.
      "dynamic_library_path = '$libdir'\nshared_preload_libraries = ''\n"
      "session_preload_libraries = ''\nlocal_preload_libraries = ''\ntemp_file_limit = 2GB\n"
      "update_process_title = off\n"
      // To standard error, which is the log; no statement's text.
      "log_destination = 'stderr'\nlogging_collector = off\nlog_min_messages = log\n"
      "log_min_error_statement = panic\nlog_statement = 'none'\nlog_checkpoints = off\n");
  // Each login costs the client milliseconds otherwise; passwords here are random.
  if (major >= 16) text += "scram_iterations = 1\n";
  if (major >= 18) text += "autovacuum_worker_slots = 1\nio_method = 'sync'\n";
  return text;
}

std::string Quoted(const std::string& value) {
  return absl::StrCat("'", absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

}  // namespace

absl::Status PrivateCluster::Prepare(const SupervisedProgram& program,
                                     const PrivateClusterOptions& options) {
  ASSIGN_OR_RETURN(ClusterTemplate from,
                   ClusterTemplate::Get(options.bin_dir, options.cache_folder));
  superuser_ = from.superuser();
  password_ = from.password();
  major_ = from.major();
  const std::string data = folder_ + "/data", socket = folder_ + "/socket";
  const uid_t uid = program.isolation.uid;
  const gid_t gid = program.isolation.gid;
  RETURN_IF_ERROR(from.Copy(data, uid, gid));
  if (mkdir(socket.c_str(), 0700) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("creating ", socket));
  }
  RETURN_IF_ERROR(GiveTo(socket, uid, gid));
  const std::pair<std::string, std::string> files[] = {
      {data + "/postgresql.conf", Settings(folder_, major_)},
      {data + "/pg_hba.conf", "local all all scram-sha-256\n"}};
  for (const auto& [path, content] : files) {
    RETURN_IF_ERROR(WriteFile(path, content, Overwrite::kReplace));
    if (chmod(path.c_str(), 0600) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("writing ", path));
    }
    RETURN_IF_ERROR(GiveTo(path, uid, gid));
  }
  return absl::OkStatus();
}

// The server says so in its lock file, as it does to pg_ctl.
absl::Status PrivateCluster::WaitUntilReady(const std::string& program) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(kStartTimeoutSeconds);
  for (;;) {
    std::optional<int> ended = supervisor_->Ended(1);
    auto lock = ReadFile(folder_ + "/data/postmaster.pid");
    if (!ended.has_value() && lock.ok() && absl::StrContains(*lock, "\nready")) {
      return absl::OkStatus();
    }
    const bool late = std::chrono::steady_clock::now() > deadline;
    if (!ended.has_value() && !late) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "starting a PostgreSQL server with ", program, " failed: ",
        late ? absl::StrCat("it was not ready after ", kStartTimeoutSeconds, " seconds")
             : absl::StrCat("it ended with exit code ", *ended),
        supervisor_->failure().empty() ? "" : ": ", supervisor_->failure(),
        LastLines(folder_ + "/log")));
  }
}

absl::StatusOr<std::unique_ptr<PrivateCluster>> PrivateCluster::Start(
    const PrivateClusterOptions& given) {
  PrivateClusterOptions options = given;
  char* resolved = realpath(given.bin_dir.c_str(), nullptr);
  if (resolved == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("no PostgreSQL programs in ", given.bin_dir, ": there is no such folder"));
  }
  options.bin_dir = resolved;
  free(resolved);

  std::unique_ptr<PrivateCluster> cluster(new PrivateCluster);
  SupervisedProgram program;
  ASSIGN_OR_RETURN(cluster->folder_, MakeInstanceFolder());
  program.folder = cluster->folder_;
  program.argument = {options.bin_dir + "/postgres", "-D", cluster->folder_ + "/data"};
  program.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"};
  program.isolation = HideFolders(DirName(options.bin_dir));
  program.isolation.writable = cluster->folder_;
  program.isolation.uid = geteuid();
  program.isolation.gid = getegid();
  if (geteuid() == 0) {
    program.isolation.change_account = program.isolation.own_account = true;
    program.isolation.uid = UnusedId(cluster->folder_);
    program.isolation.gid = program.isolation.uid;
  }
  ASSIGN_OR_RETURN(cluster->supervisor_, Supervisor::Fork(program));
  RETURN_IF_ERROR(cluster->Prepare(program, options));
  RETURN_IF_ERROR(cluster->supervisor_->Run());
  RETURN_IF_ERROR(cluster->WaitUntilReady(program.argument[0]));
  return cluster;
}

PrivateCluster::~PrivateCluster() = default;

void PrivateCluster::End() const { supervisor_->End(); }

std::string PrivateCluster::Url(const std::string& database) const {
  return Url(database, superuser_, password_);
}

// With all that a variable of libpq's could otherwise say about the way to the server.
std::string PrivateCluster::Url(const std::string& database, const std::string& role,
                                const std::string& password) const {
  return absl::StrCat("host=", Quoted(folder_ + "/socket"), " port=5432 user=", Quoted(role),
                      " password=", Quoted(password), " dbname=", Quoted(database),
                      " sslmode=disable gssencmode=disable channel_binding=disable"
                      " target_session_attrs=any requirepeer=''");
}

}  // namespace autogen::postgres
