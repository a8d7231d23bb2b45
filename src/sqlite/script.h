// The statements that make one schema of another.
#ifndef AUTOGEN_SQLITE_SCRIPT_H_
#define AUTOGEN_SQLITE_SCRIPT_H_

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

// What stands around the steps, which run in one transaction.
struct Script {
  std::vector<ScriptStep> steps;  // empty: nothing to do
  // Tables are dropped: foreign keys must be off, which no statement can do inside a transaction.
  bool needs_foreign_keys_off = false;
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
// Both are what Read() gives.
absl::StatusOr<Script> WriteScript(const Schema& before, const Schema& after,
                                   const std::vector<Rename>& renames);

// As a text for the sqlite3 shell and for every program that runs several statements, which stops
// at the first error: ".bail on" first where `for_shell`, since the shell goes on after an error.
std::string ScriptText(const Script& script, bool for_shell);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_SCRIPT_H_
