#include "src/revision/sum.h"

#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/database.h"
#include "src/apply/ledger.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/project/project.h"
#include "src/revision/argument.h"

namespace autogen::cli {
namespace {

// The checksum of the script that the database ran; "" where it has no record of it.
absl::StatusOr<std::string> AppliedChecksum(Project& project, const std::string& revision) {
  ASSIGN_OR_RETURN(const std::string url, project.Url());
  apply::Observer observer;
  ASSIGN_OR_RETURN(apply::Database database,
                   apply::OpenDatabase(url, ApplyOptionsFor(project), &observer));
  ASSIGN_OR_RETURN(std::vector<apply::LedgerEntry> entries, database.entries());
  return apply::AppliedChecksums(entries)[revision];
}

absl::StatusOr<int> Accept(Project& project, const Invocation& invocation) {
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(project));
  const std::string named = invocation.Get("--accept");
  // The database is asked only where the answer needs it.
  revision::Nodes current;
  if (absl::StrContains(named, "current")) {
    ASSIGN_OR_RETURN(current, CurrentRows(project, graph));
  }
  ASSIGN_OR_RETURN(revision::Nodes nodes, revision::Resolve(graph, named, current));
  if (nodes.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat("--accept takes one revision; \"", named,
                                                   "\" is ", nodes.empty() ? "none" : "several"));
  }
  const revision::Revision& script = graph.at(nodes[0]);
  std::string applied;
  if (invocation.Has("--url")) {
    ASSIGN_OR_RETURN(applied, AppliedChecksum(project, script.id));
  }
  RETURN_IF_ERROR(revision::AcceptEdit(FolderOf(project, script.path), script.path, applied,
                                       invocation.Get("reason")));
  std::cout << "accepted " << script.path << " as it is now\n";
  return 0;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  if (invocation.Has("--accept")) return Accept(*project, invocation);
  if (invocation.Has("reason")) {
    return absl::InvalidArgumentError(
        "a reason is for --accept: autogen sum --accept REVISION \"why\"");
  }
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
          "database: for CI. It exits with 1 where there is a difference.\n\n"
          "--accept says that an edited script does for a new database what it did where it ran "
          "as it was: autogen.sum keeps the reason, `current` and `check` no longer warn, and "
          "history, show and verify show it. A later edit is one to accept again. With --url what "
          "that database ran is accepted as well, where autogen.sum was rewritten since.",
      .example = "autogen sum --accept 3f2a9c1d7b60 \"a comment was corrected\"",
      .flags = {{.name = "--check", .help = "compare, write nothing"},
                {.name = "--accept",
                 .value = "REVISION",
                 .help = "accept this edited script, for a reason"}},
      .positionals = {{.name = "reason", .help = "why the edited script is right"}},
      .run = Run,
  };
}

}  // namespace autogen::cli
