#include <iostream>
#include <set>

#include "src/apply/compile.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/lint/hazard.h"
#include "src/report/writer.h"
#include "src/revision/plan.h"
#include "src/revision/script.h"
#include "src/sql/mask.h"

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
void SetExcerpt(const std::vector<sql::Statement>& statements, int line, report::Finding* finding) {
  const sql::Statement* around = nullptr;
  for (const sql::Statement& statement : statements) {
    if (statement.line <= line) around = &statement;
  }
  if (around != nullptr && sql::Masked(around->text) == around->text) {
    report::SetLine(around->text, line - around->line + 1, finding);
  }
  finding->line = line;
}

absl::Status Collect(const std::string& path, const std::set<lint::HazardKind>& allowed,
                     std::vector<report::Finding>* findings) {
  ASSIGN_OR_RETURN(revision::Script script, revision::ReadScript(path));
  if (script.EditedSinceProof()) {
    std::cerr << "warning: " << path << " was edited after its proof; autogen verify "
              << script.header.id << " proves it as it is\n";
  }
  RETURN_IF_ERROR(apply::CheckRunnable(script));
  std::vector<sql::Statement> statements;
  for (revision::Step& step : script.upgrade.steps) {
    statements.push_back(std::move(step.statement));
  }
  for (const lint::Hazard& hazard :
       lint::FindHazards(statements, impact::FindImpacts(statements))) {
    if (allowed.count(hazard.kind) > 0) continue;
    const std::string rule(lint::HazardName(hazard.kind));
    report::Finding finding{
        .path = path, .rule = rule, .severity = report::Severity::kWarning, .message = hazard.what};
    SetExcerpt(statements, hazard.line, &finding);
    finding.facts = {{"revision", script.header.id}, {"hazard", rule}, {"what", hazard.what}};
    findings->push_back(std::move(finding));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::set<lint::HazardKind> allowed, Allowed(invocation));
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  revision::Nodes nodes = graph.heads();
  if (invocation.Has("--rev-range")) {
    ASSIGN_OR_RETURN(nodes, revision::PlanHistory(graph, {}, invocation.Get("--rev-range")));
  }
  std::vector<report::Finding> findings;
  for (revision::Node node : nodes) {
    RETURN_IF_ERROR(Collect(graph.at(node).path, allowed, &findings));
  }
  const std::string format = invocation.Get("--format", "text");
  report::FindWriter(format)(findings, std::cout);
  if (format == "text") {
    std::cout << Count(findings.size(), "hazard") << " in " << Count(nodes.size(), "script")
              << "\n";
  }
  return findings.empty() ? 0 : 1;
}

}  // namespace

Command LintCommand() {
  return {
      .name = "lint",
      .summary = "list the hazards of scripts, for a review",
      .details =
          "Reads the upgrades of the newest scripts, or of a range, without a database, and lists "
          "each statement that may harm one in use. Exit code 1 where there is any. The hazards:\n"
          "\n"
          "    data-loss      rows, values, columns or tables are lost\n"
          "    table-rewrite  a table may be rewritten while readers wait\n"
          "    table-scan     a table is scanned while writers wait\n"
          "    index-build    an index is built while writers wait\n"
          "    rename         running programs use the old name\n"
          "    drop           running programs may use what is dropped or revoked\n"
          "    unguard        row security, a policy or a trigger no longer guards the rows\n"
          "    lock           a table is locked until the step commits\n"
          "    may-fail       it fails where there are rows\n"
          "    opaque         code that is not inspected, syntax that could not be parsed\n"
          "\n"
          "Changes of a table that the script itself creates are no hazards. To let a hazard pass "
          "only "
          "after a review, see `autogen approve`.",
      .example = "autogen lint --allow index-build",
      .flags =
          {
              {.name = "-r,--rev-range",
               .value = "RANGE",
               .help = "as for history; default: the heads"},
              {.name = "--allow", .value = "HAZARD", .help = "not this one", .repeated = true},
              {.name = "--format", .help = "default: text", .choices = report::kFormats},
          },
      .run = Run,
  };
}

}  // namespace autogen::cli
