#include "src/review/findings.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "src/lint/hazard.h"
#include "src/lint/rule.h"

namespace autogen::review {

report::Finding Unreadable(const std::string& path, const absl::Status& error) {
  report::Finding finding{
      .path = path, .rule = "unreadable-script", .message = std::string(error.message())};
  // "versions/x.sql:12: …"
  absl::string_view rest = error.message();
  if (!absl::ConsumePrefix(&rest, path) || !absl::ConsumePrefix(&rest, ":")) return finding;
  const size_t digits = rest.find_first_not_of("0123456789");
  if (digits == absl::string_view::npos ||
      !absl::SimpleAtoi(rest.substr(0, digits), &finding.line)) {
    return finding;
  }
  rest.remove_prefix(digits);
  if (absl::ConsumePrefix(&rest, ": ")) finding.message = std::string(rest);
  return finding;
}

void AddFindings(const revision::Graph& graph, const ReadScript& read, const Script& script,
                 std::vector<report::Finding>* findings) {
  const std::vector<std::pair<std::string, std::string>> facts = {{"revision", script.revision}};
  if (script.edited) {
    findings->push_back(
        {.path = script.path,
         .line = 1,
         .rule = "edited-script",
         .severity = report::Severity::kWarning,
         .message = "this script is not new, and was changed: a database that ran it does not run "
                    "it again",
         .facts = facts});
  }
  if (script.edited_since_proof) {
    findings->push_back({.path = script.path,
                         .line = 1,
                         .rule = "edited-after-proof",
                         .severity = report::Severity::kWarning,
                         .message = absl::StrCat("it was edited after its proof: autogen verify ",
                                                 script.revision, " proves it as it is"),
                         .facts = facts});
  }
  for (const lint::Hazard& hazard : lint::FindHazards(read.statements, read.impacts)) {
    report::Finding finding{.path = script.path,
                            .rule = std::string(lint::HazardName(hazard.kind)),
                            .severity = report::Severity::kWarning,
                            .message = hazard.what,
                            .facts = facts};
    if (hazard.unsure) finding.message += " (unsure: it depends on what is in the database)";
    // A statement's line is not shown where it may hold a secret.
    for (const Statement& statement : script.upgrade) {
      if (statement.line != hazard.line || !absl::StrContains(read.text, statement.sql)) continue;
      report::SetLine(read.text, hazard.line, &finding);
    }
    finding.line = hazard.line;
    findings->push_back(std::move(finding));
  }
}

void AddHistoryFindings(const revision::Graph& graph, const std::vector<std::string>& deleted,
                        std::vector<report::Finding>* findings) {
  const revision::Nodes& heads = graph.effective_heads();
  if (heads.size() > 1) {
    const std::string ids = absl::StrJoin(
        heads, " ", [&](std::string* out, revision::Node node) { out->append(graph.id(node)); });
    for (const revision::Node head : heads) {
      findings->push_back({.path = graph.at(head).path,
                           .line = 1,
                           .rule = "several-heads",
                           .message = absl::StrCat("the scripts have ", heads.size(),
                                                   " heads. Join them with: autogen merge -m "
                                                   "\"merge\" ",
                                                   ids),
                           .facts = {{"revision", graph.id(head)}}});
    }
  }
  for (const std::string& path : deleted) {
    findings->push_back({.path = path,
                         .rule = "deleted-script",
                         .message =
                             "this script was deleted: a database that ran it has a revision "
                             "that nobody knows"});
  }
}

std::vector<report::RuleText> RuleTexts() {
  std::vector<report::RuleText> rules = {
      {"unreadable-script", "a file is not a script, or its SQL cannot be split", ""},
      {"edited-script", "a script that databases may have run was changed", ""},
      {"edited-after-proof", "a script is not what was proved", ""},
      {"several-heads", "two scripts revise the same one", ""},
      {"deleted-script", "a script that databases may have run is gone", ""},
      {"drift", "the scripts do not lead to the model", ""},
      {"violating-rows", "rows are there on which the upgrade would fail", ""},
      {"not-checked", "a data check could not run: a person has to", ""},
  };
  for (const lint::HazardKind kind : lint::HazardKinds()) {
    const lint::Rule& rule = *lint::FindRule(lint::HazardName(kind));
    rules.push_back({rule.name, rule.meaning, rule.why});
  }
  return rules;
}

}  // namespace autogen::review
