// What is wrong with scripts, as far as their text and their history say it.
#ifndef AUTOGEN_REVIEW_FINDINGS_H_
#define AUTOGEN_REVIEW_FINDINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "src/report/finding.h"
#include "src/report/report.h"
#include "src/review/script.h"

namespace autogen::review {

// "unreadable-script", at the line that the error names.
report::Finding Unreadable(const std::string& path, const absl::Status& error);

// The hazards of its upgrade (rules of lint), "edited-script" where it is not new, and
// "edited-after-proof".
void AddFindings(const revision::Graph& graph, const ReadScript& read, const Script& script,
                 std::vector<report::Finding>* findings);

// "several-heads" at each head, "deleted-script".
void AddHistoryFindings(const revision::Graph& graph, const std::vector<std::string>& deleted,
                        std::vector<report::Finding>* findings);

// What all of those rules mean, and the other ones of a review.
std::vector<report::RuleText> RuleTexts();

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_FINDINGS_H_
