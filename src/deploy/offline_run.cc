#include "src/deploy/offline_run.h"

#include "absl/strings/str_split.h"
#include "src/apply/compile.h"
#include "src/apply/offline.h"
#include "src/base/status.h"
#include "src/deploy/losses.h"

namespace autogen::deploy {

using apply::Direction;

absl::StatusOr<OfflineRun> RunOffline(const RunRequest& request,
                                      const std::optional<revision::Nodes>& current) {
  const revision::Graph& graph = *request.graph;
  const bool up = request.direction == Direction::kUpgrade;
  const std::vector<std::string> ends = absl::StrSplit(request.targets[0], absl::MaxSplits(':', 1));
  if (ends.size() == 1 && !up) {
    return absl::InvalidArgumentError(
        "downgrade --sql does not connect: give the range, from:to (\"head:-1\", "
        "\"head:base\"; \"current:base\" asks the database what is applied)");
  }
  revision::Nodes rows;
  std::vector<std::string> to = request.targets;
  if (ends.size() == 2) {
    if (current.has_value()) {
      rows = *current;
    } else {
      ASSIGN_OR_RETURN(rows, revision::PlanStamp(graph, {}, {ends[0].empty() ? "base" : ends[0]}));
    }
    to = {ends[1].empty() ? (up ? "heads" : "base") : ends[1]};
  }
  ASSIGN_OR_RETURN(revision::Steps steps, PlanSteps(graph, rows, request.direction, to));
  ASSIGN_OR_RETURN(std::vector<apply::ScriptRun> scripts,
                   apply::CompileScripts(graph, rows, steps.nodes, request.direction));
  OfflineRun run;
  if (up) {
    ASSIGN_OR_RETURN(run.notes, CheckApprovals(*request.project, request.approvals, scripts,
                                               nullptr, "printed"));
  } else {
    run.notes = LossWarnings(scripts);
  }
  ASSIGN_OR_RETURN(run.sql,
                   apply::OfflineSql(graph.dialect(), scripts, request.options, rows.empty()));
  return run;
}

}  // namespace autogen::deploy
