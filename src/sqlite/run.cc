#include "src/sqlite/run.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/impact/impact.h"
#include "src/sqlite/impacts.h"

namespace autogen::sqlite {

absl::Status ForeignKeysOff(Database& database) {
  RETURN_IF_ERROR(database.Exec("PRAGMA foreign_keys = OFF"));
  ASSIGN_OR_RETURN(const std::vector<Database::Row> on, database.Query("PRAGMA foreign_keys"));
  // A library that was built without them gives no row.
  if (on.empty() || on[0][0] == "0") return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(database.path(),
                   ": foreign keys cannot be switched off, so that a table that is rebuilt would "
                   "take the rows with it that refer to it; nothing was run"));
}

absl::Status RunStatements(Database& database, absl::Span<const sql::Statement> statements,
                           bool no_transaction, size_t* failed) {
  const std::vector<impact::Impact> impacts = FindImpacts(statements);
  RETURN_IF_ERROR(ForeignKeysOff(database));
  auto open = [&] { return sqlite3_get_autocommit(database.raw()) == 0; };
  absl::Status status;
  for (size_t i = 0; i < statements.size() && status.ok(); ++i) {
    const bool alone = no_transaction || impacts[i].run == impact::RunMode::kAlone;
    if (failed != nullptr) *failed = i;
    if (alone && open()) status = database.Exec("COMMIT");
    if (status.ok() && !alone && !open()) status = database.Exec("BEGIN IMMEDIATE");
    if (status.ok()) status = database.ExecOne(statements[i].text);
  }
  if (open()) {
    const absl::Status end = database.Exec(status.ok() ? "COMMIT" : "ROLLBACK");
    if (status.ok()) status = end;
  }
  return status;
}

namespace {

int AllowReading(void*, int action, const char*, const char*, const char*, const char*) {
  const bool reads = action == SQLITE_SELECT || action == SQLITE_READ ||
                     action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE;
  return reads ? SQLITE_OK : SQLITE_DENY;
}

}  // namespace

absl::StatusOr<std::vector<Database::Row>> QueryHarmlessly(Database& database,
                                                           const std::string& query) {
  sqlite3_set_authorizer(database.raw(), AllowReading, nullptr);
  absl::StatusOr<std::vector<Database::Row>> rows = database.Query(query);
  sqlite3_set_authorizer(database.raw(), nullptr, nullptr);
  if (rows.ok() || sqlite3_extended_errcode(database.raw()) != SQLITE_AUTH) return rows;
  return absl::PermissionDeniedError("it would do more than read this database, so it is not run");
}

absl::StatusOr<bool> Holds(Database& database, const std::string& query) {
  ASSIGN_OR_RETURN(const std::vector<Database::Row> rows,
                   database.Query(absl::StrCat("SELECT 1 WHERE (", query, "\n)")));
  return !rows.empty();
}

}  // namespace autogen::sqlite
