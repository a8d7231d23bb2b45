// Rows that a proof or a test tries a script on: made up, and read back.
#ifndef AUTOGEN_SQLITE_SAMPLE_ROWS_H_
#define AUTOGEN_SQLITE_SAMPLE_ROWS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/sqlite/database.h"

namespace autogen::sqlite {

// Up to `count` rows in each table, of values that differ from each other; what a constraint
// refuses is left out. Foreign keys find the rows of the same number.
void FillTables(Database& database, const Schema& schema, int count);

// Each row of a table as "column='value' …" of those columns, sorted.
absl::StatusOr<std::vector<std::string>> RowsOf(Database& database, const std::string& table,
                                                const std::vector<std::string>& columns);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_SAMPLE_ROWS_H_
