// What a script does to rows: upgrade and downgrade, tried on synthetic ones.
#ifndef AUTOGEN_ROWS_TRIAL_H_
#define AUTOGEN_ROWS_TRIAL_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/model/catalog.h"
#include "src/postgres/connection.h"

namespace autogen::rows {

// A data check of the upgrade (see violating.h).
struct RowCheck {
  std::string relation;
  std::string count;  // one number
  std::string rows;   // (tableoid, ctid) of the rows to delete before the upgrade can run
};

// What a proof tries on rows.
struct RowPlan {
  std::set<model::ObjectId> tables;
  std::vector<RowCheck> checks;
  std::vector<std::vector<model::ObjectId>> upgrade_tables;
  std::vector<std::vector<model::ObjectId>> downgrade_tables;
};

struct RowRequest {
  const model::Catalog* before = nullptr;
  std::vector<std::string> upgrade;
  std::vector<std::string> downgrade;
  std::set<model::ObjectId> tables;  // of `before`: what the upgrade touches
  std::vector<RowCheck> checks;
  // By statement: the tables of `before` over whose rows it may fail.
  std::vector<std::vector<model::ObjectId>> upgrade_tables;
  std::vector<std::vector<model::ObjectId>> downgrade_tables;
};

// What a table or column was before and is not after up and down.
struct RowLoss {
  model::ObjectId table;
  std::string column;  // "": whole rows
  std::string how;     // "7 of 8 values come back as NULL"
};

struct RowFailure {
  bool downgrade = false;
  size_t statement = 0;
  std::string message;
};

struct RowTrial {
  int64_t rows = 0;
  size_t tables = 0;
  std::vector<std::string> unfilled;
  // By check: how many of the synthetic rows violate it.
  std::vector<int64_t> violating;
  // Failures without such rows; each was tried again without rows in its tables.
  std::vector<RowFailure> failures;
  // Tables that had rows when up and down were tried.
  std::set<model::ObjectId> tried;
  std::vector<RowLoss> losses;
  std::string untried;  // why upgrade and downgrade could not be tried; "" where they were
};

// In a database that has the schema of `before` and no rows, and in which both scripts run without
// rows. They commit as an upgrade and a downgrade do: what waits for the end of a transaction
// (deferred constraints, constraint triggers) happens there, and what can be used only after a
// commit (a new label) can. Leaves rows, in one schema or the other.
absl::StatusOr<RowTrial> TryRows(postgres::Connection& connection, const RowRequest& request);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_TRIAL_H_
