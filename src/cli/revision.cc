#include <iostream>

#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/hooks.h"
#include "src/cli/new_script.h"
#include "src/cli/scripts.h"

namespace autogen::cli {
namespace {

absl::StatusOr<int> Run(const Invocation& invocation) {
  if (invocation.Has("--autogenerate")) return GenerateCommand().run(invocation);
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  ASSIGN_OR_RETURN(NewScript script, NewScriptFor(*project, graph, invocation));
  ASSIGN_OR_RETURN(std::vector<Config::Hook> hooks, HooksFor(*project, invocation));
  ASSIGN_OR_RETURN(std::string path, AddScript(*project, graph, script.spec, hooks, script.folder));
  std::cout << "wrote " << path << "\n";
  return 0;
}

}  // namespace

Command RevisionCommand() {
  return {
      .name = "revision",
      .summary = "write an empty script, for SQL written by hand",
      .details =
          "The script revises the head. Statements go below \"-- autogen: upgrade\" and "
          "\"-- autogen: downgrade\".\n"
          "\n"
          "--head names another revision, also \"base\" for a history of its own; one that is not "
          "a "
          "head needs --splice.",
      .example = "autogen revision -m \"backfill owners\"",
      .flags = WithScriptFlags({{.name = "--autogenerate",
                                 .help = "as autogen -m: compare the model with the database"}}),
      .run = Run,
  };
}

}  // namespace autogen::cli
