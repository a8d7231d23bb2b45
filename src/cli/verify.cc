#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/output.h"
#include "src/cli/scratch.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/generate/drift.h"
#include "src/generate/pipeline.h"
#include "src/report/json.h"
#include "src/report/writer.h"
#include "src/revision/argument.h"
#include "src/revision/plan.h"
#include "src/revision/sum.h"
#include "src/scratch/replay.h"

namespace autogen::cli {
namespace {

// "all", a revision argument or a range of history. None: every script.
absl::StatusOr<revision::Nodes> NodesFor(const revision::Graph& graph, const std::string& text) {
  if (text == "all") return revision::Nodes();
  revision::Nodes nodes;
  if (absl::StrContains(text, ':')) {
    ASSIGN_OR_RETURN(nodes, revision::PlanHistory(graph, {}, text));
  } else {
    ASSIGN_OR_RETURN(nodes, revision::Resolve(graph, text));
  }
  if (nodes.empty()) {
    return absl::NotFoundError(absl::StrCat("no script to verify in \"", text, "\""));
  }
  return nodes;
}

report::Finding ToFinding(const revision::Graph& graph, const scratch::Verdict& verdict) {
  return {.path = graph.at(verdict.node).path,
          .line = verdict.line,
          .rule = "not-verified",
          .message = verdict.problem,
          .facts = {{"revision", graph.id(verdict.node)}}};
}

// The changes from the end of the whole history to the model.
absl::StatusOr<diff::Plan> CompareWithModel(const Project& project, generate::Pipeline& pipeline) {
  generate::Source history;
  history.kind = generate::SourceKind::kVersions;
  history.paths = project.version_folders();
  ASSIGN_OR_RETURN(generate::Pair pair,
                   pipeline.Read(history, ModelSource(project), /*dependencies=*/false));
  if (pair.equal) return diff::Plan();
  ASSIGN_OR_RETURN(generate::Comparison comparison, pipeline.Compare(std::move(pair)));
  return std::move(comparison.plan);
}

std::vector<report::Finding> AllFindings(const revision::Graph& graph,
                                         const scratch::Verification& result,
                                         const std::vector<report::Finding>& drift) {
  std::vector<report::Finding> findings;
  for (const scratch::Verdict& v : result.verdicts) {
    if (!v.problem.empty()) findings.push_back(ToFinding(graph, v));
  }
  findings.insert(findings.end(), drift.begin(), drift.end());
  return findings;
}

// A script, whether it was proved.
report::Case ToCase(const revision::Graph& graph, const scratch::Verdict& verdict) {
  const std::string& path = graph.at(verdict.node).path;
  report::Case one{.name = absl::StrCat(graph.id(verdict.node), ": up, down and up again"),
                   .path = path};
  if (verdict.unreadable) one.outcome = report::Case::Outcome::kError;
  if (!verdict.problem.empty()) {
    if (!verdict.unreadable) one.outcome = report::Case::Outcome::kFailed;
    one.line = verdict.line;
    one.rule = "not-verified";
    one.message = verdict.problem;
  }
  return one;
}

std::string ToJson(const revision::Graph& graph, const scratch::Verification& result,
                   const std::string& server, const diff::Plan& model,
                   const std::vector<report::Finding>& drift, bool compared) {
  nlohmann::ordered_json json;
  json["ok"] = result.ok() && model.empty();
  json["server"] = server;
  json["scripts"] = nlohmann::ordered_json::array();
  for (const scratch::Verdict& v : result.verdicts) {
    json["scripts"].push_back({{"revision", graph.id(v.node)},
                               {"path", graph.at(v.node).path},
                               {"ok", v.problem.empty()},
                               {"irreversible", v.irreversible},
                               {"assertions", v.assertions},
                               {"problem", v.problem},
                               {"not_verified", v.not_verified}});
  }
  if (compared) json["model_difference"] = diff::PrintPlan(model);
  json["findings"] = report::ToJson(AllFindings(graph, result, drift));
  // A server's words may hold any bytes; JSON may not.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// "3 scripts on PostgreSQL 15.4 (a private cluster), up, down and up again: 2 passed, 1 failed,
// 4 statements not verified". "all passed" means that nothing was left out.
std::string Summary(const scratch::Verification& result, const std::string& server,
                    const std::string& place) {
  size_t failed = 0, not_verified = 0;
  for (const scratch::Verdict& v : result.verdicts) {
    failed += v.problem.empty() ? 0 : 1;
    not_verified += v.not_verified.size();
  }
  std::string outcome = absl::StrCat(result.verdicts.size() - failed, " passed");
  if (failed == 0 && not_verified == 0) outcome = "all passed";
  if (failed > 0) absl::StrAppend(&outcome, ", ", failed, " failed");
  if (not_verified > 0) {
    absl::StrAppend(&outcome, ", ", Count(not_verified, "statement"), " not verified");
  }
  return absl::StrCat(Count(result.verdicts.size(), "script"), " on ", server, " (", place,
                      "), up, down and up again: ", outcome);
}

// A script that was edited after its proof is proved now: its header says so.
void NoteVerified(const revision::Graph& graph, const scratch::Verification& result,
                  const std::string& server) {
  for (const scratch::Verdict& v : result.verdicts) {
    if (!v.problem.empty() || !v.not_verified.empty()) continue;
    const std::string& path = graph.at(v.node).path;
    absl::StatusOr<revision::Script> script = revision::ReadScript(path, graph.dialect());
    if (!script.ok() || !script->EditedSinceProof()) continue;
    const absl::Status renewed = revision::WriteVerified(
        path, absl::StrCat(
                  server, v.irreversible ? ", up; it is irreversible" : ", up, down and up again"));
    if (renewed.ok()) {
      std::cerr << path << ": its header says that it was verified as it is\n";
    } else {
      std::cerr << "warning: " << path << ": " << renewed.message() << "\n";
    }
  }
}

// Databases may have run these scripts as they were before.
void PrintAccepted(const Project& project, const revision::Graph& graph,
                   const scratch::Verification& result, std::ostream& out) {
  const std::vector<revision::Acceptance> accepted =
      revision::ReadAcceptances(project.version_folders());
  for (const scratch::Verdict& v : result.verdicts) {
    for (const revision::Acceptance& one : accepted) {
      if (one.revision != graph.id(v.node)) continue;
      out << "edited and accepted: " << graph.at(v.node).path << ": " << one.reason << "\n";
    }
  }
}

// Behind the summary: what was left out, and whether the scripts lead to the model.
void PrintRest(const scratch::Verification& result, const std::vector<report::Finding>& drift,
               bool compared, std::ostream& out) {
  for (const scratch::Verdict& v : result.verdicts) {
    for (const std::string& one : v.not_verified) out << "not verified: " << one << "\n";
  }
  if (!drift.empty()) {
    out << "the scripts do not lead to the model; changes needed:\n";
    report::WriteText(drift, out);
  } else if (compared) {
    out << "the scripts lead to the model\n";
  }
}

void PrintCounts(const scratch::Verification& result, std::ostream& out) {
  size_t assertions = 0, irreversible = 0;
  for (const scratch::Verdict& v : result.verdicts) {
    assertions += v.assertions;
    irreversible += v.irreversible ? 1 : 0;
  }
  if (assertions > 0) out << Count(assertions, "assertion") << " run\n";
  if (irreversible > 0) {
    out << Count(irreversible, "irreversible script") << ": only the upgrade was tried\n";
  }
}

report::Report ToReport(const revision::Graph& graph, const scratch::Verification& result,
                        const std::vector<report::Finding>& drift) {
  report::Report report{
      .command = "verify",
      .findings = AllFindings(graph, result, drift),
      .rules = {{"not-verified", "a script does not do what its proof asks of it", ""},
                {"drift", "the scripts do not lead to the model", ""}}};
  for (const scratch::Verdict& v : result.verdicts) report.cases.push_back(ToCase(graph, v));
  for (const report::Finding& finding : drift) {
    report.cases.push_back({.name = absl::StrCat("model: ", finding.message),
                            .path = finding.path,
                            .line = finding.line,
                            .outcome = report::Case::Outcome::kFailed,
                            .rule = finding.rule,
                            .message = absl::StrCat("change needed: ", finding.message)});
  }
  return report;
}

absl::StatusOr<int> Verify(const Invocation& invocation, Output& output) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  scratch::VerifyRequest request;
  request.graph = &graph;
  std::string range = invocation.Get("revision", "all");
  ASSIGN_OR_RETURN(request.nodes, NodesFor(graph, range));
  int processors = static_cast<int>(std::thread::hardware_concurrency());
  ASSIGN_OR_RETURN(request.jobs, invocation.GetInt("--jobs", std::max(processors, 1)));
  request.progress = [&](const scratch::Verdict& v) {
    if (v.problem.empty()) return;
    report::WriteText({ToFinding(graph, v)}, std::cerr);
  };

  generate::Settings settings = SettingsFor(*project, invocation);
  request.introspect.privileges = settings.privileges;
  request.introspect.owners = settings.owners;
  request.introspect.own_tables = settings.own_tables;
  request.diff.rules = &settings.engine->rules();
  request.diff.compare.privileges = settings.privileges;
  request.diff.compare.owners = settings.owners;
  // The database only tells the server version: one that is not named or reached is no error.
  absl::StatusOr<std::string> url = project->Url();
  if (absl::IsInvalidArgument(url.status()) || absl::IsPermissionDenied(url.status())) {
    return url.status();
  }
  ASSIGN_OR_RETURN(scratch::Options scratch,
                   ScratchFor(*project, invocation, url.ok() ? *url : ""));
  generate::Pipeline pipeline(settings, std::move(scratch));
  ASSIGN_OR_RETURN(scratch::Verification result, pipeline.bench().verify(request));

  const std::string server = settings.engine->version(result.server_version);
  NoteVerified(graph, result, server);
  bool compare = range == "all" && result.ok() && invocation.Has("--against-model");
  diff::Plan model;
  if (compare) {
    ASSIGN_OR_RETURN(model, CompareWithModel(*project, pipeline));
  }
  const std::vector<report::Finding> drift =
      generate::DriftFindings(model, project->model_paths(), settings.engine->name);
  PrintNotes(pipeline.bench());
  report::Report report = ToReport(graph, result, drift);
  report.summary = Summary(result, server, pipeline.bench().place());
  report.json = [&] { return ToJson(graph, result, server, model, drift, compare); };
  output.text() << report.summary << "\n";
  PrintCounts(result, output.text());
  PrintAccepted(*project, graph, result, output.text());
  PrintRest(result, drift, compare, output.text());
  RETURN_IF_ERROR(output.Write(std::move(report)));
  if (result.unreadable()) return 2;
  return result.ok() && model.empty() ? 0 : 1;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  return RunWithOutput(invocation, "verify", Verify);
}

}  // namespace

Command VerifyCommand() {
  return {
      .name = "verify",
      .summary = "prove scripts in scratch databases: up, down and up again",
      .details =
          "Each script runs on top of those before it: its upgrade, its downgrade, which must "
          "restore "
          "the schema before it, and its upgrade again, which must give the same schema. Needs no "
          "database of "
          "its own: scripts run in a private cluster of the database's version, which is removed "
          "afterwards. Statements with effects outside the database (ALTER SYSTEM, CREATE "
          "DATABASE, COPY "
          "with "
          "a file or program, …) do not run and are reported as not verified; roles are names "
          "there, without attributes. Assertions run on empty tables; one that is not true there "
          "is "
          "reported as not verified. A script that was edited after its proof gets a line in its "
          "header that it was verified. "
          "Exits with 0 where all is well, 1 where a script is not, 2 on an "
          "error, as where a script cannot be read.",
      .example = "autogen verify all --against-model",
      .flags = WithComparisonFlags(WithOutputFlags(
          {{.name = "--jobs", .value = "N", .help = "at once; default: one for each processor"},
           {.name = "--against-model",
            .help = "the schema after the whole history must match the model"}})),
      .positionals = {{.name = "revision",
                       .help = "a revision argument, a range a:b, or \"all\" (the default)"}},
      .run = Run,
  };
}

}  // namespace autogen::cli
