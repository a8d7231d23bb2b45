// One run on each of many databases.
#ifndef AUTOGEN_CLI_MANY_H_
#define AUTOGEN_CLI_MANY_H_

#include <string>
#include <vector>

#include "src/cli/run.h"
#include "src/cli/targets.h"

namespace autogen::cli {

struct ManyOptions {
  int jobs = 4;
  bool json = false;
  bool profile = false;
};

// `jobs` at a time, each with its own lock, ledger and result; where one fails the others go on,
// and after a signal no further one starts. Each line tells its target. The results in the order of
// `targets`; one that was not started is Cancelled.
std::vector<RunResult> RunOnMany(const RunRequest& request, const std::vector<RunTarget>& targets,
                                 const ManyOptions& options);

// A line for each target with something to tell, the failures last with their messages, and the
// counts.
std::string ManyTable(const std::vector<RunTarget>& targets, const std::vector<RunResult>& results);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_MANY_H_
