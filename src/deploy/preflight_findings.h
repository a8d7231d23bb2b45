// The outcome of preflight's checks, as findings.
#ifndef AUTOGEN_DEPLOY_PREFLIGHT_FINDINGS_H_
#define AUTOGEN_DEPLOY_PREFLIGHT_FINDINGS_H_

#include <vector>

#include "src/deploy/preflight.h"
#include "src/report/finding.h"

namespace autogen::deploy {

// An error of the rule "violating-rows" for a check that counts some, a warning of the rule
// "not-checked" for one that could not run. Nothing for one that passed, or that is for later. Each
// has its "query" as a fact.
std::vector<report::Finding> FindingsOf(const std::vector<DataCheckResult>& answers);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_PREFLIGHT_FINDINGS_H_
