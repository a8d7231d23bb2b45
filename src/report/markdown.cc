#include <ostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/report/markdown_text.h"
#include "src/report/writer.h"

namespace autogen::report {
namespace {

// Shown without a click.
constexpr size_t kOpenRows = 10;
// A place, a rule and the start of a long message.
constexpr size_t kMaxCellBytes = 600;
constexpr char kHead[] = "| | place | rule | message |\n| --- | --- | --- | --- |\n";

const char* MarkOf(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "❌ error";
    case Severity::kWarning:
      return "⚠️ warning";
    case Severity::kNote:
      return "ℹ️ note";
  }
  return "";
}

std::string Cell(const std::string& text) {
  const std::string cut = ClipUtf8(text, kMaxCellBytes);
  return absl::StrCat(markdown::Text(cut), cut.size() < text.size() ? "…" : "");
}

std::string Row(const Finding& finding) {
  const std::string place =
      finding.line > 0 ? absl::StrCat(finding.path, ":", finding.line) : finding.path;
  return absl::StrCat("| ", MarkOf(finding.severity), " | ", markdown::Code(place, /*cell=*/true),
                      " | ", markdown::Code(finding.rule, /*cell=*/true), " | ",
                      Cell(finding.message), " |\n");
}

// Each finding with its line, as on a terminal; of at most `room` bytes.
std::string Excerpts(const std::vector<Finding>& findings, size_t room) {
  std::string all;
  for (const Finding& finding : findings) {
    if (finding.excerpt.empty()) continue;
    std::ostringstream one;
    WriteText({finding}, one);
    // Block() may make it longer: a fence, and an escape of six bytes for one.
    if (markdown::Block(absl::StrCat(all, one.str()), "").size() + 100 > room) break;
    all += one.str();
  }
  if (all.empty()) return "";
  return markdown::Details("The lines", markdown::Block(all, ""));
}

}  // namespace

void WriteMarkdown(const Report& report, std::ostream& out) {
  const std::vector<Finding> findings = WorstFirst(report.findings);
  std::string page =
      absl::StrCat("<!-- autogen: ", report.command, " -->\n### autogen ", report.command, ": ",
                   findings.empty() ? (report.complete ? "no findings" : "an error")
                                    : Count(findings.size(), "finding"),
                   "\n\n");
  if (!report.summary.empty()) absl::StrAppend(&page, Cell(report.summary), "\n\n");
  // For what closes the page.
  const size_t room = kMaxMarkdownBytes - 500;
  std::string open, folded;
  size_t shown = 0;
  for (const Finding& finding : findings) {
    const std::string row = Row(finding);
    if (page.size() + open.size() + folded.size() + row.size() > room) break;
    (shown < kOpenRows ? open : folded) += row;
    ++shown;
  }
  if (!open.empty()) absl::StrAppend(&page, kHead, open, "\n");
  if (!folded.empty()) {
    absl::StrAppend(
        &page,
        markdown::Details(absl::StrCat(shown - kOpenRows, " more"), absl::StrCat(kHead, folded)),
        "\n");
  }
  if (shown < findings.size()) {
    absl::StrAppend(&page, "… and ", findings.size() - shown,
                    " more, for which there is no room here\n\n");
  }
  if (page.size() < room) page += Excerpts(findings, room - page.size());
  out << page;
}

}  // namespace autogen::report
