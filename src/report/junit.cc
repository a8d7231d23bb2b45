#include <map>
#include <ostream>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "src/base/printable.h"
#include "src/report/writer.h"

namespace autogen::report {
namespace {

using Outcome = Case::Outcome;

// XML 1.0, 2.2: what Visible() leaves of the control characters is allowed; two code points are
// not.
std::string Xml(absl::string_view text, bool attribute) {
  std::string out;
  const std::string visible = Visible(text, Lines::kMany);
  for (size_t i = 0; i < visible.size();) {
    const absl::string_view rest = absl::string_view(visible).substr(i);
    const Utf8Char c = FirstChar(rest);
    i += c.bytes;
    switch (c.code) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append(attribute ? "&quot;" : "\"");
        break;
      case '\n':
        out.append(attribute ? "&#10;" : "\n");
        break;
      case '\t':
        out.append(attribute ? "&#9;" : "\t");
        break;
      case 0xFFFE:
      case 0xFFFF:
        absl::StrAppendFormat(&out, "\\u%04x", c.code);
        break;
      default:
        absl::StrAppend(&out, rest.substr(0, c.bytes));
    }
  }
  return out;
}

std::string Attribute(absl::string_view name, absl::string_view value) {
  return absl::StrCat(" ", name, "=\"", Xml(value, true), "\"");
}

// Where a command names no cases: a file is one, and so is what is of no file.
std::vector<Case> CasesOf(const Report& report) {
  if (!report.cases.empty()) return report.cases;
  std::vector<Case> cases;
  std::map<std::string, size_t> by_path;
  auto case_of = [&](const std::string& path) -> Case& {
    const auto [at, is_new] = by_path.emplace(path, cases.size());
    if (is_new) cases.push_back({.name = path.empty() ? report.command : path, .path = path});
    return cases[at->second];
  };
  for (const std::string& path : report.paths) case_of(path);
  for (const Finding& finding : report.findings) {
    Case& one = case_of(finding.path);
    // A note fails nothing.
    if (finding.severity == Severity::kNote) continue;
    std::ostringstream text;
    WriteText({finding}, text);
    if (one.outcome == Outcome::kPassed) {
      one.rule = finding.rule;
      one.line = finding.line;
    }
    one.outcome = report.complete ? Outcome::kFailed : Outcome::kError;
    absl::StrAppend(&one.message, text.str());
  }
  if (cases.empty()) {
    cases.push_back(
        {.name = report.command, .outcome = report.complete ? Outcome::kPassed : Outcome::kError});
  }
  return cases;
}

struct Counts {
  size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::optional<double> seconds;
};

Counts CountsOf(const std::vector<Case>& cases) {
  Counts counts;
  counts.tests = cases.size();
  for (const Case& one : cases) {
    counts.failures += one.outcome == Outcome::kFailed ? 1 : 0;
    counts.errors += one.outcome == Outcome::kError ? 1 : 0;
    counts.skipped += one.outcome == Outcome::kSkipped ? 1 : 0;
    if (one.seconds.has_value()) counts.seconds = counts.seconds.value_or(0) + *one.seconds;
  }
  return counts;
}

std::string Seconds(const std::optional<double>& seconds) {
  return seconds.has_value() ? absl::StrFormat(" time=\"%.3f\"", *seconds) : "";
}

std::string Attributes(const Counts& counts) {
  return absl::StrCat(" tests=\"", counts.tests, "\" failures=\"", counts.failures, "\" errors=\"",
                      counts.errors, "\" skipped=\"", counts.skipped, "\"",
                      Seconds(counts.seconds));
}

void WriteCase(const Case& one, const std::string& name, const std::string& suite,
               std::ostream& out) {
  out << "    <testcase" << Attribute("classname", suite) << Attribute("name", name);
  if (!one.path.empty()) out << Attribute("file", one.path);
  if (one.line > 0) out << " line=\"" << one.line << "\"";
  out << Seconds(one.seconds);
  const std::string first = one.message.substr(0, one.message.find('\n'));
  switch (one.outcome) {
    case Outcome::kPassed:
      out << "/>\n";
      return;
    case Outcome::kSkipped:
      out << "><skipped" << Attribute("message", first) << "/></testcase>\n";
      return;
    case Outcome::kFailed:
    case Outcome::kError: {
      const char* element = one.outcome == Outcome::kFailed ? "failure" : "error";
      out << "><" << element << Attribute("message", first)
          << Attribute("type", one.rule.empty() ? element : one.rule) << ">"
          << Xml(one.message, false) << "</" << element << "></testcase>\n";
      return;
    }
  }
}

}  // namespace

void WriteJunit(const Report& report, std::ostream& out) {
  const std::vector<Case> cases = CasesOf(report);
  const std::string suite = absl::StrCat("autogen ", report.command);
  const std::string attributes = Attributes(CountsOf(cases));
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" << Attribute("name", suite)
      << attributes << ">\n  <testsuite" << Attribute("name", suite) << attributes << ">\n";
  // Readers tell cases apart by their names.
  std::set<std::string> names;
  for (const Case& one : cases) {
    std::string name = one.name;
    for (int i = 2; !names.insert(name).second; ++i) name = absl::StrCat(one.name, " (", i, ")");
    WriteCase(one, name, suite, out);
  }
  if (!report.summary.empty()) {
    out << "    <system-out>" << Xml(report.summary, false) << "</system-out>\n";
  }
  out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace autogen::report
