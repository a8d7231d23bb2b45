#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/apply/approvals_table.h"
#include "src/base/status.h"
#include "src/cli/approval_flags.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/revision/argument.h"
#include "src/revision/script.h"

namespace autogen::cli {
namespace {

absl::StatusOr<std::set<lint::HazardKind>> Chosen(const Project& project,
                                                  const Invocation& invocation) {
  std::set<lint::HazardKind> chosen;
  for (const std::string& name : invocation.All("--hazard")) {
    absl::StatusOr<lint::HazardKind> kind = lint::ParseHazard(name);
    if (!kind.ok()) return Annotate(kind.status(), "--hazard");
    chosen.insert(*kind);
  }
  if (!chosen.empty()) return chosen;
  ASSIGN_OR_RETURN(deploy::ApprovalPolicy policy, ReadApprovalPolicy(project, invocation));
  if (!policy.required.empty()) return policy.required;
  return absl::FailedPreconditionError(
      "no hazard requires an approval: give --hazard, or set apply { require_approval: "
      "\"data-loss\" }");
}

// The approval of one script, without a hazard where it has none of them. Prints what is approved.
absl::StatusOr<Approvals::Approval> ApprovalOf(const revision::Graph& graph,
                                               const std::string& path,
                                               const std::set<lint::HazardKind>& hazards,
                                               const std::string& by, const std::string& reason) {
  ASSIGN_OR_RETURN(revision::Script script, revision::ReadScript(path, graph.dialect()));
  std::vector<sql::Statement> statements;
  for (revision::Step& step : script.upgrade.steps) {
    statements.push_back(std::move(step.statement));
  }
  std::set<lint::HazardKind> found;
  for (const lint::Hazard& hazard :
       lint::FindHazards(statements, graph.dialect().impacts(statements))) {
    if (hazards.count(hazard.kind) == 0) continue;
    found.insert(hazard.kind);
    std::cout << "approved " << path << ":" << hazard.line << ": " << HazardName(hazard.kind)
              << ": " << hazard.what << "\n";
  }
  if (found.empty()) std::cout << "nothing to approve in " << path << "\n";
  Approvals::Approval approval;
  approval.set_revision(script.header.id);
  approval.set_checksum(script.checksum);
  for (lint::HazardKind kind : found) approval.add_hazard(std::string(lint::HazardName(kind)));
  approval.set_by(by);
  approval.set_reason(reason);
  return approval;
}

// $USER, else the account's name: a container or a service often has no $USER.
std::string CurrentUser() {
  const char* user = std::getenv("USER");
  if (user != nullptr && *user != '\0') return user;
  const passwd* account = getpwuid(geteuid());
  return account == nullptr ? "" : account->pw_name;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  ASSIGN_OR_RETURN(std::set<lint::HazardKind> hazards, Chosen(*project, invocation));
  const std::string by = invocation.Get("--by", CurrentUser());
  if (by.empty()) {
    return absl::InvalidArgumentError(
        "this account has no name: give the approver's with --by NAME");
  }
  if (invocation.Get("--reason").empty()) {
    return absl::InvalidArgumentError("an approval needs a reason: give it with --reason TEXT");
  }
  ASSIGN_OR_RETURN(deploy::ApprovalPolicy policy, ReadApprovalPolicy(*project, invocation));
  Approvals approvals;
  for (const std::string& argument : invocation.All("revision")) {
    ASSIGN_OR_RETURN(revision::Nodes nodes, revision::Resolve(graph, argument));
    for (revision::Node node : nodes) {
      ASSIGN_OR_RETURN(Approvals::Approval approval, ApprovalOf(graph, graph.at(node).path, hazards,
                                                                by, invocation.Get("--reason")));
      if (!approval.hazard().empty()) *approvals.add_approval() = std::move(approval);
    }
  }
  if (approvals.approval().empty()) return 0;
  if (invocation.Has("--in-database")) {
    ASSIGN_OR_RETURN(postgres::Connection connection, project->Connect("--in-database"));
    RETURN_IF_ERROR(apply::WriteApprovals(connection, approvals));
    return 0;
  }
  if (!policy.repository && policy.outside.empty()) {
    return absl::FailedPreconditionError(
        "nothing was approved: only approvals in the database count here: --in-database");
  }
  std::string path = policy.outside;
  if (path.empty()) {
    ASSIGN_OR_RETURN(path, deploy::ApprovalsPath(*project));
  }
  RETURN_IF_ERROR(deploy::ApproveInFile(path, approvals));
  return 0;
}

}  // namespace

Command ApproveCommand() {
  return {
      .name = "approve",
      .summary = "approve the hazards of a script",
      .details =
          "Where approvals are required (apply { require_approval: \"data-loss\" }, upgrade "
          "--require-approval), upgrade runs a script that has such a hazard only with an entry "
          "that holds the script's checksum: an edit voids it. This adds the entry to the "
          "project's approvals.txtpb, to the file of --approvals, or to the database, which counts "
          "where the role that upgrades cannot write it. `autogen lint --help` lists the hazards.",
      .example = "autogen approve head --reason \"the column is empty since May\"",
      .flags = {{.name = "--hazard",
                 .value = "NAME",
                 .help = "only these; default: those that the configuration names",
                 .repeated = true},
                {.name = "--in-database", .help = "write it to the database, as the role of --url"},
                {.name = "--approvals",
                 .value = "FILE",
                 .help = "write it to this file; default: $AUTOGEN_APPROVALS, the project's file"},
                {.name = "--by",
                 .value = "NAME",
                 .help = "who; default: $USER, else the account's name"},
                {.name = "--reason", .value = "TEXT", .help = "why"}},
      .positionals = {{.name = "revision",
                       .help = "the scripts: an id, head, heads",
                       .required = true,
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
