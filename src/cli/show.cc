#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/console.h"
#include "src/cli/scripts.h"
#include "src/revision/argument.h"
#include "src/revision/describe.h"

namespace autogen::cli {
namespace {

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScriptsToShow(*project));
  ASSIGN_OR_RETURN(revision::Nodes nodes,
                   revision::Resolve(graph, invocation.Get("revision", "heads")));
  const std::vector<revision::Acceptance> accepted =
      revision::ReadAcceptances(project->version_folders());
  if (invocation.Get("--format") == "json") {
    std::cout << ToJson(graph, nodes, {}, accepted);
    return 0;
  }
  for (revision::Node node : nodes) {
    std::cout << Paragraph(graph, node, false, accepted);
    if (!invocation.Has("--sql")) continue;
    ASSIGN_OR_RETURN(std::string text, ReadFile(graph.at(node).path));
    Exact() << "\n" << text;
  }
  return 0;
}

}  // namespace

Command ShowCommand() {
  return {
      .name = "show",
      .summary = "show one revision",
      .details = "Prints its header, what revises it, and its file.",
      .example = "autogen show head --sql",
      .flags =
          {
              {.name = "--sql", .help = "print the script as well"},
              {.name = "--format", .help = "default: text", .choices = "text|json"},
          },
      .positionals = {{.name = "revision", .help = "a revision argument; default: heads"}},
      .run = Run,
  };
}

}  // namespace autogen::cli
