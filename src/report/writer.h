// Findings as text and for programs: one file a format, each in the table of writer.cc.
#ifndef AUTOGEN_REPORT_WRITER_H_
#define AUTOGEN_REPORT_WRITER_H_

#include <ostream>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/report/finding.h"

namespace autogen::report {

// Writes all of them, and nothing that depends on a clock, a host or an order other than theirs.
using Writer = void (*)(absl::Span<const Finding> findings, std::ostream& out);

// "path:3:5: message", for warnings and notes "path:3:5: rule: message"; below it the line, with a
// caret under the place, then the further lines of the message.
void WriteText(absl::Span<const Finding> findings, std::ostream& out);
// An array of objects; see json.h.
void WriteJson(absl::Span<const Finding> findings, std::ostream& out);

// "text", "json"; nullptr for another name.
Writer FindWriter(absl::string_view format);
// The names, as cli::Flag::choices has them.
inline constexpr char kFormats[] = "text|json";

}  // namespace autogen::report

#endif  // AUTOGEN_REPORT_WRITER_H_
