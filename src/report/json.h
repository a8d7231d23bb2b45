// Findings as JSON.
#ifndef AUTOGEN_REPORT_JSON_H_
#define AUTOGEN_REPORT_JSON_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/report/finding.h"

namespace autogen::report {

// {"path", "line", "column", "end_line", "end_column", "rule", "severity", "message", "fix",
// "excerpt"}: what is not known is left out, but rule, severity and message stand always. Then the
// facts, each under its name; none may have one of these names.
nlohmann::ordered_json ToJson(absl::Span<const Finding> findings);
// The same as text. A server's words may hold any bytes; JSON may not.
std::string JsonText(absl::Span<const Finding> findings);
// The reverse; empty where the text is not of that form.
std::vector<Finding> FromJson(const std::string& text);

}  // namespace autogen::report

#endif  // AUTOGEN_REPORT_JSON_H_
