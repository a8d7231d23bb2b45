// Copies of a database file.
#ifndef AUTOGEN_SQLITE_BACKUP_H_
#define AUTOGEN_SQLITE_BACKUP_H_

#include <string>

#include "absl/status/statusor.h"
#include "src/sqlite/database.h"

namespace autogen::sqlite {

// Copies all of `database`, as it is committed, to a new file beside it, by SQLite's backup API,
// and returns its path: "app.db.20261129T013000Z.backup". Nothing is left of one that fails.
absl::StatusOr<std::string> Backup(Database& database);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_BACKUP_H_
