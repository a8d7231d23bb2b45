// What rows would make a script for SQLite fail.
#ifndef AUTOGEN_GENERATE_SQLITE_DATA_CHECKS_H_
#define AUTOGEN_GENERATE_SQLITE_DATA_CHECKS_H_

#include <vector>

#include "src/diff/plan.h"
#include "src/rows/violating.h"

namespace autogen::generate {

// For NOT NULL without a default, keys and unique indexes, CHECKs, foreign keys, and values that a
// STRICT table refuses, of tables that are there; in the order of the operations. `rows` is empty:
// nothing of SQLite's reads it. Left out: what a query cannot tell before the script runs (a column
// that it renames or converts, a constraint that is only made again).
std::vector<rows::ViolatingRows> SqliteViolatingRows(const diff::Plan& plan);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SQLITE_DATA_CHECKS_H_
