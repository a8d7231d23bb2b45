#include <algorithm>
#include <future>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/cli/apply.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/deploy/history_warnings.h"
#include "src/revision/describe.h"
#include "src/revision/plan.h"
#include "src/revision/range.h"

namespace autogen::cli {
namespace {

using revision::Graph;
using revision::Node;
using revision::Nodes;

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(apply::Options options, ApplyOptions(*project, invocation));
  ASSIGN_OR_RETURN(std::string url, project->Url());
  // The scripts are read while the server answers.
  std::future<absl::StatusOr<Graph>> scripts = std::async(
      std::launch::async, [&] { return LoadScripts(*project, revision::Checksums::kCompute); });
  apply::Observer silent;
  absl::StatusOr<apply::Database> opened = apply::OpenDatabase(url, options, &silent);
  ASSIGN_OR_RETURN(Graph graph, scripts.get());
  RETURN_IF_ERROR(opened.status());
  apply::Database database = *std::move(opened);
  ASSIGN_OR_RETURN(Nodes all, revision::LocateRows(graph, database.rows()));
  Nodes rows = revision::Maximal(graph, all);
  ASSIGN_OR_RETURN(std::vector<std::string> warnings,
                   deploy::HistoryWarnings(graph, all, database,
                                           revision::ReadAcceptances(project->version_folders())));
  if (invocation.Get("--format") == "json") {
    std::cout << ToJson(graph, rows, rows);
  } else {
    for (Node row : rows) {
      std::cout << (invocation.Has("--verbose") ? absl::StrCat(Paragraph(graph, row, true), "\n")
                                                : absl::StrCat(OneLine(graph, row, true), "\n"));
    }
  }
  if (PrintWarnings(warnings) && invocation.Has("--strict")) return deploy::StrictError();
  if (invocation.Has("--check-heads")) {
    Nodes heads = graph.effective_heads();
    std::sort(heads.begin(), heads.end());
    std::sort(rows.begin(), rows.end());
    if (heads != rows) {
      std::cerr << "Target database is not up to date: autogen upgrade heads"
                << DatabaseFlags(invocation) << "\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace

Command CurrentCommand() {
  return {
      .name = "current",
      .summary = "show which revisions the database is at",
      .details =
          "Nothing for a database at base. Warns of scripts that were edited after they were "
          "applied, and of a run that was interrupted. With --check-heads the exit code is 1 where "
          "the database is not at every head.",
      .example = "autogen current --verbose",
      .flags =
          {
              {.name = "-v,--verbose", .help = "show the whole headers"},
              {.name = "--check-heads", .help = "exit with 1 unless the database is at every head"},
              {.name = "--strict", .help = "treat warnings as errors"},
              {.name = "--format", .help = "default: text", .choices = "text|json"},
          },
      .run = Run,
  };
}

}  // namespace autogen::cli
