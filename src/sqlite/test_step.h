// A script run over rows, and judged.
#ifndef AUTOGEN_SQLITE_TEST_STEP_H_
#define AUTOGEN_SQLITE_TEST_STEP_H_

#include <string>

#include "src/model/snapshot.h"
#include "src/sqlite/database.h"
#include "src/sqlite/script.h"

namespace autogen::sqlite {

// These fail the test where they cannot.
model::Snapshot ReadOf(Database& database);
Database Make(const std::string& sql);

// The statements of a script with what stands around them, for a program that runs several.
std::string ScriptText(const Script& script);

// Everything that a schema says, whatever the order in which it was created.
std::string Text(const model::Snapshot& snapshot);

// Runs the script from what `database` is to `to`. Afterwards its schema must be that, a second
// script empty, each row still there with every value of a column that is the same on both sides,
// and the file sound. False: `may_refuse`, and rows kept the script from running, which changed
// nothing.
bool Step(Database& database, const model::Snapshot& from, const model::Snapshot& to,
          bool may_refuse = false);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_TEST_STEP_H_
