// One run on each of many databases.
#ifndef AUTOGEN_DEPLOY_MANY_H_
#define AUTOGEN_DEPLOY_MANY_H_

#include <ostream>
#include <string>
#include <vector>

#include "src/deploy/run.h"
#include "src/deploy/targets.h"

namespace autogen::deploy {

struct ManyOptions {
  int jobs = 4;
  bool json = false;
  bool profile = false;
};

// Prints to `out`, and the failures as they come to `err`. `jobs` at a time, each with its own
// lock, ledger and result; where one fails the others go on, and after a signal no further one
// starts. Each line tells its target. The results in the order of `targets`; one that was not
// started is Cancelled.
std::vector<RunResult> RunOnMany(const RunRequest& request, const std::vector<RunTarget>& targets,
                                 const ManyOptions& options, std::ostream& out, std::ostream& err);

// A line for each target with something to tell, the failures last with their messages, and the
// counts.
std::string ManyTable(const std::vector<RunTarget>& targets, const std::vector<RunResult>& results);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_MANY_H_
