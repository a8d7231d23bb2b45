#include "src/cli/new_script.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/cli/hooks.h"
#include "src/revision/argument.h"

namespace autogen::cli {
namespace {

using revision::Graph;
using revision::Node;
using revision::Nodes;

absl::StatusOr<Nodes> FindParents(const Graph& graph, const Invocation& invocation) {
  std::vector<std::string> arguments = invocation.All("--head");
  if (arguments.empty()) arguments = {"head"};
  Nodes parents;
  for (const std::string& argument : arguments) {
    ASSIGN_OR_RETURN(Nodes nodes, revision::Resolve(graph, argument));
    parents.insert(parents.end(), nodes.begin(), nodes.end());
  }
  if (invocation.Has("--splice")) return parents;
  for (Node parent : parents) {
    if (graph.revised_by(parent).empty()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("Revision ", graph.id(parent),
                     " is not a head revision: something revises it already. --splice makes a new "
                     "branch from there"));
  }
  return parents;
}

}  // namespace

absl::StatusOr<NewScript> NewScriptFor(const Project& project, const Graph& graph,
                                       const Invocation& invocation) {
  ASSIGN_OR_RETURN(Nodes parents, FindParents(graph, invocation));
  NewScript script;
  revision::ScriptSpec& spec = script.spec;
  spec.id = invocation.Get("--rev-id");
  spec.message = invocation.Get("--message");
  spec.labels = invocation.All("--branch-label");
  for (Node parent : parents) spec.revises.push_back(graph.id(parent));
  for (const std::string& argument : invocation.All("--depends-on")) {
    // A label stays a label: it still names its script when the id is another's.
    if (graph.FindLabel(argument).has_value()) {
      spec.depends_on.push_back(argument);
      continue;
    }
    ASSIGN_OR_RETURN(Nodes nodes, revision::Resolve(graph, argument));
    for (Node node : nodes) spec.depends_on.push_back(graph.id(node));
  }
  script.folder = invocation.Get("--version-path");
  if (!script.folder.empty() && !absl::c_linear_search(project.version_folders(), script.folder)) {
    return absl::InvalidArgumentError(absl::StrCat(
        script.folder, " is none of the project's version folders; autogen.txtpb lists them"));
  }
  return script;
}

std::vector<Flag> WithScriptFlags(std::vector<Flag> more) {
  std::vector<Flag> flags = {
      {.name = "-m,--message", .value = "TEXT", .help = "what the script does"},
      {.name = "--head",
       .value = "REVISION",
       .help = "what it revises; default: head",
       .repeated = true},
      {.name = "--splice", .help = "allow a revision that is not a head"},
      {.name = "--branch-label",
       .value = "LABEL",
       .help = "a label for the branch that starts here",
       .repeated = true},
      {.name = "--depends-on",
       .value = "REVISION",
       .help = "a revision or label that must be applied first",
       .repeated = true},
      {.name = "--rev-id", .value = "ID", .help = "the revision's id; default: random"},
      {.name = "--version-path",
       .value = "FOLDER",
       .help = "the version folder, where there are several"},
      HooksFlag(),
  };
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

}  // namespace autogen::cli
