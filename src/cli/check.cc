#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/scratch.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/deploy/history_warnings.h"
#include "src/generate/drift.h"
#include "src/generate/pipeline.h"
#include "src/report/json.h"
#include "src/report/writer.h"
#include "src/revision/describe.h"
#include "src/revision/plan.h"

namespace autogen::cli {
namespace {

constexpr size_t kShown = 20;

// `missing`: scripts that are not applied: what they do may be the difference.
void PrintDifferences(const Invocation& invocation, absl::Span<const report::Finding> findings,
                      const std::vector<std::string>& missing) {
  std::cout << "the database differs from the model: " << Count(findings.size(), "change")
            << " needed\n";
  std::ostringstream text;
  report::WriteText(findings.subspan(0, kShown), text);
  std::cout << Indent(absl::StripSuffix(text.str(), "\n"), "  ") << "\n";
  if (findings.size() > kShown) {
    std::cout << "  … and " << findings.size() - kShown << " more (autogen diff shows all)\n";
  }
  if (missing.empty()) {
    std::cout << "Run: autogen -m \"what changed\"" << DatabaseFlags(invocation) << "\n";
  } else {
    std::cout << "the database is behind the scripts: " << Count(missing.size(), "script")
              << " not applied (" << absl::StrJoin(missing, ", ") << "). Run: autogen upgrade"
              << DatabaseFlags(invocation) << "\n";
  }
}

void PrintJson(const diff::Plan& plan, absl::Span<const report::Finding> findings) {
  using nlohmann::ordered_json;
  ordered_json json = ordered_json::parse(diff::PlanToJson(plan), nullptr, false);
  json["findings"] = report::ToJson(findings);
  std::cout << json.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
}

// Revisions that the database lacks; none where its history cannot be read, or there is none.
absl::StatusOr<std::vector<std::string>> NotApplied(Project& project) {
  std::vector<std::string> missing;
  absl::StatusOr<revision::Graph> graph = LoadScripts(project);
  if (absl::IsNotFound(graph.status())) return missing;
  RETURN_IF_ERROR(graph.status());
  absl::StatusOr<revision::Nodes> rows = CurrentRows(project, *graph);
  if (!rows.ok()) return missing;
  return MissingScripts(*graph, *rows);
}

// The scripts alone: no connection.
absl::StatusOr<int> CheckHeads(const Project& project) {
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(project));
  absl::Status single = revision::CheckSingleHead(graph);
  if (!single.ok()) {
    std::cout << single.message() << "\n";
    return 1;
  }
  std::cout << (graph.size() == 0
                    ? std::string("no scripts")
                    : absl::StrCat("one head: ", graph.id(graph.effective_heads().front())))
            << "\n";
  return 0;
}

// Warnings about the applied history; a project may have none.
absl::StatusOr<bool> WarnOfDatabase(const Project& project, const std::string& url) {
  absl::StatusOr<revision::Graph> graph = LoadScripts(project, revision::Checksums::kCompute);
  if (absl::IsNotFound(graph.status())) return false;
  RETURN_IF_ERROR(graph.status());
  apply::Observer silent;
  absl::StatusOr<apply::Database> opened =
      apply::OpenDatabase(url, ApplyOptionsFor(project), &silent);
  if (absl::IsPermissionDenied(opened.status())) {
    // To compare schemas a role needs no right to any table.
    std::cerr << "warning: the history was not checked: " << opened.status().message() << "\n";
    return false;
  }
  RETURN_IF_ERROR(opened.status());
  apply::Database database = *std::move(opened);
  ASSIGN_OR_RETURN(revision::Nodes rows, revision::LocateRows(*graph, database.rows()));
  ASSIGN_OR_RETURN(std::vector<std::string> warnings,
                   deploy::HistoryWarnings(*graph, rows, database,
                                           revision::ReadAcceptances(project.version_folders())));
  return PrintWarnings(warnings);
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  if (invocation.Has("--heads")) return CheckHeads(*project);
  generate::Source from;
  if (invocation.Has("--from")) {
    ASSIGN_OR_RETURN(from, SourceFor(*project, invocation.Get("--from")));
  } else {
    ASSIGN_OR_RETURN(from, DatabaseSource(*project));
  }
  ASSIGN_OR_RETURN(scratch::Options scratch, ScratchFor(*project, invocation, from.url));
  generate::Settings settings = SettingsFor(*project, invocation);
  ASSIGN_OR_RETURN(settings.engine, EngineOf(from, generate::Source(), *project));
  const EngineName engine = settings.engine->name;
  generate::Pipeline pipeline(std::move(settings), std::move(scratch));
  ASSIGN_OR_RETURN(generate::Pair pair,
                   pipeline.Read(from, ModelSource(*project), /*dependencies=*/false));
  const std::string format = invocation.Get("--format", "text");
  std::vector<model::Unmanaged> unmanaged = pair.before.unmanaged;
  diff::Plan plan;
  if (!pair.equal) {
    ASSIGN_OR_RETURN(generate::Comparison comparison, pipeline.Compare(std::move(pair)));
    WarnAboutDisturbed(comparison.disturbed);
    plan = std::move(comparison.plan);
  }
  PrintNotes(pipeline.bench());
  const std::vector<report::Finding> findings =
      generate::DriftFindings(plan, project->model_paths(), engine);
  if (format == "json") {
    PrintJson(plan, findings);
  } else if (format != "text") {
    report::FindWriter(format)(findings, std::cout);
  } else if (plan.empty()) {
    std::cout << "no difference between the database and the model\n";
  } else {
    std::vector<std::string> missing;
    if (!invocation.Has("--from")) {
      ASSIGN_OR_RETURN(missing, NotApplied(*project));
    }
    PrintDifferences(invocation, findings, missing);
  }
  PrintUnmanaged(unmanaged);
  if (!invocation.Has("--from")) {
    ASSIGN_OR_RETURN(bool warned, WarnOfDatabase(*project, from.url));
    if (warned && invocation.Has("--strict")) return deploy::StrictError();
  }
  return plan.empty() ? 0 : 1;
}

}  // namespace

Command CheckCommand() {
  return {
      .name = "check",
      .summary = "check whether the database matches the model",
      .details =
          "Exits with 0 where there is no difference, 1 where there is one, 2 on an error. Warns "
          "of "
          "scripts that were edited after they were applied, and of a run that was interrupted.\n\n"
          "With --heads it checks the scripts alone, without a database: exit code 1 where they "
          "have more than one head, as after a merge of two branches of a repository.",
      .example = "autogen check --url \"$DATABASE_URL\"",
      .flags = WithComparisonFlags(
          {{.name = "--from",
            .value = "SOURCE",
            .help = "compare this with the model instead of the database"},
           {.name = "--heads", .help = "check only that the scripts have one head"},
           {.name = "--strict", .help = "treat warnings as errors"},
           {.name = "--format",
            .value = "FORMAT",
            .help = "default: text",
            .choices = report::kFormats}}),
      .run = Run,
  };
}

}  // namespace autogen::cli
