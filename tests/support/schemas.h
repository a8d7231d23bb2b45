// Whole schemas for tests.
#ifndef AUTOGEN_TESTS_SUPPORT_SCHEMAS_H_
#define AUTOGEN_TESTS_SUPPORT_SCHEMAS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/support/server.h"

namespace autogen::testing {

// The paths of real/*/schema.sql in $AUTOGEN_CORPUS_DIR, sorted. Says so and gives none where the
// variable is not set.
std::vector<std::string> RealSchemas();

// Runs a file by psql: it may hold psql's own commands.
absl::Status LoadFile(const TestDatabase& database, const std::string& path);

// tests/fixtures/everything: every kind of object and every attribute that the server has.
// FOLDER/NAME.sql is for every server, FOLDER/NAME.N.sql from PostgreSQL N on, after the former.
// Ends the process where it fails.
void LoadEverything(const TestDatabase& database);
// Then the files in changes/: they change every attribute that can be another.
void ChangeEverything(const TestDatabase& database);

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_SUPPORT_SCHEMAS_H_
