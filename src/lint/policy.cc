#include "src/lint/policy.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint {
namespace {

absl::StatusOr<std::unique_ptr<RE2>> Compile(const std::string& pattern) {
  auto compiled = std::make_unique<RE2>(pattern, RE2::Quiet);
  if (compiled->ok()) return compiled;
  return absl::InvalidArgumentError(
      absl::StrCat("lint: the pattern \"", pattern, "\" is not valid: ", compiled->error()));
}

absl::StatusOr<const Rule*> Find(const std::string& name) {
  const Rule* rule = FindRule(name);
  if (rule == nullptr) return absl::InvalidArgumentError(NoRule(name));
  return rule;
}

}  // namespace

absl::StatusOr<Policy> Policy::Make(const Config::Lint& lint, const std::vector<std::string>& sets,
                                    const std::vector<std::string>& off) {
  Policy policy;
  policy.lint_ = lint;
  std::vector<std::string> chosen = sets;
  if (chosen.empty()) chosen.assign(lint.set().begin(), lint.set().end());
  if (chosen.empty()) chosen.emplace_back("safety");
  for (const std::string& set : chosen) {
    policy.safety_ |= set == "safety";
    policy.style_ |= set == "style";
    policy.all_ |= set == "all";
    if (set == "safety" || set == "style" || set == "all") continue;
    return absl::InvalidArgumentError(
        absl::StrCat("there is no set of rules \"", set, "\"; there are safety, style and all"));
  }
  for (const std::string& name : off) {
    RETURN_IF_ERROR(Find(name).status());
    policy.off_.insert(name);
  }
  for (const Config::Lint::Rule& entry : lint.rule()) {
    ASSIGN_OR_RETURN(const Rule* rule, Find(entry.name()));
    std::unique_ptr<RE2> path;
    if (!entry.path().empty()) {
      ASSIGN_OR_RETURN(path, Compile(entry.path()));
    }
    policy.entries_.push_back({rule, std::move(path), entry.severity()});
  }
  for (const Config::Lint::Naming& naming : lint.naming()) {
    RETURN_IF_ERROR(Compile(naming.pattern()).status());
    if (!rules::IsNamedKind(naming.kind()))
      return absl::InvalidArgumentError(rules::NoNamedKind(naming.kind()));
  }
  for (const Config::Lint::Owner& owner : lint.owner()) {
    RETURN_IF_ERROR(Compile(owner.path()).status());
    for (const std::string& object : owner.object()) RETURN_IF_ERROR(Compile(object).status());
  }
  return policy;
}

std::optional<report::Severity> Policy::SeverityOf(const Rule& rule, absl::string_view path) const {
  if (off_.count(rule.name) > 0) return std::nullopt;
  const bool in_set =
      all_ || (rule.set == Set::kSafety && safety_) || (rule.set == Set::kStyle && style_);
  std::optional<report::Severity> severity;
  if (in_set) severity = rule.severity;
  for (const Entry& entry : entries_) {
    if (entry.rule != &rule) continue;
    if (entry.path != nullptr && !RE2::FullMatch({path.data(), path.size()}, *entry.path)) continue;
    switch (entry.severity) {
      case Config::Lint::ERROR:
        severity = report::Severity::kError;
        break;
      case Config::Lint::WARNING:
        severity = report::Severity::kWarning;
        break;
      case Config::Lint::NOTICE:
        severity = report::Severity::kNote;
        break;
      case Config::Lint::OFF:
        severity = std::nullopt;
        break;
      default:
        severity = rule.severity;
    }
  }
  return severity;
}

}  // namespace autogen::lint
