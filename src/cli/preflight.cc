// preflight: would an upgrade fail on the rows that are there?
#include "src/generate/preflight.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/generate/pipeline.h"
#include "src/revision/plan.h"
#include "src/revision/script.h"

namespace autogen::cli {
namespace {

using generate::PreflightAnswer;
using generate::PreflightQuestion;

// Of the scripts that an upgrade would run now.
absl::StatusOr<std::vector<PreflightQuestion>> OfScripts(Project& project,
                                                         const Invocation& invocation) {
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(project));
  ASSIGN_OR_RETURN(revision::Nodes rows, CurrentRows(project, graph));
  std::vector<std::string> targets = invocation.All("revision");
  if (targets.empty()) targets = {"heads"};
  ASSIGN_OR_RETURN(revision::Steps steps, revision::PlanUpgrade(graph, rows, targets));
  std::vector<PreflightQuestion> questions;
  for (size_t i = 0; i < steps.nodes.size(); ++i) {
    const std::string& path = graph.at(steps.nodes[i]).path;
    ASSIGN_OR_RETURN(revision::Script script, revision::ReadScript(path));
    for (const revision::Question& q : script.upgrade.preflight) {
      questions.push_back({q.query, q.what, absl::StrCat(path, ":", q.line), i > 0});
    }
  }
  return questions;
}

// Of the script that -m would write.
absl::StatusOr<std::vector<PreflightQuestion>> OfModel(Project& project,
                                                       const Invocation& invocation,
                                                       const generate::Source& database) {
  generate::Pipeline pipeline(SettingsFor(project, invocation), ScratchFor(project, database.url));
  ASSIGN_OR_RETURN(generate::Pair pair,
                   pipeline.Read(database, ModelSource(project), /*dependencies=*/true));
  std::vector<PreflightQuestion> questions;
  if (pair.equal) return questions;
  ASSIGN_OR_RETURN(generate::Comparison comparison, pipeline.Compare(std::move(pair)));
  for (const generate::OffendingRows& o : comparison.offending) {
    questions.push_back({o.count, o.what, "", false});
  }
  return questions;
}

void PrintText(const PreflightAnswer& answer) {
  const PreflightQuestion& q = answer.question;
  std::string sample =
      answer.sampled < 100 ? absl::StrFormat(" (in %.2f%% of the table)", answer.sampled) : "";
  if (answer.early) {
    std::cout << "later   " << q.what
              << ": cannot be asked before the scripts ahead of it have run";
  } else if (!answer.problem.empty()) {
    std::cout << "ERROR   " << q.what << ": " << answer.problem << "\n        " << q.query;
  } else if (answer.rows > 0) {
    std::cout << "FAILS   " << q.what << ": " << Count(static_cast<size_t>(answer.rows), "row")
              << sample << "\n        " << q.query;
  } else {
    std::cout << "ok      " << q.what << sample;
  }
  std::cout << "\n";
  if (!q.source.empty()) std::cout << "        " << q.source << "\n";
}

void PrintJson(const std::vector<PreflightAnswer>& answers, bool ok) {
  nlohmann::ordered_json json;
  json["ok"] = ok;
  json["questions"] = nlohmann::ordered_json::array();
  for (const PreflightAnswer& a : answers) {
    nlohmann::ordered_json j;
    j["what"] = a.question.what;
    j["query"] = a.question.query;
    if (!a.question.source.empty()) j["source"] = a.question.source;
    if (a.problem.empty()) {
      j["rows"] = a.rows;
      j["sampled_percent"] = a.sampled;
    } else {
      j["problem"] = a.problem;
      j["later"] = a.early;
    }
    json["questions"].push_back(std::move(j));
  }
  std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, Project::Open(invocation));
  ASSIGN_OR_RETURN(generate::Source database, DatabaseSource(*project));
  std::vector<PreflightQuestion> questions;
  if (invocation.Has("--against-model")) {
    ASSIGN_OR_RETURN(questions, OfModel(*project, invocation, database));
  } else {
    ASSIGN_OR_RETURN(questions, OfScripts(*project, invocation));
  }
  const bool json = invocation.Get("--format", "text") == "json";
  generate::PreflightOptions options;
  ASSIGN_OR_RETURN(int sample, invocation.GetInt("--sample", 0));
  options.sample_rows = sample;
  options.lock_timeout_ms = ApplyOptionsFor(*project).lock_timeout_ms;
  ASSIGN_OR_RETURN(options.statement_timeout_ms, invocation.GetInt("--statement-timeout", 0));
  if (!json) options.progress = PrintText;
  ASSIGN_OR_RETURN(postgres::Connection connection, project->Connect());
  ASSIGN_OR_RETURN(std::vector<PreflightAnswer> answers,
                   generate::RunPreflight(connection, questions, options));
  size_t fails = 0, problems = 0;
  for (const PreflightAnswer& a : answers) {
    fails += a.problem.empty() && a.rows > 0 ? 1 : 0;
    problems += !a.problem.empty() && !a.early ? 1 : 0;
  }
  if (json) {
    PrintJson(answers, fails == 0 && problems == 0);
  } else if (questions.empty()) {
    std::cout << "nothing that an upgrade would do can fail on rows that are there\n";
  } else {
    std::cout << Count(answers.size(), "question") << ", " << fails
              << " with rows that an upgrade would fail on\n";
  }
  if (problems > 0) return 2;
  return fails > 0 ? 1 : 0;
}

}  // namespace

Command PreflightCommand() {
  return {
      .name = "preflight",
      .summary = "count the rows that an upgrade would fail on, before anything is changed",
      .details =
          "Asks the database the questions that stand in the scripts which an upgrade would run "
          "(\"-- autogen: preflight\"), or with --against-model those of the script that -m would "
          "write. Each is a SELECT in a read-only transaction of its own.\n\n"
          "Exits with 0 where no row stands in the way, 1 where some do, 2 where a question could "
          "not be asked. A question about something that a script ahead of it makes is for later.",
      .example = "autogen preflight --sample 100000",
      .flags = WithComparisonFlags(
          {{.name = "--against-model", .help = "ask for the changes that the model still needs"},
           {.name = "--sample",
            .value = "ROWS",
            .help = "look at about so many rows of each table; default: all"},
           {.name = "--statement-timeout",
            .value = "MS",
            .help = "of each question; default: the server's"},
           {.name = "--format",
            .value = "FORMAT",
            .help = "default: text",
            .choices = "text|json"}}),
      .positionals = {{.name = "revision",
                       .help = "how far the upgrade would go; default: heads",
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
