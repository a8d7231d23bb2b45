#include <map>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/base/printable.h"
#include "src/base/text.h"
#include "src/report/columns.h"
#include "src/report/writer.h"

namespace autogen::report {
namespace {

// Of one severity in one step; GitHub drops the others without a word.
constexpr size_t kShown = 10;
// GitHub cuts a message at 64 KB, wherever that is.
constexpr size_t kMaxMessageBytes = 16000;

std::string Data(absl::string_view text) {
  return absl::StrReplaceAll(ClipUtf8(Visible(text, Lines::kMany), kMaxMessageBytes),
                             {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}});
}

std::string Property(absl::string_view text) {
  return absl::StrReplaceAll(Data(text), {{":", "%3A"}, {",", "%2C"}});
}

const char* CommandFor(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "notice";
  }
  return "";
}

std::string Annotation(const Finding& finding) {
  std::vector<std::string> properties;
  if (!finding.path.empty()) {
    properties.push_back(absl::StrCat("file=", Property(finding.path)));
    if (finding.line > 0) properties.push_back(absl::StrCat("line=", finding.line));
    if (finding.end_line > 0) properties.push_back(absl::StrCat("endLine=", finding.end_line));
    if (const std::optional<Columns> columns = Utf16Columns(finding); columns.has_value()) {
      // Columns are for annotations of one line.
      if (columns->end.has_value()) {
        properties.push_back(absl::StrCat("col=", columns->begin));
        properties.push_back(absl::StrCat("endColumn=", *columns->end));
      }
    }
  }
  properties.push_back(absl::StrCat("title=", Property(absl::StrCat("autogen/", finding.rule))));
  return absl::StrCat("::", CommandFor(finding.severity), " ", absl::StrJoin(properties, ","),
                      "::", Data(finding.message));
}

}  // namespace

void WriteGithub(const Report& report, std::ostream& out) {
  std::map<Severity, size_t> left;
  std::map<Severity, size_t> shown;
  for (const Finding& finding : WorstFirst(report.findings)) {
    if (shown[finding.severity] == kShown) {
      ++left[finding.severity];
      continue;
    }
    ++shown[finding.severity];
    out << Annotation(finding) << "\n";
  }
  std::vector<std::string> counts;
  for (const auto& [severity, count] : left) {
    counts.push_back(Count(count, SeverityName(severity)));
  }
  if (counts.empty()) return;
  out << "autogen " << report.command << ": " << absl::StrJoin(counts, ", ")
      << " more, without an annotation\n";
}

}  // namespace autogen::report
