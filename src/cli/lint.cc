#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/lint/hazard.h"
#include "src/revision/plan.h"
#include "src/revision/script.h"

namespace autogen::cli {
namespace {

struct Finding {
  std::string path;
  std::string revision;
  lint::Hazard hazard;
};

absl::StatusOr<std::set<lint::HazardKind>> Allowed(const Invocation& invocation) {
  std::set<lint::HazardKind> allowed;
  for (const std::string& name : invocation.All("--allow")) {
    absl::StatusOr<lint::HazardKind> kind = lint::ParseHazard(name);
    if (!kind.ok()) return Annotate(kind.status(), "--allow");
    allowed.insert(*kind);
  }
  return allowed;
}

absl::Status Collect(const std::string& path, const std::set<lint::HazardKind>& allowed,
                     std::vector<Finding>* findings) {
  ASSIGN_OR_RETURN(revision::Script script, revision::ReadScript(path));
  if (script.EditedSinceProof()) {
    std::cerr << "warning: " << path << " was edited after its proof; autogen verify "
              << script.header.id << " proves it as it is\n";
  }
  std::vector<sql::Statement> statements;
  for (revision::Step& step : script.upgrade.steps) {
    statements.push_back(std::move(step.statement));
  }
  for (lint::Hazard& hazard : lint::FindHazards(statements)) {
    if (allowed.count(hazard.kind) > 0) continue;
    findings->push_back({path, script.header.id, std::move(hazard)});
  }
  return absl::OkStatus();
}

std::string ToJson(const std::vector<Finding>& findings) {
  nlohmann::json all = nlohmann::json::array();
  for (const Finding& f : findings) {
    all.push_back({{"path", f.path},
                   {"revision", f.revision},
                   {"line", f.hazard.line},
                   {"hazard", std::string(lint::HazardName(f.hazard.kind))},
                   {"what", f.hazard.what}});
  }
  return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::set<lint::HazardKind> allowed, Allowed(invocation));
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  revision::Nodes nodes = graph.heads();
  if (invocation.Has("--rev-range")) {
    ASSIGN_OR_RETURN(nodes, revision::PlanHistory(graph, {}, invocation.Get("--rev-range")));
  }
  std::vector<Finding> findings;
  for (revision::Node node : nodes) {
    RETURN_IF_ERROR(Collect(graph.at(node).path, allowed, &findings));
  }
  if (invocation.Get("--format") == "json") {
    std::cout << ToJson(findings);
  } else {
    for (const Finding& f : findings) {
      std::cout << f.path << ":" << f.hazard.line << ": " << lint::HazardName(f.hazard.kind) << ": "
                << f.hazard.what << "\n";
    }
    std::cout << Count(findings.size(), "hazard") << " in " << Count(nodes.size(), "script")
              << "\n";
  }
  return findings.empty() ? 0 : 1;
}

}  // namespace

Command LintCommand() {
  return {
      .name = "lint",
      .summary = "name what a review of scripts should look at",
      .details =
          "Reads the upgrades of the newest scripts, or of a range, without a database, and names "
          "each statement that may harm one in use. Exit code 1 where there is any. The hazards:\n"
          "\n"
          "    data-loss      rows, columns or whole tables go\n"
          "    table-rewrite  a table may be written anew, and nobody reads it meanwhile\n"
          "    table-scan     every row is checked while writers wait\n"
          "    index-build    an index is built while writers wait\n"
          "    rename         programs that run now know the old name\n"
          "    opaque         DO, CALL, or syntax that is not understood\n"
          "\n"
          "What happens to a table that the script itself makes is none. To let a hazard pass only "
          "after a review, see `autogen approve`.",
      .example = "autogen lint --allow index-build",
      .flags =
          {
              {.name = "-r,--rev-range",
               .value = "RANGE",
               .help = "as for history; default: the heads"},
              {.name = "--allow", .value = "HAZARD", .help = "not this one", .repeated = true},
              {.name = "--format", .help = "default: text", .choices = "text|json"},
          },
      .run = Run,
  };
}

}  // namespace autogen::cli
