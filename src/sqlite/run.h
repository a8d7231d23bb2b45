// Statements of a script, run.
#ifndef AUTOGEN_SQLITE_RUN_H_
#define AUTOGEN_SQLITE_RUN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/sql/statement.h"
#include "src/sqlite/database.h"

namespace autogen::sqlite {

// Switches the enforcement of foreign keys off, which no statement can do inside a transaction, and
// reads it back. FailedPrecondition: inside of one.
absl::Status ForeignKeysOff(Database& database);

// As a run does: foreign keys off, and all in one transaction but what cannot be in one (VACUUM,
// PRAGMA journal_mode; each statement where `no_transaction`), around which that is committed. An
// error rolls back what is not committed; `failed` gets the index of its statement.
absl::Status RunStatements(Database& database, absl::Span<const sql::Statement> statements,
                           bool no_transaction, size_t* failed);

// The rows of a query whose text is somebody else's: it can read this database, and do nothing
// else. PermissionDenied where it would.
absl::StatusOr<std::vector<Database::Row>> QueryHarmlessly(Database& database,
                                                           const std::string& query);

// Whether `query` gives a true value: not NULL, and no zero.
absl::StatusOr<bool> Holds(Database& database, const std::string& query);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_RUN_H_
