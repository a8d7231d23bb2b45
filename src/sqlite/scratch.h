// Databases in memory, in which models and scripts are tried. Nothing in them reaches a file:
// ATTACH is refused, and SQLite's library has no other way.
#ifndef AUTOGEN_SQLITE_SCRATCH_H_
#define AUTOGEN_SQLITE_SCRATCH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/model/snapshot.h"
#include "src/sqlite/database.h"

namespace autogen::sqlite {

absl::StatusOr<Database> NewScratch();

// What SQLite refused of a model, and why.
struct Refusal {
  model::ObjectId object;
  std::string reason;
};

// `model` as SQLite reads it: built in memory, and read. InvalidArgument says what SQLite refused;
// `refused` gets the same as data.
absl::StatusOr<model::Snapshot> Canonicalise(const Schema& model,
                                             std::vector<Refusal>* refused = nullptr);

// What files of SQL make, in their order. InvalidArgument with path and line.
absl::StatusOr<model::Snapshot> LoadSqlFiles(const std::vector<std::string>& paths);

struct Proof {
  // "" where the upgrade leads to the wanted schema, the downgrade back, and the upgrade there
  // again; else what failed or differed.
  std::string difference;
  int rows = 0;
  struct Loss {
    std::string table;
    std::string column;  // "": whole rows
    std::string how;     // "7 of 8 values do not come back"
  };
  std::vector<Loss> losses;
  std::vector<std::string> tried;  // the tables that had rows
  // Why up and down could not be tried on rows; "" where they were.
  std::string untried;
};

// Each script by its statements, run as RunStatements() does. First without rows, then with.
absl::StatusOr<Proof> Prove(const Schema& before, const Schema& wanted,
                            const std::vector<std::string>& upgrade,
                            const std::vector<std::string>& downgrade);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_SCRATCH_H_
