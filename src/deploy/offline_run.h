// A run as SQL, for somebody else to run.
#ifndef AUTOGEN_DEPLOY_OFFLINE_RUN_H_
#define AUTOGEN_DEPLOY_OFFLINE_RUN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/deploy/run.h"

namespace autogen::deploy {

struct OfflineRun {
  std::string sql;
  // For the person who prints it: what was approved (see CheckApprovals), what a downgrade loses.
  std::vector<std::string> notes;
};

// Nothing connects: the run starts where the first target says, "from:to", or with an empty
// database; at `current` where that is given. Approvals in a database do not count.
absl::StatusOr<OfflineRun> RunOffline(const RunRequest& request,
                                      const std::optional<revision::Nodes>& current);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_OFFLINE_RUN_H_
