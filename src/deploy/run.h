// One run of upgrade or downgrade on one database.
#ifndef AUTOGEN_DEPLOY_RUN_H_
#define AUTOGEN_DEPLOY_RUN_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/metrics.h"
#include "src/apply/observer.h"
#include "src/apply/options.h"
#include "src/apply/script_run.h"
#include "src/deploy/approvals.h"
#include "src/deploy/preflight.h"
#include "src/project/project.h"
#include "src/revision/graph.h"
#include "src/revision/plan.h"

namespace autogen::deploy {

struct RunRequest {
  const project::Project* project = nullptr;
  const revision::Graph* graph = nullptr;
  apply::Options options;
  ApprovalPolicy approvals;
  apply::Direction direction = apply::Direction::kUpgrade;
  std::vector<std::string> targets;
  std::string command;  // to be run again after a failure
  bool dry_run = false;
  bool preflight = true;  // the server checks
  // Of an upgrade: see DataChecks.
  bool data_checks = true;
  bool strict = false;
  PreflightOptions checks;
  bool rollback_on_failure = false;
};

struct RunResult {
  // Of a failure: what happened, then lines on what ran, what did not, the database's state and the
  // next command.
  absl::Status status;
  apply::RunSummary summary;
  apply::RunMetrics metrics;
};

// Connects, waits for other runners, plans, checks approvals and what preflight knows, runs. A
// failure is in the result. `out` takes what is no event: the list of a dry run. May be called by
// several threads at once, each with its own observer and stream.
RunResult RunOn(const RunRequest& request, const std::string& url, apply::Observer& report,
                std::ostream& out);

// The scripts of a run for a database at `rows`.
absl::StatusOr<revision::Steps> PlanSteps(const revision::Graph& graph,
                                          absl::Span<const revision::Node> rows,
                                          apply::Direction direction,
                                          const std::vector<std::string>& targets);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_RUN_H_
