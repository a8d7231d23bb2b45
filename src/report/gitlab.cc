#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "src/base/printable.h"
#include "src/base/sha256.h"
#include "src/report/writer.h"

namespace autogen::report {
namespace {

using nlohmann::ordered_json;

const char* SeverityOf(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "critical";
    case Severity::kWarning:
      return "major";
    case Severity::kNote:
      return "info";
  }
  return "info";
}

}  // namespace

void WriteGitlab(const Report& report, std::ostream& out) {
  ordered_json entries = ordered_json::array();
  const std::vector<std::string> fingerprints = Fingerprints(report.findings);
  for (size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    ordered_json lines = {{"begin", std::max(finding.line, 1)}};
    if (finding.end_line > finding.line) lines["end"] = finding.end_line;
    const std::string& path = finding.path.empty() ? report.project_file : finding.path;
    entries.push_back(
        {{"description", Visible(finding.message, Lines::kMany)},
         {"check_name", Visible(finding.rule, Lines::kOne)},
         {"fingerprint", Sha256Hex(fingerprints[i]).substr(0, 32)},
         {"severity", SeverityOf(finding.severity)},
         {"location", {{"path", Visible(path, Lines::kOne)}, {"lines", std::move(lines)}}}});
  }
  out << entries.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
}

}  // namespace autogen::report
