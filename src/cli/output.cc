#include "src/cli/output.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/printable.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/cli/console.h"
#include "src/cli/help.h"
#include "src/report/writer.h"

namespace autogen::cli {
namespace {

namespace fs = std::filesystem;

bool IsStandardOutput(absl::string_view path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

// From the root of the git work tree; as it is where it lies elsewhere.
std::string RepositoryPath(const fs::path& root, const std::string& path) {
  if (path.empty()) return path;
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) return path;
  const std::string below = whole.lexically_relative(root).generic_string();
  if (below.empty() || below == "." || below == ".." || absl::StartsWith(below, "../")) {
    return std::string(absl::StripPrefix(path, "./"));
  }
  return below;
}

void UseRepositoryPaths(report::Report* report) {
  const fs::path root = ProjectRoot(".");
  for (report::Finding& finding : report->findings) {
    finding.path = RepositoryPath(root, finding.path);
  }
  for (report::Case& one : report->cases) one.path = RepositoryPath(root, one.path);
  for (std::string& path : report->paths) path = RepositoryPath(root, path);
  report->project_file = RepositoryPath(root, report->project_file);
}

// Those that say where something is to a reader who stands elsewhere.
bool IsForRepositories(absl::string_view format) { return format != "text" && format != "json"; }

}  // namespace

std::vector<Flag> WithOutputFlags(std::vector<Flag> flags, OutputFlags which) {
  if (which == OutputFlags::kFormatAndOutput) {
    flags.push_back({.name = "--format",
                     .value = "FORMAT",
                     .help = "of standard output; default: text",
                     .choices = report::kFormats});
  }
  flags.push_back({.name = "--output",
                   .value = "FORMAT=FILE",
                   .help = "write the result to FILE as well, in one of the formats text, json, "
                           "github, sarif, gitlab, junit, markdown; \"-\" is standard output",
                   .repeated = true});
  return flags;
}

absl::StatusOr<Output> Output::For(const Invocation& invocation) {
  Output output;
  std::set<std::string> files;
  std::string format = invocation.Get("--format");
  for (const std::string& text : invocation.All("--output")) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
    if (report::FindWriter(parts.first) == nullptr || parts.second.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--output needs FORMAT=FILE, where FORMAT is one of ",
          absl::StrJoin(absl::StrSplit(report::kFormats, '|'), ", "), ", not \"", text, "\""));
    }
    if (!IsStandardOutput(parts.second)) {
      if (!files.insert(fs::path(parts.second).lexically_normal().string()).second) {
        return absl::InvalidArgumentError(
            absl::StrCat("--output names the file ", parts.second, " twice"));
      }
      output.targets_.push_back({parts.first, parts.second});
      continue;
    }
    if (!format.empty() && format != parts.first) {
      return absl::InvalidArgumentError(
          absl::StrCat("standard output has room for one format, not ", format, " and ",
                       parts.first, "; give the other one a file"));
    }
    format = parts.first;
  }
  output.writes_text_ = format.empty() || format == "text";
  output.keeps_text_ = std::any_of(output.targets_.begin(), output.targets_.end(),
                                   [](const Target& target) { return target.format == "text"; });
  if (!output.writes_text_) output.targets_.push_back({format, ""});
  return output;
}

std::ostream& Output::text() {
  asked_for_text_ = true;
  return writes_text_ && !keeps_text_ ? std::cout : static_cast<std::ostream&>(kept_);
}

std::ostream& Output::log() {
  asked_for_text_ = true;
  return writes_text_ ? std::cout : std::cerr;
}

bool Output::Wants(absl::string_view format) const {
  if (format == "text") return writes_text_ || keeps_text_;
  return std::any_of(targets_.begin(), targets_.end(),
                     [&](const Target& target) { return target.format == format; });
}

absl::Status Output::Write(report::Report report) {
  written_ = true;
  report.version = std::string(absl::StripPrefix(Version(), "autogen "));
  if (report.text.empty()) report.text = kept_.str();
  if (writes_text_ && !asked_for_text_) {
    report::FindWriter("text")(report, std::cout);
  } else if (writes_text_ && keeps_text_) {
    std::cout << report.text;
  }
  return WriteTargets(report, targets_);
}

absl::Status Output::WriteError(const std::string& command, const absl::Status& error) {
  if (written_) return absl::OkStatus();
  report::Report report;
  report.command = command;
  report.version = std::string(absl::StripPrefix(Version(), "autogen "));
  report.complete = false;
  report.findings = report::FindingsOf(error);
  if (report.findings.empty()) {
    report.findings = {{.rule = "error", .message = std::string(error.message())}};
  }
  report.rules = {{"error", "the command failed, and what it was to look at is not known", ""}};
  std::vector<Target> targets;
  for (const Target& target : targets_) {
    if (IsForRepositories(target.format)) targets.push_back(target);
  }
  return WriteTargets(report, targets);
}

absl::Status Output::WriteTargets(const report::Report& report,
                                  const std::vector<Target>& targets) {
  report::Report elsewhere = report;
  UseRepositoryPaths(&elsewhere);
  // All of them before the first file: an error in one must leave none.
  std::vector<std::string> texts;
  for (const Target& target : targets) {
    std::ostringstream text;
    report::FindWriter(target.format)(IsForRepositories(target.format) ? elsewhere : report, text);
    texts.push_back(IsForRepositories(target.format) ? text.str() : Printable(text.str()));
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].path.empty()) continue;
    absl::Status written = WriteFile(targets[i].path, texts[i], Overwrite::kReplace);
    if (!written.ok()) return Annotate(written, absl::StrCat("--output ", targets[i].format));
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].path.empty()) Exact() << texts[i];
  }
  return absl::OkStatus();
}

absl::StatusOr<int> RunWithOutput(
    const Invocation& invocation, const char* command,
    const std::function<absl::StatusOr<int>(const Invocation&, Output&)>& run) {
  ASSIGN_OR_RETURN(Output output, Output::For(invocation));
  absl::StatusOr<int> code = run(invocation, output);
  if (!code.ok()) RETURN_IF_ERROR(output.WriteError(command, code.status()));
  return code;
}

}  // namespace autogen::cli
