#include "src/revision/sum.h"

#include <iostream>

#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/project/project.h"

namespace autogen::cli {
namespace {

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  bool different = false;
  for (const std::string& folder : project->version_folders()) {
    if (!invocation.Has("--check")) {
      RETURN_IF_ERROR(revision::WriteSum(folder));
      std::cout << "wrote " << JoinPath(folder, "autogen.sum") << "\n";
      continue;
    }
    ASSIGN_OR_RETURN(std::vector<std::string> differences, revision::CheckSum(folder));
    for (const std::string& difference : differences) std::cout << difference << "\n";
    different |= !differences.empty();
  }
  return different ? 1 : 0;
}

}  // namespace

Command SumCommand() {
  return {
      .name = "sum",
      .summary = "write autogen.sum, the checksums of the scripts, or compare with it",
      .details =
          "Every new script is added to the autogen.sum of its folder. --check finds scripts "
          "that were edited, moved in the history, added or removed since, without a "
          "database: for CI. It exits with 1 where there is a difference.",
      .example = "autogen sum --check",
      .flags = {{.name = "--check", .help = "compare, write nothing"}},
      .run = Run,
  };
}

}  // namespace autogen::cli
