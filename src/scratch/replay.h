// Histories of scripts in scratch databases: replayed to their end, or verified script by script.
#ifndef AUTOGEN_SCRATCH_REPLAY_H_
#define AUTOGEN_SCRATCH_REPLAY_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/diff/diff.h"
#include "src/introspect/introspect.h"
#include "src/revision/graph.h"
#include "src/revision/script.h"
#include "src/scratch/build.h"
#include "src/scratch/server.h"

namespace autogen::scratch {

// The statements of one direction of a script. The first one sets PostgreSQL's default search path,
// so scripts do not see each other's. What an assertion gives, without rows, stands in its setting
// behind it: "true" or "false".
std::string AssertionSetting(const revision::Assertion& assertion);
std::vector<Step> ScriptSteps(const revision::Script& script, const revision::Section& section);

// `nodes` and all that they need, in an order to run; none: every script.
revision::Nodes NeededBy(const revision::Graph& graph, const revision::Nodes& nodes);

// Runs the upgrades of `nodes`, in this order; `outside` as in BuildOptions.
absl::Status ReplayUpgrades(Database& database, const revision::Graph& graph,
                            absl::Span<const revision::Node> nodes,
                            std::vector<std::string>* outside);

// The schema after the upgrades of `nodes` and all that they need; none: of every script.
absl::StatusOr<model::Snapshot> Replay(Server& server, const revision::Graph& graph,
                                       const revision::Nodes& nodes,
                                       const introspect::Options& options);

// The same, from the cache where they were replayed before for a server of this version; 0: of the
// newest whose programs are here.
absl::StatusOr<model::Snapshot> ReplayKept(Server& server, const revision::Graph& graph,
                                           const revision::Nodes& nodes, int target_version,
                                           const introspect::Options& options);

struct Verdict {
  revision::Node node = -1;
  // "" where up, down and up worked and led back. Else what failed or differed.
  std::string problem;
  int line = 0;  // of the statement that failed, in the script; 0: it is about no single one
  // Only the way up was tried: by the script's directive, or since its downgrade raises an error.
  bool irreversible = false;
  size_t assertions = 0;    // that ran
  bool unreadable = false;  // it is not a script: `problem` says why
  // Statements that would have left the database and did not run, and assertions that are not true
  // without rows, with their places.
  std::vector<std::string> not_verified;
};

struct VerifyRequest {
  const revision::Graph* graph = nullptr;
  revision::Nodes nodes;  // to verify, in any order; none: all
  introspect::Options introspect;
  diff::Options diff{diff::PostgresRules()};
  int jobs = 2;
  // Called from several threads, one at a time.
  std::function<void(const Verdict&)> progress;
};

struct Verification {
  std::vector<Verdict> verdicts;  // in the graph's order
  model::Snapshot end;            // after the last script of the graph that was needed
  int server_version = 0;
  bool ok() const;
  // A script could not be read: that is no verdict on it.
  bool unreadable() const;
};

// Each script on top of those before it in the graph's order: upgrade, downgrade (must lead back),
// upgrade again (must lead to the same place as the first time). Statements that assert something
// about data must run; in an empty database their answer does not count. A script whose upgrade
// fails ends the verification of those after it in its part of the history: they have no state to
// start from, and say so. FailedPrecondition on a server that scripts could harm (see
// Server::IsExpendable).
absl::StatusOr<Verification> Verify(Server& server, const VerifyRequest& request);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_REPLAY_H_
