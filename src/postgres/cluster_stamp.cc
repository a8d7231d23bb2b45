#include "src/postgres/cluster_stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/cache_folder.h"
#include "src/base/file.h"
#include "src/base/random.h"
#include "src/base/sha256.h"
#include "src/base/status.h"
#include "src/base/trusted_file.h"

namespace autogen::postgres {
namespace {

namespace fs = std::filesystem;

constexpr char kStamp[] = "autogen_stamp";
constexpr size_t kTokenBytes = 32;

std::string RecordPath(const std::string& data) {
  return absl::StrCat(DefaultCacheFolder(), "/clusters/", Sha256Hex(data));
}

// The token in the data folder; "" where there is none. Never through a link, which could lead to
// the record itself.
std::string StampOf(const std::string& data) {
  const std::string path = absl::StrCat(data, "/", kStamp);
  const int fd = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return "";
  absl::StatusOr<std::string> content = ReadRegular(fd, path, 4 * kTokenBytes);
  close(fd);
  return content.ok() ? std::string(absl::StripAsciiWhitespace(*content)) : "";
}

absl::Status Refuse(const std::string& data, const std::string& why) {
  return absl::FailedPreconditionError(
      absl::StrCat("the cluster in ", data, " is not started: ", why,
                   ". It may have come with the repository, and starting it would run the code in "
                   "it. For a new, "
                   "empty cluster, move it away: mv ",
                   data, " ", data,
                   ".away; if you created it (with an earlier version, in another place, before "
                   "the cache was emptied), take it over: autogen adopt cluster ",
                   fs::path(data).parent_path().string()));
}

using FileVisitor = std::function<absl::Status(const std::string& path, const struct stat& file)>;

// Every file and folder of `data`, itself included; links are not followed.
absl::Status VisitFiles(const std::string& data, const FileVisitor& visitor) {
  std::error_code error;
  struct stat file;
  if (lstat(data.c_str(), &file) != 0) return absl::ErrnoToStatus(errno, data);
  RETURN_IF_ERROR(visitor(data, file));
  for (fs::recursive_directory_iterator it(data, error), end; !error && it != end;
       it.increment(error)) {
    const std::string path = it->path().string();
    // A running server removes files while we look.
    if (lstat(path.c_str(), &file) != 0) continue;
    RETURN_IF_ERROR(visitor(path, file));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return absl::FailedPreconditionError(absl::StrCat("reading ", data, ": ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status StampCluster(const std::string& fresh, const std::string& data,
                          const Account* account) {
  const std::string token = RandomHex(kTokenBytes);
  const std::string stamp = absl::StrCat(fresh, "/", kStamp);
  RETURN_IF_ERROR(WriteOwnFile(stamp, absl::StrCat(token, "\n")));
  if (account != nullptr && lchown(stamp.c_str(), account->uid, account->gid) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("giving ", stamp, " to ", account->name));
  }
  const std::string record = RecordPath(data);
  absl::Status kept = MakeOwnFolder(DirName(record));
  if (kept.ok()) kept = WriteOwnFile(record, absl::StrCat(token, "\n", data, "\n"));
  if (kept.ok()) return kept;
  return Annotate(kept,
                  "keeping the record of the cluster ($AUTOGEN_CACHE_DIR names another "
                  "folder for it)");
}

absl::Status CheckStamp(const std::string& data, const Account* account) {
  const std::string record = RecordPath(data);
  absl::StatusOr<std::string> known = ReadOwnFile(record);
  if (absl::IsNotFound(known.status())) {
    return Refuse(data, absl::StrCat("no record shows that you created it (", record, ")"));
  }
  RETURN_IF_ERROR(known.status());
  const std::string token = known->substr(0, known->find('\n'));
  if (token.size() != 2 * kTokenBytes || StampOf(data) != token) {
    return Refuse(data, absl::StrCat("it is not the one that you created there (", record, ")"));
  }
  // What a checkout writes over it has other rights: PostgreSQL's files are its account's alone.
  const uid_t uid = account != nullptr ? account->uid : geteuid();
  return VisitFiles(data, [&](const std::string& path, const struct stat& file) -> absl::Status {
    if (S_ISLNK(file.st_mode) || (file.st_uid == uid && (file.st_mode & 077) == 0)) {
      return absl::OkStatus();
    }
    return Refuse(data, absl::StrCat("PostgreSQL did not write ", path,
                                     ", which others than the server's account may read or write"));
  });
}

absl::Status TakeOverCluster(const std::string& data, const Account* account) {
  struct stat found;
  if (lstat(data.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) ||
      access(absl::StrCat(data, "/PG_VERSION").c_str(), F_OK) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(data, " cannot be taken over: it is not a data folder of PostgreSQL"));
  }
  const uid_t uid = account != nullptr ? account->uid : geteuid();
  RETURN_IF_ERROR(VisitFiles(data, [&](const std::string& path, const struct stat& file) {
    // The stamp is replaced.
    if (S_ISLNK(file.st_mode) || path == absl::StrCat(data, "/", kStamp)) return absl::OkStatus();
    if (file.st_uid != uid) {
      return absl::FailedPreconditionError(
          absl::StrCat(path, " belongs to another user than the server's account",
                       account != nullptr ? absl::StrCat(" ", account->name) : "",
                       ": change that first (chown -R)"));
    }
    if ((file.st_mode & 077) != 0 && chmod(path.c_str(), file.st_mode & 07700) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("creating ", path, " private"));
    }
    return absl::OkStatus();
  }));
  return StampCluster(data, data, account);
}

}  // namespace autogen::postgres
