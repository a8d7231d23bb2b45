#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/output.h"
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
                      const std::vector<std::string>& missing, std::ostream& out) {
  out << "the database differs from the model: " << Count(findings.size(), "change") << " needed\n";
  std::ostringstream text;
  report::WriteText(findings.subspan(0, kShown), text);
  out << Indent(absl::StripSuffix(text.str(), "\n"), "  ") << "\n";
  if (findings.size() > kShown) {
    out << "  … and " << findings.size() - kShown << " more (autogen diff shows all)\n";
  }
  if (missing.empty()) {
    out << "Run: autogen -m \"what changed\"" << DatabaseFlags(invocation) << "\n";
  } else {
    out << "the database is behind the scripts: " << Count(missing.size(), "script")
        << " not applied (" << absl::StrJoin(missing, ", ") << "). Run: autogen upgrade"
        << DatabaseFlags(invocation) << "\n";
  }
}

std::string ToJson(const diff::Plan& plan, absl::Span<const report::Finding> findings) {
  using nlohmann::ordered_json;
  ordered_json json = ordered_json::parse(diff::PlanToJson(plan), nullptr, false);
  json["findings"] = report::ToJson(findings);
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

report::Report ToReport(const diff::Plan& plan, std::vector<report::Finding> findings) {
  report::Report report{
      .command = "check",
      .summary = findings.empty() ? std::string("no difference between the database and the model")
                                  : absl::StrCat("the database differs from the model: ",
                                                 Count(findings.size(), "change"), " needed"),
      .findings = std::move(findings),
      .rules = {{"drift", "the database differs from the model", ""}}};
  for (const report::Finding& finding : report.findings) {
    report.cases.push_back({.name = finding.message,
                            .path = finding.path,
                            .line = finding.line,
                            .outcome = report::Case::Outcome::kFailed,
                            .rule = finding.rule,
                            .message = absl::StrCat("change needed: ", finding.message)});
  }
  report.json = [&plan, findings = report.findings] { return ToJson(plan, findings); };
  return report;
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
absl::StatusOr<int> CheckHeads(const Project& project, Output& output) {
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(project));
  const absl::Status single = revision::CheckSingleHead(graph);
  report::Report report{.command = "check",
                        .rules = {{"several-heads", "two scripts revise the same one", ""}}};
  if (!single.ok()) {
    report.summary = std::string(single.message());
    for (const revision::Node head : graph.effective_heads()) {
      report.findings.push_back({.path = graph.at(head).path,
                                 .line = 1,
                                 .rule = "several-heads",
                                 .message = report.summary,
                                 .facts = {{"revision", graph.id(head)}}});
    }
  } else if (graph.size() == 0) {
    report.summary = "no scripts";
  } else {
    report.summary = absl::StrCat("one head: ", graph.id(graph.effective_heads().front()));
  }
  output.text() << report.summary << "\n";
  RETURN_IF_ERROR(output.Write(std::move(report)));
  return single.ok() ? 0 : 1;
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

absl::StatusOr<int> Check(const Invocation& invocation, Output& output) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  if (invocation.Has("--heads")) return CheckHeads(*project, output);
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
  if (!output.Wants("text")) {
    // Only the text names what is not applied.
  } else if (plan.empty()) {
    output.text() << "no difference between the database and the model\n";
  } else {
    std::vector<std::string> missing;
    if (!invocation.Has("--from")) {
      ASSIGN_OR_RETURN(missing, NotApplied(*project));
    }
    PrintDifferences(invocation, findings, missing, output.text());
  }
  RETURN_IF_ERROR(output.Write(ToReport(plan, findings)));
  PrintUnmanaged(unmanaged);
  if (!invocation.Has("--from")) {
    ASSIGN_OR_RETURN(bool warned, WarnOfDatabase(*project, from.url));
    if (warned && invocation.Has("--strict")) return deploy::StrictError();
  }
  return plan.empty() ? 0 : 1;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  return RunWithOutput(invocation, "check", Check);
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
          WithOutputFlags({{.name = "--from",
                            .value = "SOURCE",
                            .help = "compare this with the model instead of the database"},
                           {.name = "--heads", .help = "check only that the scripts have one head"},
                           {.name = "--strict", .help = "treat warnings as errors"}})),
      .run = Run,
  };
}

}  // namespace autogen::cli
