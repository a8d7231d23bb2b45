#include "src/sqlite/database.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

// What keeps a path from being opened, in words that SQLite's "unable to open database file" lacks.
absl::Status CheckPath(const std::string& path, Database::Mode mode) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is a directory; name a database file in it"));
  }
  if (std::filesystem::exists(status)) {
    if (std::filesystem::is_regular_file(status)) return absl::OkStatus();
    return absl::FailedPreconditionError(absl::StrCat(path, " is no regular file"));
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
    return absl::NotFoundError(
        absl::StrCat("the folder ", folder.string(), " does not exist; create it first"));
  }
  if (mode == Database::Mode::kCreate) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("there is no file ", path));
}

struct Finalize {
  void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

}  // namespace

absl::StatusOr<Database> Database::Open(const std::string& path, Mode mode) {
  const bool in_memory = path == ":memory:";
  if (!in_memory) RETURN_IF_ERROR(CheckPath(path, mode));
  // To look at a database can mean to finish what a run that was killed has left in its journal.
  const int flags = mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY
                    : mode != Mode::kCreate ? SQLITE_OPEN_READWRITE
                                            : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw,
                                   flags | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(path, raw);
  if (code != SQLITE_OK) return database.Error(code, "");
  database.SetBusyTimeout(kBusyTimeoutMs);
  // A schema is data here: nothing of it may call what is not SQLite's own, or write to a shadow
  // table.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  if (mode == Mode::kLook) sqlite3_exec(raw, "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
  // The header is only read with the first statement.
  absl::Status read = database.Query("SELECT count(*) FROM sqlite_schema").status();
  if (!read.ok()) return read;
  return database;
}

absl::Status Database::Error(int code, absl::string_view sql) const {
  const std::string message = db_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db_.get());
  const std::string at = sql.empty() ? path_ : absl::StrCat(path_, ": ", message);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::AbortedError(absl::StrCat(path_, " is locked by another connection (", message,
                                             "); try again when it has finished"));
    case SQLITE_NOTADB:
      return absl::FailedPreconditionError(
          absl::StrCat(path_, " is no SQLite database, or an encrypted one"));
    case SQLITE_READONLY:
      return absl::FailedPreconditionError(
          absl::StrCat(path_, " cannot be written (", message, "); look at its permissions"));
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return absl::FailedPreconditionError(
          absl::StrCat(path_, " cannot be opened (", message,
                       "); look at its permissions and those of its folder"));
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(
          absl::StrCat(path_, ": the disk is full; nothing of the transaction was kept"));
    case SQLITE_CORRUPT:
      return absl::DataLossError(
          absl::StrCat(path_, " is damaged (", message, "); restore it from a backup"));
    default:
      return absl::InvalidArgumentError(sql.empty() ? absl::StrCat(at, ": ", message) : message);
  }
}

absl::Status Database::Exec(absl::string_view sql) {
  const char* at = sql.data();
  const char* const end = sql.data() + sql.size();
  while (at < end) {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    int code = sqlite3_prepare_v2(db_.get(), at, static_cast<int>(end - at), &raw, &tail);
    Prepared statement(raw);
    if (code != SQLITE_OK) return Error(code, sql);
    at = tail;
    if (statement == nullptr) continue;  // blanks and comments
    while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
    }
    if (code != SQLITE_DONE) return Error(code, sql);
  }
  return absl::OkStatus();
}

absl::Status Database::ExecOne(absl::string_view sql) {
  absl::StatusOr<std::vector<Token>> tokens = Tokenize(sql);
  if (!tokens.ok()) return tokens.status();
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &tail);
  const Prepared statement(raw);
  if (code != SQLITE_OK) return Error(code, sql);
  const size_t used = static_cast<size_t>(tail - sql.data());
  for (const Token& token : *tokens) {
    if (token.offset >= used && !token.Is(";")) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", PlaceOf(sql, token.offset), ": a second statement stands here"));
    }
  }
  return Exec(sql);
}

absl::StatusOr<std::vector<Database::Row>> Database::Query(
    absl::string_view sql, const std::vector<std::string>& arguments) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  Prepared statement(raw);
  if (code != SQLITE_OK) return Error(code, sql);
  for (size_t i = 0; i < arguments.size(); ++i) {
    sqlite3_bind_text(raw, static_cast<int>(i) + 1, arguments[i].data(),
                      static_cast<int>(arguments[i].size()), SQLITE_TRANSIENT);
  }
  std::vector<Row> rows;
  const int columns = sqlite3_column_count(raw);
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    Row& row = rows.emplace_back();
    for (int i = 0; i < columns; ++i) row.emplace_back(Text(raw, i));
  }
  if (code != SQLITE_DONE) return Error(code, sql);
  return rows;
}

absl::Status Database::Visit(absl::string_view sql, absl::FunctionRef<void(sqlite3_stmt*)> row) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  const Prepared statement(raw);
  if (code != SQLITE_OK) return Error(code, sql);
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) row(raw);
  return code == SQLITE_DONE ? absl::OkStatus() : Error(code, sql);
}

absl::string_view Database::Text(sqlite3_stmt* row, int column) {
  const void* text = sqlite3_column_blob(row, column);
  if (text == nullptr) return "";
  return {static_cast<const char*>(text), static_cast<size_t>(sqlite3_column_bytes(row, column))};
}

absl::StatusOr<std::optional<Database>> OpenToRead(const Location& location) {
  std::error_code error;
  const std::filesystem::path path(location.path);
  const std::filesystem::path folder = path.parent_path();
  if (!std::filesystem::exists(path, error) &&
      (folder.empty() || std::filesystem::is_directory(folder, error))) {
    return std::optional<Database>();
  }
  ASSIGN_OR_RETURN(Database database,
                   Database::Open(location.path, location.read_only ? Database::Mode::kReadOnly
                                                                    : Database::Mode::kLook));
  database.SetBusyTimeout(location.busy_timeout_ms.value_or(kBusyTimeoutMs));
  return std::optional<Database>(std::move(database));
}

}  // namespace autogen::sqlite
