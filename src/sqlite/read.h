// A database as a Schema.
#ifndef AUTOGEN_SQLITE_READ_H_
#define AUTOGEN_SQLITE_READ_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/model/snapshot.h"
#include "src/sqlite/database.h"

namespace autogen::sqlite {

// Tables, views, indexes and triggers in the order in which they were created, texts in canonical
// form; what SQLite made for itself (sqlite_…, the indexes of constraints, shadow tables of virtual
// ones) is left out, and so are tables in `hidden` with what belongs to them. Where `dependencies`,
// the snapshot's say which tables and views a view or trigger names (see FindDependencies).
// DataLoss: a text in sqlite_schema does not say what the PRAGMAs say.
absl::StatusOr<model::Snapshot> Read(Database& database,
                                     const std::vector<std::string>& hidden = {},
                                     bool dependencies = true);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_READ_H_
