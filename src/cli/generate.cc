// The default command: compare the model with the database and write a migration script.
#include <iostream>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/database.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/hand_changes.h"
#include "src/cli/hooks.h"
#include "src/cli/new_script.h"
#include "src/cli/rename_prompt.h"
#include "src/cli/scratch.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/generate/pipeline.h"
#include "src/revision/plan.h"
#include "src/rows/reversal.h"

namespace autogen::cli {
namespace {

constexpr size_t kMostOperations = 50;

// A line each; of very many the first ones, and how many were left out.
std::string Shown(const diff::Plan& plan, bool all) {
  if (all || plan.operations.size() <= kMostOperations) return diff::PrintPlan(plan);
  diff::Plan first;
  first.operations.assign(plan.operations.begin(), plan.operations.begin() + kMostOperations);
  return absl::StrCat(diff::PrintPlan(first), "… and ", plan.operations.size() - kMostOperations,
                      " more (--verbose shows all)\n");
}

// What was tried on rows, and what could not be.
std::vector<std::string> RowNotes(const scratch::Proof& proof) {
  std::vector<std::string> notes;
  if (!proof.trial.has_value()) return notes;
  const rows::RowTrial& trial = *proof.trial;
  if (trial.tables > 0) {
    notes.push_back(absl::StrCat(
        "rows:  ", Count(static_cast<size_t>(trial.rows), "row"), " in ",
        Count(trial.tables, "table"),
        trial.untried.empty() ? ", up and down" : ", which the script could not be tried on"));
  }
  if (!trial.untried.empty()) {
    std::string why = trial.untried.substr(0, trial.untried.find('\n'));
    notes.push_back(absl::StrCat("not tried on rows: ", why));
  }
  if (!trial.unfilled.empty()) {
    notes.push_back(absl::StrCat("no rows for: ", absl::StrJoin(trial.unfilled, ", ")));
  }
  return notes;
}

// A script generated from a database that lacks other scripts would repeat them.
absl::Status RequireUpToDate(const Project& project, const Invocation& invocation,
                             const std::string& url, const revision::Graph& graph) {
  apply::Options options = ApplyOptionsFor(project);
  apply::Observer observer;
  ASSIGN_OR_RETURN(apply::Database database, apply::OpenDatabase(url, options, &observer));
  ASSIGN_OR_RETURN(revision::Nodes rows, revision::LocateRows(graph, database.rows()));
  const std::vector<std::string> missing = MissingScripts(graph, rows);
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "Target database is not up to date: ", Count(missing.size(), "script"), " not applied (",
      absl::StrJoin(missing, ", "), "). Run: autogen upgrade", DatabaseFlags(invocation)));
}

absl::StatusOr<Compared> CompareOnce(const Project& project, const Invocation& invocation,
                                     const generate::Source& database) {
  Compared c;
  ASSIGN_OR_RETURN(scratch::Options scratch, ScratchFor(project, invocation, database.url));
  generate::Settings settings = SettingsFor(project, invocation);
  ASSIGN_OR_RETURN(settings.online, OnlineFor(project, invocation));
  ASSIGN_OR_RETURN(settings.oldest_version, OldestVersionFor(project));
  c.pipeline = std::make_unique<generate::Pipeline>(std::move(settings), std::move(scratch));
  ASSIGN_OR_RETURN(c.pair, c.pipeline->Read(database, ModelSource(project), /*dependencies=*/true));
  if (!c.pair.equal) {
    ASSIGN_OR_RETURN(c.comparison, c.pipeline->Compare(c.pair));
  }
  return c;
}

// Tries the script, and takes into it what that has shown.
absl::Status ProveScript(generate::Pipeline& pipeline, const generate::Engine& engine,
                         const generate::Pair& pair, generate::Comparison* comparison,
                         revision::ScriptSpec* spec) {
  ASSIGN_OR_RETURN(scratch::Proof proof, pipeline.Prove(pair, *comparison));
  if (!proof.proved) {
    return absl::FailedPreconditionError(
        absl::StrCat("the generated script failed its proof, so none is written:\n",
                     Indent(proof.difference, "  "),
                     "\nThis is a bug of autogen, or a change that has no script. --no-proof "
                     "writes it anyway; autogen diff shows it. ",
                     generate::ReportOf(pipeline.SmallestFault(pair, proof.difference))));
  }
  if (proof.trial.has_value()) rows::AddTrial(*proof.trial, comparison);
  spec->proof = absl::StrCat(engine.version(proof.server_version), ", up, down and up again");
  for (const std::string& note : RowNotes(proof)) spec->notes.push_back(note);
  return absl::OkStatus();
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  std::string message = invocation.Get("--message");
  if (message.empty()) {
    return absl::InvalidArgumentError(
        "no message given: autogen -m \"what changed\" (autogen --help lists the commands)");
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(*project));
  ASSIGN_OR_RETURN(NewScript script, NewScriptFor(*project, graph, invocation));
  ASSIGN_OR_RETURN(generate::Source database, DatabaseSource(*project));
  RETURN_IF_ERROR(RequireUpToDate(*project, invocation, database.url, graph));

  Compared compared;
  std::set<std::string> declined;
  for (bool again = true; again;) {
    ASSIGN_OR_RETURN(compared, CompareOnce(*project, invocation, database));
    if (!CanAsk(invocation)) break;
    ASSIGN_OR_RETURN(again,
                     AskAboutRenames(*project, compared.comparison.likely_renames, &declined));
  }
  if (graph.size() > 0) {
    RETURN_IF_ERROR(SettleHandChanges(*project, invocation, database, &compared));
  }
  const generate::Engine& engine = EngineFor(*project);
  generate::Pipeline& pipeline = *compared.pipeline;
  const generate::Pair& pair = compared.pair;
  generate::Comparison& comparison = compared.comparison;
  PrintUnmanaged(pair.before.unmanaged);
  PrintNotes(pipeline.bench());
  if (comparison.plan.empty()) {
    std::cout << "no difference between the database and the model: no script is written\n";
    return 0;
  }
  if (!CanAsk(invocation)) {
    RETURN_IF_ERROR(WarnAboutRenames(comparison.likely_renames, invocation.Has("--strict")));
  }
  revision::ScriptSpec& spec = script.spec;
  if (invocation.Has("--no-proof")) {
    spec.notes.push_back("proof: none (--no-proof)");
    WarnAboutDisturbed(comparison.disturbed);
    for (const std::string& one : comparison.disturbed) {
      spec.notes.push_back(absl::StrCat("not managed, and blocks this script: ", one));
    }
  } else {
    if (!comparison.disturbed.empty()) return DisturbedError(comparison.disturbed);
    RETURN_IF_ERROR(ProveScript(pipeline, engine, pair, &comparison, &spec));
  }
  if (engine.place_backfills != nullptr) engine.place_backfills(&comparison);
  spec.upgrade = engine.section(comparison.upgrade);
  spec.downgrade = engine.section(comparison.downgrade);
  ASSIGN_OR_RETURN(std::vector<Config::Hook> hooks, HooksFor(*project, invocation));
  ASSIGN_OR_RETURN(std::string path, AddScript(*project, graph, script.spec, hooks, script.folder));
  std::cout << Shown(comparison.plan, invocation.Has("--verbose")) << "wrote " << path << "\n"
            << "Review it, then: autogen upgrade" << DatabaseFlags(invocation) << "\n";
  return 0;
}

}  // namespace

Command GenerateCommand() {
  return {
      .name = kDefaultCommand,
      .summary = "write the migration from the database to the model (the default command)",
      .details =
          "Compares the model with the database, and writes a script with both directions. The "
          "script is proved in a scratch database first: up, down and up again. Nothing is written "
          "where "
          "there is no difference, where the database is not at head, or where the proof fails.\n\n"
          "Where a dropped and an added object look alike, autogen asks on a terminal whether it "
          "is "
          "a rename and writes renamed_from into the model; elsewhere it warns.\n\n"
          "Where the database is not what its scripts make, somebody has changed it by hand. It "
          "asks "
          "on a terminal what to do about that, refuses with --no-input or --strict, and warns "
          "elsewhere; --drift take, revert or ignore is the answer.",
      .example = "autogen -m \"add task complexity score\"",
      .flags = WithComparisonFlags(WithScriptFlags(
          {{.name = "--no-proof", .help = "do not prove the script in a scratch database"},
           PlainFlag(),
           {.name = "--verbose", .help = "show every operation, however many there are"},
           {.name = "--no-input", .help = "never prompt, not even on a terminal"},
           DriftFlag(),
           {.name = "--strict",
            .help = "write no script where a drop and an add look like a rename, or where the "
                    "database was changed by hand"}})),
      .run = Run,
  };
}

}  // namespace autogen::cli
