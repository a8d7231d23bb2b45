#include "src/deploy/preflight_findings.h"

#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/sql/mask.h"

namespace autogen::deploy {

std::vector<report::Finding> FindingsOf(const std::vector<DataCheckResult>& answers) {
  std::vector<report::Finding> findings;
  for (const DataCheckResult& a : answers) {
    if (a.early || a.passed()) continue;
    report::Finding finding{.path = a.check.path, .line = a.check.line};
    if (a.problem.empty()) {
      finding.rule = "violating-rows";
      finding.message = absl::StrCat(a.check.what, ": ", Count(static_cast<size_t>(a.rows), "row"));
    } else {
      finding.rule = "not-checked";
      finding.severity = report::Severity::kWarning;
      finding.message =
          absl::StrCat(a.check.what, ": ", sql::MaskedMessage(a.problem, a.check.query));
    }
    if (!a.check.query.empty()) finding.facts = {{"query", sql::Masked(a.check.query)}};
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace autogen::deploy
