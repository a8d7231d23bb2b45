// Histories of scripts for SQLite, run in memory.
#ifndef AUTOGEN_GENERATE_SQLITE_HISTORY_H_
#define AUTOGEN_GENERATE_SQLITE_HISTORY_H_

#include "absl/status/statusor.h"
#include "src/model/snapshot.h"
#include "src/scratch/replay.h"

namespace autogen::generate {

// The schema after `nodes` and all that they need; none: after every script of the graph.
absl::StatusOr<model::Snapshot> ReplaySqlite(const revision::Graph& graph,
                                             const revision::Nodes& nodes);

// As scratch::Verify(); what a script does to other files is refused, so that it cannot be
// verified. One after the other: nothing is there to wait for.
absl::StatusOr<scratch::Verification> VerifySqlite(const scratch::VerifyRequest& request);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SQLITE_HISTORY_H_
