// A report as text and for programs: one file a format, each in the table of writer.cc.
#ifndef AUTOGEN_REPORT_WRITER_H_
#define AUTOGEN_REPORT_WRITER_H_

#include <ostream>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/report/finding.h"
#include "src/report/report.h"

namespace autogen::report {

// Writes all of it, and nothing that depends on a clock, a host or an order other than its own.
// Whatever names and messages hold, the document is well-formed and UTF-8; what is not printable
// stands in it as an escape.
using Writer = void (*)(const Report& report, std::ostream& out);

// "path:3:5: message", for warnings and notes "path:3:5: rule: message"; below it the line, with a
// caret under the place, then the further lines of the message.
void WriteText(absl::Span<const Finding> findings, std::ostream& out);
// An array of objects; see json.h.
void WriteJson(absl::Span<const Finding> findings, std::ostream& out);

// Workflow commands of GitHub Actions: "::warning file=…,line=…,title=autogen/rule::message", the
// worst first, at most ten of each severity (a step shows no more), then how many there are beyond.
// Source: docs.github.com, "Workflow commands"; actions/runner, ActionCommand.cs.
void WriteGithub(const Report& report, std::ostream& out);
// SARIF 2.1.0 (OASIS), with what GitHub's code scanning reads.
void WriteSarif(const Report& report, std::ostream& out);
// GitLab's Code Quality report: docs.gitlab.com, "Code Quality".
void WriteGitlab(const Report& report, std::ostream& out);
// JUnit's XML as Jenkins's junit-10.xsd has it: a case for each Report::cases, or, where a command
// has none, for each file with findings.
void WriteJunit(const Report& report, std::ostream& out);
// GitHub's and GitLab's Markdown for a comment or a step's summary: its first line is the marker
// "<!-- autogen: lint -->", by which the comment is found again; under kMaxMarkdownBytes.
void WriteMarkdown(const Report& report, std::ostream& out);
inline constexpr size_t kMaxMarkdownBytes = 65000;

// nullptr for a name that none has.
Writer FindWriter(absl::string_view format);
// The names, as cli::Flag::choices has them.
inline constexpr char kFormats[] = "text|json|github|sarif|gitlab|junit|markdown";

}  // namespace autogen::report

#endif  // AUTOGEN_REPORT_WRITER_H_
