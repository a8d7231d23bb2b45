#include <cstdlib>
#include <iostream>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/approvals.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/revision/argument.h"
#include "src/revision/script.h"

namespace autogen::cli {
namespace {

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
}

absl::StatusOr<std::set<lint::HazardKind>> Chosen(const Project& project,
                                                  const Invocation& invocation) {
  std::set<lint::HazardKind> chosen;
  for (const std::string& name : invocation.All("--hazard")) {
    absl::StatusOr<lint::HazardKind> kind = lint::ParseHazard(name);
    if (!kind.ok()) return Annotate(kind.status(), "--hazard");
    chosen.insert(*kind);
  }
  if (!chosen.empty()) return chosen;
  ASSIGN_OR_RETURN(chosen, RequiredApprovals(project));
  if (!chosen.empty()) return chosen;
  return absl::FailedPreconditionError(
      "the configuration requires no approval: apply { require_approval: \"data-loss\" }");
}

// The entry of one script, "" where it has none of the hazards. Tells what is approved.
absl::StatusOr<std::string> Entry(const std::string& path,
                                  const std::set<lint::HazardKind>& hazards, const std::string& by,
                                  const std::string& reason) {
  ASSIGN_OR_RETURN(revision::Script script, revision::ReadScript(path));
  std::vector<sql::Statement> statements;
  for (revision::Step& step : script.upgrade.steps) {
    statements.push_back(std::move(step.statement));
  }
  std::set<lint::HazardKind> found;
  for (const lint::Hazard& hazard : lint::FindHazards(statements)) {
    if (hazards.count(hazard.kind) == 0) continue;
    found.insert(hazard.kind);
    std::cout << "approved " << path << ":" << hazard.line << ": " << HazardName(hazard.kind)
              << ": " << hazard.what << "\n";
  }
  if (found.empty()) {
    std::cout << "nothing to approve in " << path << "\n";
    return "";
  }
  std::string entry = absl::StrCat("approval {\n  revision: ", Quoted(script.header.id),
                                   "\n  checksum: ", Quoted(script.checksum), "\n");
  for (lint::HazardKind kind : found) {
    absl::StrAppend(&entry, "  hazard: ", Quoted(lint::HazardName(kind)), "\n");
  }
  absl::StrAppend(&entry, "  by: ", Quoted(by), "\n  reason: ", Quoted(reason), "\n}\n");
  return entry;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, Project::Open(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  ASSIGN_OR_RETURN(std::set<lint::HazardKind> hazards, Chosen(*project, invocation));
  const char* user = std::getenv("USER");
  const std::string by = invocation.Get("--by", user == nullptr ? "" : user);
  if (by.empty() || invocation.Get("--reason").empty()) {
    return absl::InvalidArgumentError("an approval has a name and a reason: --by, --reason");
  }
  const std::string path = ApprovalsPath(*project);
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok() && !absl::IsNotFound(text.status())) return text.status();
  std::string all = text.ok() ? *text : "";
  const size_t before = all.size();
  for (const std::string& argument : invocation.All("revision")) {
    ASSIGN_OR_RETURN(revision::Nodes nodes, revision::Resolve(graph, argument));
    for (revision::Node node : nodes) {
      ASSIGN_OR_RETURN(std::string entry,
                       Entry(graph.at(node).path, hazards, by, invocation.Get("--reason")));
      all += entry;
    }
  }
  // Only added to: the file tells who approved what, earlier versions of a script too.
  if (all.size() != before) RETURN_IF_ERROR(WriteFile(path, all, Overwrite::kReplace));
  return 0;
}

}  // namespace

Command ApproveCommand() {
  return {
      .name = "approve",
      .summary = "let a script run in spite of its hazards",
      .details =
          "Where the configuration requires approvals (apply { require_approval: \"data-loss\" }), "
          "upgrade runs a script that has such a hazard only with an entry in approvals.txtpb, in "
          "the first folder of scripts. This adds the entry. It holds the script's checksum: an "
          "edit makes it void. `autogen lint --help` lists the hazards.",
      .example = "autogen approve head --reason \"the column is empty since May\"",
      .flags = {{.name = "--hazard",
                 .value = "NAME",
                 .help = "just these; default: those that the configuration names",
                 .repeated = true},
                {.name = "--by", .value = "NAME", .help = "who; default: $USER"},
                {.name = "--reason", .value = "TEXT", .help = "why"}},
      .positionals = {{.name = "revision",
                       .help = "the scripts: an id, head, heads",
                       .required = true,
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
