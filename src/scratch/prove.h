// Proves a script: up, down and up again in a scratch database.
#ifndef AUTOGEN_SCRATCH_PROVE_H_
#define AUTOGEN_SCRATCH_PROVE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/diff/diff.h"
#include "src/introspect/introspect.h"
#include "src/rows/trial.h"
#include "src/scratch/server.h"

namespace autogen::scratch {

struct ProofRequest {
  model::Snapshot before;              // the state that the upgrade starts from
  std::vector<std::string> upgrade;    // statements, in order
  std::vector<std::string> downgrade;  // none with `irreversible`: only the way up is tried
  bool irreversible = false;
  // Where the upgrade must lead; none: anywhere, but the second upgrade must lead to the same state
  // as the first.
  std::optional<model::Snapshot> wanted;
  // Tried after the schema was proved; none: no rows.
  std::optional<rows::RowPlan> rows;
  // How both sides are read and compared; schemas as in the comparison that made the script.
  introspect::Options introspect;
  diff::Options diff{diff::PostgresRules()};
};

struct Proof {
  bool proved = false;
  // Not proved: which step (the start, the upgrade, the downgrade, the second upgrade) failed or
  // led elsewhere, with the server's message, or with the operations that would still be needed,
  // one a line.
  std::string difference;
  int server_version = 0;
  std::string place;  // Server::place()
  std::optional<rows::RowTrial> trial;
};

// No routine runs while schemas are compared, so none can falsify that (see Stubs): their bodies
// come only with the rows. Builds `before` in a scratch database, then runs upgrade, downgrade and
// upgrade, and reads the database after each; then, with synthetic rows, up and down once more.
// What rows show is reported, and does not fail a proof. A status only where nothing could be
// tried (no scratch database, `before` cannot be built).
absl::StatusOr<Proof> Prove(Server& server, const ProofRequest& request);

// The operations that turn `found` into `wanted`, one a line; "" where they are equal.
absl::StatusOr<std::string> Difference(const model::Snapshot& found, const model::Snapshot& wanted,
                                       const diff::Options& options);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_PROVE_H_
