#include "src/report/report.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "src/base/sha256.h"

namespace autogen::report {
namespace {

std::string TextOf(const Finding& finding) {
  if (!finding.excerpt.empty()) return finding.excerpt;
  for (const auto& [name, value] : finding.facts) {
    if (name == "object" || name == "query") return value;
  }
  return finding.message;
}

}  // namespace

std::vector<Finding> WorstFirst(const std::vector<Finding>& findings) {
  std::vector<Finding> sorted = findings;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Finding& a, const Finding& b) {
    return static_cast<int>(a.severity) < static_cast<int>(b.severity);
  });
  return sorted;
}

std::vector<std::string> Fingerprints(const std::vector<Finding>& findings) {
  std::map<std::string, int> seen;
  std::vector<std::string> fingerprints;
  for (const Finding& finding : findings) {
    std::string digest = Sha256Hex(absl::StrCat(finding.rule, std::string(1, '\0'), finding.path,
                                                std::string(1, '\0'), TextOf(finding)));
    const int count = ++seen[digest];
    if (count > 1) absl::StrAppend(&digest, ":", count);
    fingerprints.push_back(std::move(digest));
  }
  return fingerprints;
}

std::string MeaningOf(const Report& report, const std::string& rule) {
  for (const RuleText& text : report.rules) {
    if (text.id == rule && !text.meaning.empty()) return text.meaning;
  }
  return absl::StrReplaceAll(rule, {{"-", " "}, {"_", " "}});
}

}  // namespace autogen::report
