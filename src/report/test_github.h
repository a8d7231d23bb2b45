// For tests: how GitHub's runner reads commands from a log (actions/runner, ActionCommand.cs,
// TryParseV2 and the escapes of its properties and data).
#ifndef AUTOGEN_REPORT_TEST_GITHUB_H_
#define AUTOGEN_REPORT_TEST_GITHUB_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace autogen::report {

struct RunnerCommand {
  std::string name;
  std::map<std::string, std::string> properties;
  std::string data;
};

// As a stream reader of .NET cuts them: at LF, CR LF and a CR of its own.
inline std::vector<std::string> RunnerLines(const std::string& text) {
  std::vector<std::string> lines =
      absl::StrSplit(absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}}), '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

inline std::optional<RunnerCommand> ParseRunnerCommand(absl::string_view line) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(line);
  if (text.substr(0, 2) != "::") return std::nullopt;
  const size_t end = text.find("::", 2);
  if (end == absl::string_view::npos) return std::nullopt;
  const absl::string_view head = text.substr(2, end - 2);
  const size_t blank = head.find(' ');
  RunnerCommand command;
  command.name = std::string(head.substr(0, blank));
  if (blank != absl::string_view::npos) {
    for (absl::string_view part : absl::StrSplit(head.substr(blank + 1), ',', absl::SkipEmpty())) {
      const std::vector<std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
      if (pair.size() != 2) continue;
      command.properties[std::string(absl::StripAsciiWhitespace(pair[0]))] = absl::StrReplaceAll(
          pair[1], {{"%0D", "\r"}, {"%0A", "\n"}, {"%3A", ":"}, {"%2C", ","}, {"%25", "%"}});
    }
  }
  command.data =
      absl::StrReplaceAll(text.substr(end + 2), {{"%0D", "\r"}, {"%0A", "\n"}, {"%25", "%"}});
  return command;
}

}  // namespace autogen::report

#endif  // AUTOGEN_REPORT_TEST_GITHUB_H_
