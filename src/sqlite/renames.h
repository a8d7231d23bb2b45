// What ALTER TABLE … RENAME does to a schema.
#ifndef AUTOGEN_SQLITE_RENAMES_H_
#define AUTOGEN_SQLITE_RENAMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/model/snapshot.h"

namespace autogen::sqlite {

// The tables of which SQLite cannot say whether a foreign key is violated, since it refers to
// columns that nothing makes unique ("foreign key mismatch"): legal until a row is written.
absl::StatusOr<std::vector<std::string>> MismatchedTables(const Schema& schema);

// `schema` after `statements`, found by running them on a copy of it without rows: SQLite carries
// a new name into every text that has the old one.
absl::StatusOr<model::Snapshot> AfterStatements(const Schema& schema,
                                                const std::vector<std::string>& statements);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_RENAMES_H_
