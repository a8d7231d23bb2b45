#include "src/deploy/run_report.h"

#include "absl/strings/str_cat.h"
#include "src/base/text.h"

namespace autogen::deploy {

report::Report ToReport(const RunRequest& request, absl::Span<const std::string> targets,
                        absl::Span<const RunResult> results) {
  using Outcome = report::Case::Outcome;
  report::Report report;
  report.command = std::string(apply::DirectionName(request.direction));
  report.rules = {{"run-failed", "the scripts were not run to their end", ""}};
  size_t done = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    const RunResult& result = results[i];
    report::Case one{.name = targets[i], .seconds = result.metrics.seconds};
    if (absl::IsCancelled(result.status) && result.metrics.target.empty()) {
      one.outcome = Outcome::kSkipped;
      one.message = std::string(result.status.message());
    } else if (!result.status.ok()) {
      one.outcome = Outcome::kFailed;
      one.rule = "run-failed";
      one.message = std::string(result.status.message());
      report.findings.push_back({.rule = one.rule,
                                 .message = absl::StrCat(targets[i], ": ", one.message),
                                 .facts = {{"target", targets[i]}}});
    } else if (request.dry_run) {
      one.outcome = Outcome::kSkipped;
      one.message = "dry run";
    } else {
      ++done;
    }
    report.cases.push_back(std::move(one));
  }
  report.summary = absl::StrCat(done, " of ", Count(results.size(), "target"), " done");
  return report;
}

}  // namespace autogen::deploy
