#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/printable.h"
#include "src/report/columns.h"
#include "src/report/writer.h"

namespace autogen::report {
namespace {

using nlohmann::ordered_json;

const char* LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "none";
}

// What GitHub sorts its list by.
const char* ProblemSeverity(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "recommendation";
  }
  return "recommendation";
}

// "index-build" -> "IndexBuild"
std::string PascalCase(absl::string_view id) {
  std::string name;
  bool upper = true;
  for (const char c : id) {
    if (!absl::ascii_isalnum(c)) {
      upper = true;
      continue;
    }
    name.push_back(upper ? absl::ascii_toupper(c) : c);
    upper = false;
  }
  return name;
}

// RFC 3986: what is not reserved stays, with the slashes between folders.
std::string UriOf(absl::string_view path) {
  std::string uri = absl::StartsWith(path, "/") ? "file://" : "";
  for (const char c : path) {
    if (absl::ascii_isalnum(c) || absl::StrContains("-._~/", absl::string_view(&c, 1))) {
      uri.push_back(c);
    } else {
      absl::StrAppendFormat(&uri, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

ordered_json Location(const std::string& path) {
  ordered_json location = {{"uri", UriOf(path)}};
  if (!absl::StartsWith(path, "/")) location["uriBaseId"] = "%SRCROOT%";
  return location;
}

ordered_json Region(const Finding& finding) {
  ordered_json region = {{"startLine", finding.line}};
  const std::optional<Columns> columns = Utf16Columns(finding);
  if (columns.has_value()) region["startColumn"] = columns->begin;
  if (columns.has_value() && columns->end.has_value()) {
    region["endLine"] = finding.end_line;
    region["endColumn"] = *columns->end;
  }
  if (!finding.excerpt.empty()) {
    region["snippet"] = {{"text", Visible(finding.excerpt, Lines::kMany)}};
  }
  return region;
}

// The right word in the place of the wrong one.
ordered_json FixOf(const Finding& finding, const std::string& path, const Columns& columns) {
  ordered_json replacement = {{"deletedRegion",
                               {{"startLine", finding.line},
                                {"startColumn", columns.begin},
                                {"endLine", finding.line},
                                {"endColumn", *columns.end}}},
                              {"insertedContent", {{"text", Visible(finding.fix, Lines::kMany)}}}};
  ordered_json change = {{"artifactLocation", Location(path)},
                         {"replacements", ordered_json::array({std::move(replacement)})}};
  return {{"description", {{"text", absl::StrCat("write ", Visible(finding.fix, Lines::kOne))}}},
          {"artifactChanges", ordered_json::array({std::move(change)})}};
}

ordered_json Result(const Finding& finding, const std::string& path, size_t rule,
                    const std::string& fingerprint) {
  ordered_json result = {
      {"ruleId", finding.rule},
      {"ruleIndex", rule},
      {"level", LevelOf(finding.severity)},
      {"message", {{"text", Visible(finding.message, Lines::kMany)}}},
  };
  ordered_json physical = {{"artifactLocation", Location(path)}};
  if (finding.line > 0) physical["region"] = Region(finding);
  result["locations"] = ordered_json::array({{{"physicalLocation", std::move(physical)}}});
  const std::optional<Columns> columns = Utf16Columns(finding);
  if (!finding.fix.empty() && columns.has_value() && columns->end.has_value()) {
    result["fixes"] = ordered_json::array({FixOf(finding, path, *columns)});
  }
  const size_t colon = fingerprint.find(':');
  const std::string number = colon == std::string::npos ? ":1" : fingerprint.substr(colon);
  result["partialFingerprints"] = {
      {"primaryLocationLineHash", absl::StrCat(fingerprint.substr(0, 16), number)}};
  return result;
}

ordered_json Rule(const Report& report, const Finding& finding) {
  const std::string meaning = MeaningOf(report, finding.rule);
  ordered_json rule = {{"id", finding.rule},
                       {"name", PascalCase(finding.rule)},
                       {"shortDescription", {{"text", meaning}}},
                       {"fullDescription", {{"text", meaning}}}};
  for (const RuleText& text : report.rules) {
    if (text.id != finding.rule || text.help.empty()) continue;
    rule["help"] = {{"text", text.help}, {"markdown", text.help}};
  }
  rule["defaultConfiguration"] = {{"level", LevelOf(finding.severity)}};
  rule["properties"] = {{"tags", ordered_json::array({"migrations"})},
                        {"problem.severity", ProblemSeverity(finding.severity)}};
  return rule;
}

}  // namespace

void WriteSarif(const Report& report, std::ostream& out) {
  // Of those that were found alone: all of them would be larger than most results.
  ordered_json rules = ordered_json::array();
  ordered_json results = ordered_json::array();
  std::map<std::string, size_t> index;
  const std::vector<Finding> findings = WorstFirst(report.findings);
  const std::vector<std::string> fingerprints = Fingerprints(findings);
  for (size_t i = 0; i < findings.size(); ++i) {
    const auto [rule, is_new] = index.emplace(findings[i].rule, rules.size());
    if (is_new) rules.push_back(Rule(report, findings[i]));
    const std::string& path = findings[i].path.empty() ? report.project_file : findings[i].path;
    results.push_back(Result(findings[i], path, rule->second, fingerprints[i]));
  }
  ordered_json driver = {{"name", "autogen"}};
  if (!report.version.empty()) driver["semanticVersion"] = report.version;
  driver["rules"] = std::move(rules);
  ordered_json run;
  run["tool"] = {{"driver", std::move(driver)}};
  // Each command's own list of alerts: another one's upload does not close them.
  run["automationDetails"] = {{"id", absl::StrCat("autogen/", report.command, "/")}};
  run["invocations"] = ordered_json::array({{{"executionSuccessful", report.complete}}});
  run["columnKind"] = "utf16CodeUnits";
  run["results"] = std::move(results);
  ordered_json sarif;
  sarif["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  sarif["version"] = "2.1.0";
  sarif["runs"] = ordered_json::array({std::move(run)});
  out << sarif.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
}

}  // namespace autogen::report
