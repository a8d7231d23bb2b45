#include "src/deploy/preflight_findings.h"

#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/sql/mask.h"

namespace autogen::deploy {

std::vector<report::Finding> FindingsOf(const std::vector<PreflightAnswer>& answers) {
  std::vector<report::Finding> findings;
  for (const PreflightAnswer& a : answers) {
    if (a.early || a.passed()) continue;
    report::Finding finding{.path = a.question.path, .line = a.question.line};
    if (a.problem.empty()) {
      finding.rule = "violating-rows";
      finding.message =
          absl::StrCat(a.question.what, ": ", Count(static_cast<size_t>(a.rows), "row"));
    } else {
      finding.rule = "not-checked";
      finding.severity = report::Severity::kWarning;
      finding.message =
          absl::StrCat(a.question.what, ": ", sql::MaskedMessage(a.problem, a.question.query));
    }
    if (!a.question.query.empty()) finding.facts = {{"query", sql::Masked(a.question.query)}};
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace autogen::deploy
