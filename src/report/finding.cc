#include "src/report/finding.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/report/json.h"

namespace autogen::report {
namespace {

constexpr char kPayload[] = "autogen/findings";

// Longer lines are not text that somebody wrote.
constexpr size_t kLongestExcerpt = 10000;

bool MayHoldSecret(absl::string_view line) {
  const std::string lower = absl::AsciiStrToLower(line);
  for (const char* word :
       {"://", "pass", "pwd", "secret", "token", "credential", "private", "keytab"}) {
    if (absl::StrContains(lower, word)) return true;
  }
  // sslkey, api_key, …: an option's name; not primary_key and the like, which are the model's own.
  for (const char* word : {"ssl", "api", "access", "account", "shared", "auth"}) {
    if (absl::StrContains(lower, absl::StrCat(word, "key")) ||
        absl::StrContains(lower, absl::StrCat(word, "_key"))) {
      return true;
    }
  }
  return absl::StrContains(lower, "\"key\"") || absl::StrContains(lower, "keyfile");
}

absl::string_view LineAround(absl::string_view text, size_t offset) {
  const size_t before = offset == 0 ? absl::string_view::npos : text.rfind('\n', offset - 1);
  const size_t start = before == absl::string_view::npos ? 0 : before + 1;
  return absl::StripTrailingAsciiWhitespace(text.substr(start, text.find('\n', start) - start));
}

void SetExcerpt(absl::string_view line, Finding* finding) {
  if (line.size() <= kLongestExcerpt && !MayHoldSecret(line)) finding->excerpt = std::string(line);
}

}  // namespace

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "";
}

void SetPlace(absl::string_view text, size_t begin, size_t end, Finding* finding) {
  begin = std::min(begin, text.size());
  end = std::clamp(end, begin, text.size());
  auto place = [&](size_t offset, int* line, int* column) {
    const absl::string_view before = text.substr(0, offset);
    *line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
    const size_t last = before.rfind('\n');
    *column = static_cast<int>(last == absl::string_view::npos ? offset : offset - last - 1) + 1;
  };
  place(begin, &finding->line, &finding->column);
  place(end, &finding->end_line, &finding->end_column);
  SetExcerpt(LineAround(text, begin), finding);
}

void SetLine(absl::string_view text, int line, Finding* finding) {
  finding->line = line;
  size_t start = 0;
  for (int i = 1; i < line; ++i) {
    start = text.find('\n', start);
    if (start == absl::string_view::npos) return;
    ++start;
  }
  SetExcerpt(LineAround(text, start), finding);
}

std::string Line(const Finding& finding) {
  std::string line = finding.path;
  if (finding.line > 0) absl::StrAppend(&line, ":", finding.line);
  if (finding.line > 0 && finding.column > 0) absl::StrAppend(&line, ":", finding.column);
  return absl::StrCat(line, line.empty() ? "" : ": ", finding.message);
}

absl::Status ToStatus(absl::StatusCode code, std::vector<Finding> findings) {
  if (findings.empty()) return absl::OkStatus();
  std::string message;
  for (const Finding& finding : findings) {
    absl::StrAppend(&message, message.empty() ? "" : "\n", Line(finding));
  }
  absl::Status status(code, message);
  status.SetPayload(kPayload, absl::Cord(JsonText(findings)));
  return status;
}

std::vector<Finding> FindingsOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return {};
  std::vector<Finding> findings = FromJson(std::string(*payload));
  // A caller that annotated the error says more than the findings do.
  if (ToStatus(status.code(), findings).message() != status.message()) return {};
  return findings;
}

}  // namespace autogen::report
