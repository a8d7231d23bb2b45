// An open SQLite database.
#ifndef AUTOGEN_SQLITE_DATABASE_H_
#define AUTOGEN_SQLITE_DATABASE_H_

#include <sqlite3.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/sqlite/url.h"

namespace autogen::sqlite {

// How long to wait for another connection's lock where nothing else is given.
inline constexpr int kBusyTimeoutMs = 3000;

class Database {
 public:
  // kLook: nothing can be written, but a journal that a killed program has left is played back.
  enum class Mode { kReadOnly, kLook, kReadWrite, kCreate };

  // `path` is a file's, or ":memory:". NotFound: there is no such file or folder. Unavailable: it
  // is locked by another connection. FailedPrecondition: a directory, no database, encrypted, or
  // not to be read or written; the message says what to do. Nothing is created but in kCreate.
  static absl::StatusOr<Database> Open(const std::string& path, Mode mode);
  static absl::StatusOr<Database> InMemory() { return Open(":memory:", Mode::kCreate); }

  // Every statement of `sql`, until the first error. Errors carry SQLite's message; Aborted where
  // the database is locked.
  absl::Status Exec(absl::string_view sql);
  // `sql` must hold one statement and nothing behind it but blanks and comments.
  absl::Status ExecOne(absl::string_view sql);
  // The rows of one statement, as text; NULL is "".
  using Row = std::vector<std::string>;
  absl::StatusOr<std::vector<Row>> Query(absl::string_view sql,
                                         const std::vector<std::string>& arguments = {});
  // Calls `row` for each row of one statement, which it reads by Text() and sqlite3_column_….
  absl::Status Visit(absl::string_view sql, absl::FunctionRef<void(sqlite3_stmt*)> row);
  // Of the current row, until the next one; NULL is "".
  static absl::string_view Text(sqlite3_stmt* row, int column);

  // How long a statement waits for a lock that another connection holds.
  void SetBusyTimeout(int milliseconds) { sqlite3_busy_timeout(db_.get(), milliseconds); }

  sqlite3* raw() const { return db_.get(); }
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  Database(std::string path, sqlite3* db) : path_(std::move(path)), db_(db) {}
  absl::Status Error(int code, absl::string_view sql) const;

  std::string path_;
  std::unique_ptr<sqlite3, Close> db_;
};

// The database of a URL, to look at; nothing where there is no such file yet. Errors as Open().
absl::StatusOr<std::optional<Database>> OpenToRead(const Location& location);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_DATABASE_H_
