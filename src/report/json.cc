#include "src/report/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "src/report/writer.h"

namespace autogen::report {
namespace {

using nlohmann::ordered_json;

struct Number {
  const char* name;
  int Finding::*member;
};
constexpr Number kNumbers[] = {{"line", &Finding::line},
                               {"column", &Finding::column},
                               {"end_line", &Finding::end_line},
                               {"end_column", &Finding::end_column}};

struct Text {
  const char* name;
  std::string Finding::*member;
  bool always;
};
constexpr Text kTexts[] = {{"rule", &Finding::rule, true},
                           {"message", &Finding::message, true},
                           {"fix", &Finding::fix, false},
                           {"excerpt", &Finding::excerpt, false}};

Severity ParseSeverity(const std::string& name) {
  for (Severity one : {Severity::kWarning, Severity::kNote}) {
    if (SeverityName(one) == name) return one;
  }
  return Severity::kError;
}

}  // namespace

ordered_json ToJson(absl::Span<const Finding> findings) {
  ordered_json all = ordered_json::array();
  for (const Finding& finding : findings) {
    ordered_json one;
    if (!finding.path.empty()) one["path"] = finding.path;
    for (const Number& number : kNumbers) {
      if (finding.*number.member > 0) one[number.name] = finding.*number.member;
    }
    one["severity"] = std::string(SeverityName(finding.severity));
    for (const Text& text : kTexts) {
      if (text.always || !(finding.*text.member).empty()) one[text.name] = finding.*text.member;
    }
    for (const auto& [name, value] : finding.facts) one[name] = value;
    all.push_back(std::move(one));
  }
  return all;
}

std::string JsonText(absl::Span<const Finding> findings) {
  return ToJson(findings).dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

std::vector<Finding> FromJson(const std::string& text) {
  std::vector<Finding> findings;
  const ordered_json all = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!all.is_array()) return findings;
  for (const ordered_json& one : all) {
    Finding finding;
    for (const auto& [name, value] : one.items()) {
      if (name == "path") {
        finding.path = value.get<std::string>();
        continue;
      }
      if (name == "severity") {
        finding.severity = ParseSeverity(value.get<std::string>());
        continue;
      }
      bool known = false;
      for (const Number& number : kNumbers) {
        if (name == number.name) finding.*number.member = value.get<int>();
        known |= name == number.name;
      }
      for (const Text& member : kTexts) {
        if (name == member.name) finding.*member.member = value.get<std::string>();
        known |= name == member.name;
      }
      if (!known) finding.facts.emplace_back(name, value.get<std::string>());
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

void WriteJson(absl::Span<const Finding> findings, std::ostream& out) {
  out << JsonText(findings) << "\n";
}

}  // namespace autogen::report
