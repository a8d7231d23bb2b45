// A large UPDATE in small transactions: resumable, throttled, never twice for a row.
#ifndef AUTOGEN_APPLY_BACKFILL_H_
#define AUTOGEN_APPLY_BACKFILL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

struct BackfillRequest {
  std::string schema;  // plain names
  std::string table;
  std::vector<std::pair<std::string, std::string>> set;  // column, expression over the row
  std::string where;                                     // "": every row
  // Where the state is kept: the version table's schema ("": the search path's first) and name.
  std::string state_schema;
  std::string state_table = "autogen_backfill";

  int batch_rows = 1000;  // of the first batch
  int target_ms = 500;    // later ones have so many rows as take about this long; 0: as the first
  int pause_ms = 100;     // between batches
  int lock_timeout_ms = 1000;
  int retries = 20;      // of a batch that met a lock or a deadlock
  bool restart = false;  // start at the first row, whatever was done before
  // The connection is a pooler's in transaction mode: the lock is taken with each batch.
  bool pooled = false;
  // After each batch; false stops there, as if nothing were left to do in this run.
  std::function<bool(int64_t rows, int64_t batches)> progress;
};

struct BackfillResult {
  int64_t rows = 0;     // updated, in all runs
  int64_t batches = 0;  // of this run
  bool resumed = false;
  bool done = false;  // every row was looked at
};

// Walks the table along its primary key. Each batch is one transaction that updates its rows and
// advances the recorded place: after a kill the next run continues behind the last batch. A
// finished one is not run again without `restart`. Where `pooled`, two runs at once are noticed
// at their next batch: one of them ends then. FailedPrecondition: no primary key, another run at
// work, finished before, a trigger or generated column that changes the key (its batch is rolled
// back); NotFound: no such table or column; InvalidArgument: an expression that is none, a column
// of the key to be set.
absl::StatusOr<BackfillResult> RunBackfill(postgres::Connection& connection,
                                           const BackfillRequest& request);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_BACKFILL_H_
