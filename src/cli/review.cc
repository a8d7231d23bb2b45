// review: all that is known of new scripts, for whoever reads a pull request.
#include "src/review/review.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/interrupt.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/data_check_flags.h"
#include "src/cli/output.h"
#include "src/cli/scratch.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/project/git.h"
#include "src/review/collect.h"
#include "src/review/findings.h"
#include "src/revision/plan.h"
#include "src/revision/script.h"

namespace autogen::cli {
namespace {

namespace fs = std::filesystem;
using project::FileChange;

// A script that is only elsewhere now is not gone.
bool IsGone(const revision::Graph& graph, const std::string& since, const std::string& path) {
  const absl::StatusOr<std::string> text = project::ContentBefore(since, path);
  if (!text.ok()) return false;
  const absl::StatusOr<revision::Revision> header = revision::ParseHeader(*text, path);
  return header.ok() && !graph.Find(header->id).has_value();
}

absl::Status ChooseSince(const Project& project, const std::string& since,
                         review::Request* request) {
  const revision::Graph& graph = *request->graph;
  ASSIGN_OR_RETURN(const auto changes, project::ChangedSince(since, project.version_folders()));
  for (const revision::Node node : graph.order()) {
    std::error_code ignored;
    const auto found = changes.find(fs::weakly_canonical(graph.at(node).path, ignored).string());
    if (found == changes.end()) continue;
    request->nodes.push_back(node);
    if (found->second == FileChange::kModified) request->edited.insert(node);
  }
  for (const auto& [path, change] : changes) {
    if (change == FileChange::kDeleted && absl::EndsWith(path, ".sql") &&
        IsGone(graph, since, path)) {
      request->deleted.push_back(path);
    }
  }
  request->chosen = absl::StrCat(Count(request->nodes.size(), "script"), " since ", since);
  return absl::OkStatus();
}

absl::Status Choose(const Project& project, const Invocation& invocation,
                    review::Request* request) {
  const revision::Graph& graph = *request->graph;
  if (invocation.Has("--since") && invocation.Has("--rev-range")) {
    return absl::InvalidArgumentError("--since and --rev-range: give one of them");
  }
  if (invocation.Has("--since")) {
    return ChooseSince(project, invocation.Get("--since"), request);
  }
  if (invocation.Has("--rev-range")) {
    ASSIGN_OR_RETURN(request->nodes,
                     revision::PlanHistory(graph, {}, invocation.Get("--rev-range")));
    std::reverse(request->nodes.begin(), request->nodes.end());
    request->chosen =
        absl::StrCat(Count(request->nodes.size(), "script"), " of ", invocation.Get("--rev-range"));
    return absl::OkStatus();
  }
  request->nodes = graph.heads();
  request->chosen = absl::StrCat(Count(request->nodes.size(), "head"), " of the scripts");
  return absl::OkStatus();
}

report::Report ToReport(const review::Review& review) {
  report::Report report{.command = "review",
                        .summary = review.chosen,
                        .findings = review.findings,
                        .rules = review::RuleTexts()};
  for (const review::Script& script : review.scripts) report.paths.push_back(script.path);
  report.json = [&review] { return review::ToJson(review); };
  report.markdown = [&review] { return review::ToMarkdown(review); };
  return report;
}

absl::StatusOr<int> Review(const Invocation& invocation, Output& output) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  review::Request request;
  request.graph = &graph;
  RETURN_IF_ERROR(Choose(*project, invocation, &request));
  request.settings = SettingsFor(*project, invocation);
  request.version_folders = project->version_folders();
  request.model_paths = project->model_paths();
  if (!invocation.Has("--text-only")) {
    ASSIGN_OR_RETURN(request.scratch, ScratchFor(*project, invocation, ""));
  }
  apply::InterruptGuard guard;
  if (invocation.Has("--url")) {
    ASSIGN_OR_RETURN(request.url, project->Url());
    request.apply = ApplyOptionsFor(*project);
    ASSIGN_OR_RETURN(request.checks, DataCheckOptions(*project, invocation));
    request.checks.stop = [] { return apply::InterruptSignal() != 0; };
  }
  const absl::StatusOr<review::Review> review = review::Collect(request);
  if (!review.ok() && apply::InterruptSignal() != 0) {
    std::cerr << "autogen: " << review.status().message() << "\n";
    return 128 + apply::InterruptSignal();
  }
  RETURN_IF_ERROR(review.status());
  output.text() << review::ToText(*review);
  RETURN_IF_ERROR(output.Write(ToReport(*review)));
  const bool clean = std::all_of(
      review->findings.begin(), review->findings.end(),
      [](const report::Finding& finding) { return finding.severity == report::Severity::kNote; });
  return clean ? 0 : 1;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  return RunWithOutput(invocation, "review", Review);
}

}  // namespace

Command ReviewCommand() {
  return {
      .name = "review",
      .summary = "all that is known of new scripts, for a pull request",
      .details =
          "One page about the scripts that git has not in REF, or those of a range, or the heads: "
          "what they change, object by object; each statement with its locks, and what it "
          "rewrites, "
          "scans or loses; whether others are blocked; the proof; what a downgrade loses; the "
          "hazards; several heads; whether the scripts lead to the model; a diagram of the tables "
          "concerned. What was not looked at is named, with the reason.\n\n"
          "What the scripts change comes from scratch databases, in which they are replayed; what "
          "was replayed is kept, so that the next review takes no server. With --text-only, and "
          "where there are no server programs, it comes from the statements alone. With --url the "
          "data checks of the scripts run on that database, as autogen preflight runs them, and "
          "the "
          "sizes of its tables are shown.\n\n"
          "Exits with 0 where nothing was found, 1 where there are findings, 2 on an error.",
      .example = "autogen review --since origin/main --output markdown=review.md",
      .flags = WithComparisonFlags(WithOutputFlags(
          {{.name = "--since",
            .value = "REF",
            .help = "the scripts that are new or changed since this work tree left REF, such as "
                    "origin/main"},
           {.name = "-r,--rev-range",
            .value = "RANGE",
            .help = "as for history; default: the heads"},
           {.name = "--text-only", .help = "look at the text of the scripts alone"},
           CheckTimeoutFlag()})),
      .run = Run,
  };
}

}  // namespace autogen::cli
