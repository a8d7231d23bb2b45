// The statements that make one schema of another.
#ifndef AUTOGEN_SQLITE_SCRIPT_H_
#define AUTOGEN_SQLITE_SCRIPT_H_

#include <sqlite3.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/model/snapshot.h"

namespace autogen::sqlite {

struct ScriptStep {
  std::string sql;       // one statement without a semicolon
  std::string object;    // "tasks", "tasks.score"; "" of what belongs to the script as a whole
  std::string relation;  // the table or view of it
  std::string what;      // "add column"
  std::string because;   // "column score changes"
  bool copies = false;   // every row of the table is rewritten
  bool loses = false;    // rows or values go
};

// What runs in one transaction, with foreign keys off; no steps: nothing to do.
struct Script {
  std::vector<ScriptStep> steps;
};

// A table or column that gets another name.
struct Rename {
  std::string table;   // as it is called by then
  std::string column;  // "": the table itself
  std::string to;
};

// The statements of renames, in their order, and the schema after them; SQLite carries a new name
// into every text that has the old one. Views and triggers beside which it would refuse are dropped
// first.
struct Renamed {
  std::vector<ScriptStep> steps;
  model::Snapshot schema;
};
absl::StatusOr<Renamed> RunRenames(const Schema& before, const std::vector<Rename>& renames);

// Renames come first. Views and triggers that name a table which is rebuilt or
// dropped are dropped before and made again after it, since SQLite refuses to rename beside a
// broken one. A step at the end fails where a foreign key is violated that was not before.
// Both are what Read() gives. It runs on that version and later ones; no later than that of the
// library, which it is tried with.
absl::StatusOr<Script> WriteScript(const Schema& before, const Schema& after,
                                   const std::vector<Rename>& renames,
                                   int version = sqlite3_libversion_number());

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_SCRIPT_H_
