// The data checks of scripts, on a database that is in use.
#ifndef AUTOGEN_REVIEW_CHECKS_H_
#define AUTOGEN_REVIEW_CHECKS_H_

#include "absl/status/status.h"
#include "src/review/collect.h"

namespace autogen::review {

// Those of the scripts that the database at `request.url` has not run, and the sizes of `relations`
// there. What they find is a finding; why they could not run stands in the review. Cancelled where
// `request.checks.stop` ended it.
absl::Status RunChecks(const Request& request,
                       const std::set<std::pair<std::string, std::string>>& relations,
                       Review* review);

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_CHECKS_H_
