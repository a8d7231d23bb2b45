// Rows for tests: made up, and read back.
#ifndef AUTOGEN_SQLITE_TEST_ROWS_H_
#define AUTOGEN_SQLITE_TEST_ROWS_H_

#include <map>
#include <string>
#include <vector>

#include "autogen/schema.pb.h"
#include "src/sqlite/database.h"

namespace autogen::sqlite {

// Up to `count` rows in each table, of values that differ from each other; what a constraint
// refuses is left out. Foreign keys find the rows of the same number.
void FillTables(Database& database, const Schema& schema, int count);

// By table: each row as "column=value" of the columns in `shared`, rowids first where there are any,
// sorted.
std::vector<std::string> RowsOf(Database& database, const Table& table,
                                const std::vector<std::string>& columns);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_TEST_ROWS_H_
