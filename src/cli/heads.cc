#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/revision/describe.h"

namespace autogen::cli {
namespace {

using revision::Graph;
using revision::Node;
using revision::Nodes;

constexpr char kFormats[] = "text|json";

absl::StatusOr<int> RunHeads(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(Graph graph, LoadScriptsToShow(*project));
  const Nodes& heads =
      invocation.Has("--resolve-dependencies") ? graph.effective_heads() : graph.heads();
  if (invocation.Get("--format") == "json") {
    std::cout << ToJson(graph, heads, {});
    return 0;
  }
  for (Node head : heads) {
    std::cout << (invocation.Has("--verbose") ? absl::StrCat(Paragraph(graph, head, false), "\n")
                                              : absl::StrCat(OneLine(graph, head, false), "\n"));
  }
  return 0;
}

absl::StatusOr<int> RunBranches(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(Graph graph, LoadScriptsToShow(*project));
  Nodes points;
  for (Node node : graph.order()) {
    if (graph.is_branch_point(node)) points.push_back(node);
  }
  if (invocation.Get("--format") == "json") {
    std::cout << ToJson(graph, points, {});
    return 0;
  }
  for (Node point : points) {
    std::cout << (invocation.Has("--verbose") ? Paragraph(graph, point, false)
                                              : absl::StrCat(OneLine(graph, point, false), "\n"));
    for (Node child : graph.revised_by(point)) {
      std::cout << "    " << OneLine(graph, child, false) << "\n";
    }
  }
  return 0;
}

}  // namespace

Command HeadsCommand() {
  return {
      .name = "heads",
      .summary = "list the heads: the revisions that no script revises",
      .details =
          "With more than one head, `upgrade head` needs a REVISION argument, or "
          "`autogen merge` joins them.",
      .example = "autogen heads --verbose",
      .flags =
          {
              {.name = "-v,--verbose", .help = "show the whole headers"},
              {.name = "--resolve-dependencies",
               .help = "leave out heads that another script depends on"},
              {.name = "--format", .help = "default: text", .choices = kFormats},
          },
      .run = RunHeads,
  };
}

Command BranchesCommand() {
  return {
      .name = "branches",
      .summary = "list the revisions from which branches start",
      .details = "Below each, the scripts that revise it.",
      .example = "autogen branches",
      .flags =
          {
              {.name = "-v,--verbose", .help = "show the whole headers"},
              {.name = "--format", .help = "default: text", .choices = kFormats},
          },
      .run = RunBranches,
  };
}

}  // namespace autogen::cli
