#include "src/sqlite/backup.h"

#include <unistd.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "src/base/status.h"

namespace autogen::sqlite {
namespace {

absl::Status Copy(Database& from, Database& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.raw(), "main", from.raw(), "main");
  if (backup == nullptr) return absl::InternalError(sqlite3_errmsg(to.raw()));
  // All pages at once: the copy is of one moment, and nobody's writes restart it.
  const int step = sqlite3_backup_step(backup, -1);
  const int finish = sqlite3_backup_finish(backup);
  if (step == SQLITE_DONE && finish == SQLITE_OK) return absl::OkStatus();
  const int code = step == SQLITE_DONE ? finish : step;
  return absl::Status(
      code == SQLITE_FULL ? absl::StatusCode::kResourceExhausted : absl::StatusCode::kUnavailable,
      sqlite3_errstr(code));
}

}  // namespace

absl::StatusOr<std::string> Backup(Database& database) {
  const std::string stamp = absl::FormatTime("%Y%m%dT%H%M%SZ", absl::Now(), absl::UTCTimeZone());
  std::string path;
  std::error_code error;
  for (int n = 1;; ++n) {
    path = absl::StrCat(database.path(), ".", stamp, n == 1 ? "" : absl::StrCat("-", n), ".backup");
    if (!std::filesystem::exists(path, error)) break;
  }
  absl::Status copied;
  {
    ASSIGN_OR_RETURN(Database copy, Database::Open(path, Database::Mode::kCreate));
    copied = Copy(database, copy);
  }
  if (copied.ok()) return path;
  for (const char* rest : {"", "-journal", "-wal"}) unlink(absl::StrCat(path, rest).c_str());
  return Annotate(copied, absl::StrCat("no backup could be written to ", path));
}

}  // namespace autogen::sqlite
