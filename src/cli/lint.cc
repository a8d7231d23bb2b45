#include <iostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/apply/compile.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/output.h"
#include "src/cli/scripts.h"
#include "src/lint/hazard.h"
#include "src/report/report.h"
#include "src/revision/plan.h"
#include "src/revision/script.h"

namespace autogen::cli {
namespace {

absl::StatusOr<std::set<lint::HazardKind>> Allowed(const Invocation& invocation) {
  std::set<lint::HazardKind> allowed;
  for (const std::string& name : invocation.All("--allow")) {
    absl::StatusOr<lint::HazardKind> kind = lint::ParseHazard(name);
    if (!kind.ok()) return Annotate(kind.status(), "--allow");
    allowed.insert(*kind);
  }
  return allowed;
}

// The hazard's line of the statement, unless it may hold a secret.
void SetExcerpt(const impact::Dialect& dialect, const std::vector<sql::Statement>& statements,
                int line, report::Finding* finding) {
  const sql::Statement* around = nullptr;
  for (const sql::Statement& statement : statements) {
    if (statement.line <= line) around = &statement;
  }
  if (around != nullptr && dialect.masked(around->text) == around->text) {
    report::SetLine(around->text, line - around->line + 1, finding);
  }
  finding->line = line;
}

absl::Status Collect(const revision::Graph& graph, const std::string& path,
                     const std::set<lint::HazardKind>& allowed,
                     std::vector<report::Finding>* findings) {
  ASSIGN_OR_RETURN(revision::Script script, revision::ReadScript(path, graph.dialect()));
  if (script.EditedSinceProof()) {
    std::cerr << "warning: " << path << " was edited after its proof; autogen verify "
              << script.header.id << " proves it as it is\n";
  }
  RETURN_IF_ERROR(apply::CheckRunnable(script, graph.dialect()));
  std::vector<sql::Statement> statements;
  for (revision::Step& step : script.upgrade.steps) {
    statements.push_back(std::move(step.statement));
  }
  for (const lint::Hazard& hazard :
       lint::FindHazards(statements, graph.dialect().impacts(statements))) {
    if (allowed.count(hazard.kind) > 0) continue;
    const std::string rule(lint::HazardName(hazard.kind));
    report::Finding finding{
        .path = path, .rule = rule, .severity = report::Severity::kWarning, .message = hazard.what};
    if (hazard.unsure) finding.message += " (unsure: it depends on what is in the database)";
    SetExcerpt(graph.dialect(), statements, hazard.line, &finding);
    finding.facts = {{"revision", script.header.id}, {"hazard", rule}, {"what", hazard.what}};
    if (hazard.unsure) finding.facts.emplace_back("unsure", "true");
    findings->push_back(std::move(finding));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Lint(const Invocation& invocation, Output& output) {
  ASSIGN_OR_RETURN(std::set<lint::HazardKind> allowed, Allowed(invocation));
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  revision::Nodes nodes = graph.heads();
  if (invocation.Has("--rev-range")) {
    ASSIGN_OR_RETURN(nodes, revision::PlanHistory(graph, {}, invocation.Get("--rev-range")));
  }
  std::vector<report::Finding> findings;
  for (revision::Node node : nodes) {
    RETURN_IF_ERROR(Collect(graph, graph.at(node).path, allowed, &findings));
  }
  report::Report report{.command = "lint",
                        .summary = absl::StrCat(Count(findings.size(), "hazard"), " in ",
                                                Count(nodes.size(), "script")),
                        .findings = std::move(findings)};
  for (revision::Node node : nodes) report.paths.push_back(graph.at(node).path);
  for (const lint::HazardRule& rule : lint::HazardRules()) {
    report.rules.push_back({.id = std::string(rule.name), .meaning = std::string(rule.meaning)});
  }
  const int code = report.findings.empty() ? 0 : 1;
  RETURN_IF_ERROR(output.Write(std::move(report)));
  return code;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  return RunWithOutput(invocation, "lint", Lint);
}

std::string Details() {
  std::string text =
      "Reads the upgrades of the newest scripts, or of a range, without a database, and lists each "
      "statement that may harm one in use. Exit code 1 where there is any. The hazards:\n\n";
  for (const lint::HazardRule& rule : lint::HazardRules()) {
    absl::StrAppendFormat(&text, "    %-14s %s\n", rule.name, rule.meaning);
  }
  absl::StrAppend(&text,
                  "\nChanges of a table that the script itself creates are no hazards. What only a "
                  "look at the database could tell is marked as unsure. To let a hazard pass only "
                  "after a review, see `autogen approve`.");
  return text;
}

}  // namespace

Command LintCommand() {
  static const std::string details = Details();
  return {
      .name = "lint",
      .summary = "list the hazards of scripts, for a review",
      .details = details.c_str(),
      .example = "autogen lint --allow index-build",
      .flags = WithOutputFlags({
          {.name = "-r,--rev-range",
           .value = "RANGE",
           .help = "as for history; default: the heads"},
          {.name = "--allow", .value = "HAZARD", .help = "not this one", .repeated = true},
      }),
      .run = Run,
  };
}

}  // namespace autogen::cli
