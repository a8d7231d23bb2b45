#include <iostream>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/revision/describe.h"
#include "src/revision/plan.h"

namespace autogen::cli {
namespace {

using revision::Graph;
using revision::Node;
using revision::Nodes;

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(Graph graph, LoadScriptsToShow(*project));
  std::string range = invocation.Get("--rev-range");
  Nodes current;
  // The database is asked only where the answer needs it.
  if (invocation.Has("--indicate-current") || absl::StrContains(range, "current")) {
    ASSIGN_OR_RETURN(current, CurrentRows(*project, graph));
  }
  ASSIGN_OR_RETURN(Nodes nodes, revision::PlanHistory(graph, current, range));
  if (!invocation.Has("--indicate-current")) current.clear();
  const std::vector<revision::Acceptance> accepted =
      revision::ReadAcceptances(project->version_folders());
  std::string format = invocation.Get("--format", "text");
  if (format == "json") {
    std::cout << ToJson(graph, nodes, current, accepted);
  } else if (format == "mermaid") {
    std::cout << ToMermaid(graph, nodes, current);
  } else if (format == "dot") {
    std::cout << ToDot(graph, nodes, current);
  } else {
    revision::NodeSet is_current(graph.size());
    for (Node node : current) is_current[static_cast<size_t>(node)] = true;
    bool verbose = invocation.Has("--verbose");
    for (Node node : nodes) {
      bool mark = is_current[static_cast<size_t>(node)];
      std::cout << (verbose ? Paragraph(graph, node, mark, accepted)
                            : OneLine(graph, node, mark, accepted))
                << "\n";
    }
  }
  return 0;
}

}  // namespace

Command HistoryCommand() {
  return {
      .name = "history",
      .summary = "list the scripts, newest first",
      .details =
          "Each line: what a script revises (and depends on), its id, labels and place, its "
          "message; why its edit was accepted.\n"
          "\n"
          "A range is [start]:[end], either end absent, both included:\n"
          "    -r 3f2a:head    from 3f2a on\n"
          "    -r -3:          the heads and the three before\n"
          "    -r current:     what is not applied yet, from the database's revision on\n"
          "\n"
          "--format mermaid and dot draw the graph.",
      .example = "autogen history -r current: --verbose",
      .flags =
          {
              {.name = "-r,--rev-range", .value = "RANGE", .help = "default: everything"},
              {.name = "-v,--verbose", .help = "show the whole headers"},
              {.name = "-i,--indicate-current", .help = "mark the database's revisions"},
              {.name = "--format", .help = "default: text", .choices = "text|json|mermaid|dot"},
          },
      .run = Run,
  };
}

}  // namespace autogen::cli
