// The outcome of runs, on one database or many, as a report.
#ifndef AUTOGEN_DEPLOY_RUN_REPORT_H_
#define AUTOGEN_DEPLOY_RUN_REPORT_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "src/deploy/run.h"
#include "src/report/report.h"

namespace autogen::deploy {

// A case for each target (its name, in the order of `results`), and an error of the rule
// "run-failed" for each that failed. A target that was not started is skipped.
report::Report ToReport(const RunRequest& request, absl::Span<const std::string> targets,
                        absl::Span<const RunResult> results);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_RUN_REPORT_H_
