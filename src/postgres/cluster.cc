#include "src/postgres/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"
#include "src/base/random.h"
#include "src/base/status.h"
#include "src/base/trusted_file.h"
#include "src/postgres/binaries.h"
#include "src/postgres/cluster_stamp.h"
#include "src/postgres/connection.h"

namespace autogen::postgres {
namespace {

namespace fs = std::filesystem;

constexpr char kSuperuser[] = "postgres";

// FNV-1a: a short, stable name for a folder.
std::string ShortHash(absl::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad16));
}

class LockFile {
 public:
  LockFile() = default;
  LockFile(const LockFile&) = delete;
  ~LockFile() {
    if (fd_ >= 0) close(fd_);
  }
  absl::Status Lock(const std::string& path, int operation) {
    fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd_ < 0) return absl::ErrnoToStatus(errno, absl::StrCat("opening ", path));
    while (flock(fd_, operation) != 0) {
      if (errno != EINTR) return absl::ErrnoToStatus(errno, absl::StrCat("locking ", path));
    }
    return absl::OkStatus();
  }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// A private folder of `uid`: made, or checked, so that nobody else can have put it there.
absl::Status PrivateFolder(const std::string& path, const Account* account) {
  uid_t uid = account != nullptr ? account->uid : geteuid();
  if (mkdir(path.c_str(), 0700) == 0) {
    if (account != nullptr && lchown(path.c_str(), account->uid, account->gid) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("giving ", path, " to ", account->name));
    }
    return absl::OkStatus();
  }
  struct stat s;
  if (errno != EEXIST || lstat(path.c_str(), &s) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("creating the folder ", path));
  }
  // Root may have been stopped between mkdir and lchown.
  if (account != nullptr && S_ISDIR(s.st_mode) && s.st_uid == 0 && (s.st_mode & 077) == 0 &&
      lchown(path.c_str(), account->uid, account->gid) == 0) {
    return absl::OkStatus();
  }
  if (!S_ISDIR(s.st_mode) || s.st_uid != uid || (s.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not a private folder of the server's account; remove it"));
  }
  return absl::OkStatus();
}

absl::Status WriteSettings(const ClusterOptions& options, const std::string& data,
                           const Account* account) {
  std::string text =
      "listen_addresses = ''\nport = 5432\nshared_buffers = 32MB\nmax_wal_senders = 0\n"
      "wal_level = minimal\nmax_locks_per_transaction = 1024\nmax_connections = 100\n"
      "log_min_messages = warning\ndynamic_shared_memory_type = mmap\n"
      "max_wal_size = 256MB\nmin_wal_size = 32MB\n";
  if (!options.durable) {
    // Not synchronous_commit: a crash of the server alone loses no commit.
    text += "fsync = off\nfull_page_writes = off\nautovacuum = off\n";
  }
  for (const auto& [name, value] : options.settings) {
    absl::StrAppend(&text, name, " = '", absl::StrReplaceAll(value, {{"'", "''"}}), "'\n");
  }
  std::string path = absl::StrCat(data, "/postgresql.conf");
  RETURN_IF_ERROR(WriteOwnFile(path, text));
  if (account != nullptr && chown(path.c_str(), account->uid, account->gid) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("giving ", path, " to ", account->name));
  }
  return absl::OkStatus();
}

// The last lines of the server's log: why it did not start.
std::string LogTail(const std::string& data) {
  auto log = ReadFile(absl::StrCat(data, "/server.log"));
  if (!log.ok()) return "";
  absl::string_view text = absl::StripTrailingAsciiWhitespace(*log);
  size_t start = text.size() < 1500 ? 0 : text.find('\n', text.size() - 1500);
  return absl::StrCat("\n", text.substr(start == absl::string_view::npos ? 0 : start));
}

}  // namespace

absl::Status Cluster::Run(const std::vector<std::string>& argument, const std::string& what) const {
  ProcessOptions options;
  options.account = account();
  options.folder = "/";
  // A model that is built on this server could read whatever the server's environment holds.
  options.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C"};
  options.clear_environment = true;
  ASSIGN_OR_RETURN(ProcessResult result, RunProcess(argument, options));
  if (result.exit_code == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(what, " failed (", argument[0], "): ", absl::StripAsciiWhitespace(result.err),
                   absl::StripAsciiWhitespace(result.out), LogTail(data_)));
}

absl::Status Cluster::Prepare() {
  if (geteuid() == 0) {
    absl::StatusOr<Account> account = FindAccount("postgres");
    if (!account.ok()) account = FindAccount("nobody");
    if (!account.ok()) {
      return absl::FailedPreconditionError(
          "PostgreSQL does not run as root, and there is no account \"postgres\" or \"nobody\"");
    }
    account_ = *std::move(account);
  }
  std::string pointer = absl::StrCat(options_.folder, "/location");
  const std::string elsewhere =
      absl::StrCat("/var/tmp/autogen-", ShortHash(options_.folder), "/data");
  if (auto location = ReadOwnFile(pointer); !absl::IsNotFound(location.status())) {
    RETURN_IF_ERROR(location.status());
    data_ = std::string(absl::StripAsciiWhitespace(*location));
    // Whoever wrote it: only the place that is this folder's is ever touched.
    if (data_ != elsewhere) {
      return absl::FailedPreconditionError(
          absl::StrCat(pointer, " names ", data_, ", but the data of this folder belongs in ",
                       elsewhere, "; remove the file, or move the data there"));
    }
  } else if (account_.has_value() && !CanEnter(options_.folder, account())) {
    data_ = elsewhere;
    RETURN_IF_ERROR(WriteOwnFile(pointer, absl::StrCat(data_, "\n")));
  } else {
    data_ = absl::StrCat(options_.folder, "/data");
  }
  if (data_ != absl::StrCat(options_.folder, "/data")) {
    RETURN_IF_ERROR(PrivateFolder(DirName(data_), account()));
  }
  if (struct stat found; lstat(data_.c_str(), &found) == 0 && !S_ISDIR(found.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(data_, " is not a folder of its own; remove it"));
  }
  int major = 0;
  if (auto version = ReadFile(absl::StrCat(data_, "/PG_VERSION")); version.ok()) {
    if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(*version), &major)) major = 0;
  }
  ASSIGN_OR_RETURN(bin_, FindServerBinaries(options_.bin_dir, major));
  // A socket's path must fit into 107 bytes, so it cannot lie in the project.
  socket_dir_ = absl::StrCat("/tmp/autogen-", ShortHash(data_));
  return PrivateFolder(socket_dir_, account());
}

absl::Status Cluster::Initialise() {
  std::error_code error;
  if (fs::exists(fs::symlink_status(data_, error)) && !fs::is_empty(data_, error)) {
    return CheckStamp(data_, account());
  }
  // What a killed initdb left, or a repository brought: no name that it can have is used.
  const std::string left = absl::StrCat(data_, ".new");
  for (const fs::directory_entry& entry : fs::directory_iterator(DirName(data_), error)) {
    if (absl::StartsWith(entry.path().string(), left)) fs::remove_all(entry.path(), error);
  }
  const std::string fresh = absl::StrCat(left, "-", RandomHex(8));
  RETURN_IF_ERROR(MakeData(fresh));
  RETURN_IF_ERROR(StampCluster(fresh, data_, account()));
  // Moved into place when it is whole.
  if (rename(fresh.c_str(), data_.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("moving ", fresh, " to ", data_));
  }
  return absl::OkStatus();
}

absl::Status Cluster::MakeData(const std::string& fresh) const {
  std::error_code error;
  RETURN_IF_ERROR(PrivateFolder(fresh, account()));
  std::vector<std::string> argument = {
      absl::StrCat(bin_, "/initdb"), "-D", fresh, "-U", kSuperuser, "-A", "trust", "-E", "UTF8"};
  if (!options_.durable) argument.push_back("--no-sync");
  std::vector<std::string> localised = argument;
  localised.push_back("--locale=C.UTF-8");
  absl::Status made = Run(localised, "creating a database cluster");
  if (!made.ok()) {  // a system without C.UTF-8
    fs::remove_all(fresh, error);
    RETURN_IF_ERROR(PrivateFolder(fresh, account()));
    argument.push_back("--no-locale");
    if (!Run(argument, "creating a database cluster").ok()) return made;
  }
  return WriteSettings(options_, fresh, account());
}

bool Cluster::Answers() const { return PQping(Url("postgres").c_str()) == PQPING_OK; }

absl::Status Cluster::StartServer() {
  if (Answers()) return absl::OkStatus();
  // pg_ctl takes over a postmaster.pid whose server has ended.
  return Run({absl::StrCat(bin_, "/pg_ctl"), "start", "-w", "-t", "60", "-s", "-D", data_, "-l",
              absl::StrCat(data_, "/server.log"), "-o",
              absl::StrCat("-c unix_socket_directories=", socket_dir_,
                           " -c unix_socket_permissions=0700")},
             "starting the PostgreSQL server");
}

// "lock" is held while the server starts or stops, "holders" (shared) as long as we use it. The
// kernel drops both when a process dies, however it dies.
absl::Status Cluster::Acquire() {
  LockFile change, holders;
  RETURN_IF_ERROR(change.Lock(absl::StrCat(options_.folder, "/lock"), LOCK_EX));
  RETURN_IF_ERROR(Prepare());
  if (absl::Status ready = Initialise(); !ready.ok()) {
    rmdir(socket_dir_.c_str());  // where no server has its socket in it
    return ready;
  }
  RETURN_IF_ERROR(StartServer());
  RETURN_IF_ERROR(holders.Lock(absl::StrCat(options_.folder, "/holders"), LOCK_SH));
  holders_fd_ = holders.Release();
  return absl::OkStatus();
}

void Cluster::Release() {
  LockFile change;
  if (!change.Lock(absl::StrCat(options_.folder, "/lock"), LOCK_EX).ok()) return;
  bool last = flock(holders_fd_, LOCK_EX | LOCK_NB) == 0;
  close(holders_fd_);
  if (!last) return;
  absl::Status ignored = Run({absl::StrCat(bin_, "/pg_ctl"), "stop", "-s", "-w", "-D", data_, "-m",
                              options_.durable ? "fast" : "immediate"},
                             "stopping the PostgreSQL server");
  rmdir(socket_dir_.c_str());
}

absl::StatusOr<std::unique_ptr<Cluster>> Cluster::Open(const ClusterOptions& options) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  ClusterOptions absolute = options;
  absolute.folder = fs::canonical(options.folder, error).string();
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("creating the folder ", options.folder, ": ", error.message()));
  }
  return std::unique_ptr<Cluster>(new Cluster(absolute));
}

absl::StatusOr<std::unique_ptr<Cluster>> Cluster::Start(const ClusterOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Cluster> cluster, Open(options));
  RETURN_IF_ERROR(cluster->Acquire());
  return cluster;
}

absl::StatusOr<std::string> Cluster::TakeOver(const ClusterOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Cluster> cluster, Open(options));
  LockFile change;
  RETURN_IF_ERROR(change.Lock(absl::StrCat(cluster->folder(), "/lock"), LOCK_EX));
  RETURN_IF_ERROR(cluster->Prepare());
  RETURN_IF_ERROR(TakeOverCluster(cluster->data_folder(), cluster->account()));
  return cluster->data_folder();
}

Cluster::~Cluster() {
  if (holders_fd_ >= 0) Release();
}

std::string Cluster::Url(const std::string& database) const {
  return absl::StrCat("host=", socket_dir_, " port=5432 user=", kSuperuser, " dbname='",
                      absl::StrReplaceAll(database, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

absl::Status Cluster::EnsureDatabase(const std::string& database) {
  ConnectOptions options;
  options.url = Url("postgres");
  ASSIGN_OR_RETURN(Connection connection, Connection::Open(options));
  ASSIGN_OR_RETURN(Result found,
                   connection.ExecParams("SELECT FROM pg_database WHERE datname = $1", {database}));
  if (found.rows() > 0) return absl::OkStatus();
  char* name = PQescapeIdentifier(connection.raw(), database.data(), database.size());
  std::string sql = absl::StrCat("CREATE DATABASE ", name);
  PQfreemem(name);
  absl::Status created = connection.Exec(sql).status();
  // Another holder was faster: 42P04, or 23505 from the index when both were at work at once.
  if (SqlState(created) == "42P04" || SqlState(created) == "23505") return absl::OkStatus();
  return created;
}

}  // namespace autogen::postgres
