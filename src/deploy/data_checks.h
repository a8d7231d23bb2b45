// The data checks of an upgrade, run by the upgrade itself.
#ifndef AUTOGEN_DEPLOY_DATA_CHECKS_H_
#define AUTOGEN_DEPLOY_DATA_CHECKS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "src/apply/observer.h"
#include "src/apply/script_run.h"
#include "src/deploy/preflight.h"

namespace autogen::deploy {

class DataChecks {
 public:
  // `strict`: what could not be checked is an error, too. `report` receives what was checked; it
  // must outlive the object.
  DataChecks(AskChecks ask, bool strict, apply::Observer* report)
      : ask_(std::move(ask)), strict_(strict), report_(*report) {}

  // Before anything is changed. FailedPrecondition with a line for each check that found rows.
  absl::Status Run(const std::vector<DataCheck>& checks);
  // Those that were for later and belong to statements [begin, end) of `script`, which run next.
  absl::Status BeforeStep(const apply::ScriptRun& script, size_t begin, size_t end);

 private:
  absl::Status Judge(const std::vector<DataCheckResult>& answers, const char* changed) const;

  const AskChecks ask_;
  const bool strict_;
  apply::Observer& report_;
  std::vector<DataCheck> later_;
};

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_DATA_CHECKS_H_
