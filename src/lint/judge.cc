#include "src/lint/judge.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/lint/rules/rules.h"

namespace autogen::lint {
namespace {

class Judgement {
 public:
  Judgement(const Script& script, const impact::Dialect& dialect, const Policy& policy,
            const JudgeOptions& options)
      : script_(script), dialect_(dialect), policy_(policy), options_(options) {
    used_.assign(script.allowed.size(), false);
  }

  std::vector<report::Finding> Run(std::vector<report::Finding> problems) {
    for (const Rule& rule : Rules()) {
      const std::optional<report::Severity> severity = policy_.SeverityOf(rule, options_.path);
      if (!severity.has_value()) continue;
      const bool any = rule.engine == ENGINE_UNSPECIFIED || options_.engine == ENGINE_UNSPECIFIED;
      if (!any && rule.engine != options_.engine) continue;
      judged_.push_back(&rule);
      for (report::Finding& problem : problems) {
        if (problem.rule != rule.name || IsAllowed(rule, kWholeFile)) continue;
        problem.severity = *severity;
        Add(std::move(problem));
      }
      if (rule.check == nullptr) continue;
      rule.check(script_, options_.rules, [&](Said said) {
        if (!IsAllowed(rule, said.statement)) Add(FindingOf(rule, *severity, std::move(said)));
      });
    }
    JudgeAllowances();
    std::stable_sort(
        findings_.begin(), findings_.end(),
        [](const report::Finding& a, const report::Finding& b) { return a.line < b.line; });
    return std::move(findings_);
  }

 private:
  bool IsAllowed(const Rule& rule, size_t statement) {
    bool allowed = false;
    for (size_t i = 0; i < script_.allowed.size(); ++i) {
      const Script::Allowed& entry = script_.allowed[i];
      if (entry.rule != rule.name) continue;
      if (entry.statement != kWholeFile && entry.statement != statement) continue;
      used_[i] = allowed = true;
    }
    return allowed;
  }

  void Add(report::Finding finding) {
    if (!script_.revision.empty()) {
      finding.facts.insert(finding.facts.begin(), {"revision", script_.revision});
    }
    findings_.push_back(std::move(finding));
  }

  report::Finding FindingOf(const Rule& rule, report::Severity severity, Said said) const {
    report::Finding finding{
        .path = script_.path, .rule = rule.name, .severity = severity, .message = said.what};
    if (said.unsure) finding.message += " (unsure: it depends on what is in the database)";
    if (!said.help.empty()) absl::StrAppend(&finding.message, "\n", said.help);
    if (said.statement != kWholeFile) {
      const sql::Statement& statement = script_.statements[said.statement].sql;
      // Unless it may hold a secret.
      if (dialect_.masked(statement.text) == statement.text) {
        report::SetLine(statement.text, 1, &finding);
      }
      finding.line = statement.line;
    } else {
      finding.line = said.line;
    }
    const bool hazard = ParseHazard(rule.name).ok();
    if (hazard) finding.facts.emplace_back("hazard", rule.name);
    finding.facts.emplace_back("what", said.what);
    if (!said.help.empty()) finding.facts.emplace_back("help", said.help);
    if (said.unsure) finding.facts.emplace_back("unsure", "true");
    return finding;
  }

  void JudgeAllowances() {
    const Rule& unused = *FindRule(rules::kUnusedAllow);
    const Rule& unexplained = *FindRule(rules::kAllowWithoutReason);
    for (size_t i = 0; i < script_.allowed.size(); ++i) {
      const Script::Allowed& entry = script_.allowed[i];
      const Rule* rule = FindRule(entry.rule);
      auto say = [&](const Rule& about, std::string what) {
        const std::optional<report::Severity> severity = policy_.SeverityOf(about, options_.path);
        if (!severity.has_value()) return;
        Add(FindingOf(about, *severity, {.what = std::move(what), .line = entry.line}));
      };
      if (rule == nullptr) {
        say(unused, NoRule(entry.rule));
      } else if (!used_[i] && std::find(judged_.begin(), judged_.end(), rule) != judged_.end()) {
        say(unused, absl::StrCat("allows ", entry.rule, ", which finds nothing ",
                                 entry.statement == kWholeFile ? "in this file" : "here"));
      }
      if (policy_.lint().allow_needs_reason() && entry.reason.empty()) {
        say(unexplained, absl::StrCat("allows ", entry.rule, " without a reason"));
      }
    }
  }

  const Script& script_;
  const impact::Dialect& dialect_;
  const Policy& policy_;
  const JudgeOptions& options_;
  std::vector<bool> used_;  // of the script's allowances
  std::vector<const Rule*> judged_;
  std::vector<report::Finding> findings_;
};

}  // namespace

std::vector<report::Finding> Judge(const Script& script, std::vector<report::Finding> problems,
                                   const impact::Dialect& dialect, const Policy& policy,
                                   JudgeOptions options) {
  options.rules.lint = &policy.lint();
  return Judgement(script, dialect, policy, options).Run(std::move(problems));
}

}  // namespace autogen::lint
