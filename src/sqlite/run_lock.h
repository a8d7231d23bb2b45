// Keeps two runs on one database file apart, from the first script to the last: SQLite's own locks
// end with each transaction.
#ifndef AUTOGEN_SQLITE_RUN_LOCK_H_
#define AUTOGEN_SQLITE_RUN_LOCK_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace autogen::sqlite {

// A file beside the database ("app.db-autogen") that is locked while this lives, or the process
// does, and removed afterwards.
class RunLock {
 public:
  // `wait` is called with who holds it and the seconds so far, several times a second; false ends
  // the waiting with Aborted.
  using Wait = std::function<bool(const std::string& holder, double seconds)>;
  static absl::StatusOr<std::unique_ptr<RunLock>> Take(const std::string& database,
                                                       const Wait& wait);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  RunLock(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string path_;
  int fd_;
};

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_RUN_LOCK_H_
