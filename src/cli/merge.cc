#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/hooks.h"
#include "src/cli/scripts.h"
#include "src/revision/argument.h"
#include "src/revision/range.h"

namespace autogen::cli {
namespace {

using revision::Graph;
using revision::Node;
using revision::Nodes;

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(Graph graph, LoadScripts(*project));
  std::vector<std::string> arguments = invocation.All("revisions");
  if (arguments.empty()) arguments = {"heads"};
  Nodes parents;
  for (const std::string& argument : arguments) {
    ASSIGN_OR_RETURN(Nodes nodes, revision::Resolve(graph, argument));
    parents.insert(parents.end(), nodes.begin(), nodes.end());
  }
  revision::ScriptSpec spec;
  for (Node parent : parents) {
    if (!graph.revised_by(parent).empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "Revision ", graph.id(parent), " is not a head revision: something revises it already"));
    }
  }
  // What another of them needs is merged with it.
  for (Node parent : revision::Maximal(graph, parents)) spec.revises.push_back(graph.id(parent));
  if (spec.revises.size() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("nothing to merge: ", spec.revises.empty() ? "no revision" : "only ",
                     absl::StrJoin(spec.revises, ", "), " is there"));
  }
  spec.id = invocation.Get("--rev-id");
  spec.labels = invocation.All("--branch-label");
  spec.message =
      invocation.Get("--message", absl::StrCat("merge ", absl::StrJoin(spec.revises, " and ")));
  ASSIGN_OR_RETURN(std::vector<Config::Hook> hooks, HooksFor(*project, invocation));
  ASSIGN_OR_RETURN(std::string path, AddScript(*project, graph, std::move(spec), hooks));
  std::cout << "wrote " << path << "\n";
  return 0;
}

}  // namespace

Command MergeCommand() {
  return {
      .name = "merge",
      .summary = "write a script that joins several heads",
      .details = "Its sections are empty; add statements where the branches need reconciling.",
      .example = "autogen merge -m \"merge billing into core\" heads",
      .flags =
          {
              {.name = "-m,--message", .value = "TEXT", .help = "default: \"merge A and B\""},
              {.name = "--branch-label",
               .value = "LABEL",
               .help = "a label for the branch that starts here",
               .repeated = true},
              {.name = "--rev-id", .value = "ID", .help = "the revision's id; default: random"},
              HooksFlag(),
          },
      .positionals = {{.name = "revisions",
                       .help = "heads to join; default: all",
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
