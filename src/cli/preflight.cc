// preflight: would an upgrade fail on the existing rows?
#include "src/deploy/preflight.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/apply/database.h"
#include "src/apply/interrupt.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/data_check_flags.h"
#include "src/cli/output.h"
#include "src/cli/scratch.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/deploy/preflight_findings.h"
#include "src/generate/pipeline.h"
#include "src/report/json.h"
#include "src/sql/mask.h"

namespace autogen::cli {
namespace {

using deploy::DataCheck;
using deploy::DataCheckResult;

// Of the scripts that an upgrade would run now.
absl::StatusOr<std::vector<DataCheck>> OfScripts(Project& project, const Invocation& invocation) {
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScripts(project));
  ASSIGN_OR_RETURN(revision::Nodes rows, CurrentRows(project, graph));
  std::vector<std::string> targets = invocation.All("revision");
  if (targets.empty()) targets = {"heads"};
  ASSIGN_OR_RETURN(revision::Steps steps, revision::PlanUpgrade(graph, rows, targets));
  const std::vector<std::string> path = ApplyOptionsFor(project).search_path;
  return deploy::DataChecksOf(graph, steps.nodes, path.empty() ? "public" : path.front());
}

// Of the script that -m would write.
absl::StatusOr<std::vector<DataCheck>> OfModel(Project& project, const Invocation& invocation,
                                               const generate::Source& database) {
  ASSIGN_OR_RETURN(scratch::Options scratch, ScratchFor(project, invocation, database.url));
  generate::Pipeline pipeline(SettingsFor(project, invocation), std::move(scratch));
  ASSIGN_OR_RETURN(generate::Pair pair,
                   pipeline.Read(database, ModelSource(project), /*dependencies=*/true));
  std::vector<DataCheck> checks;
  if (pair.equal) return checks;
  ASSIGN_OR_RETURN(generate::Comparison comparison, pipeline.Compare(std::move(pair)));
  sql::MadeNames made;
  for (const render::Statement& s : comparison.upgrade) made.Add(sql::NamesMadeBy(s.sql));
  for (const rows::ViolatingRows& o : comparison.violating) {
    checks.push_back({.query = o.count, .what = o.what, .made = made});
  }
  return checks;
}

const char* ResultName(const DataCheckResult& answer) {
  if (answer.early) return "later";
  if (!answer.problem.empty()) return "not_checked";
  return answer.passed() ? "passed" : "fails";
}

void PrintText(const DataCheckResult& answer, std::ostream& out) {
  const DataCheck& q = answer.check;
  std::string sample =
      answer.sampled < 100 ? absl::StrFormat(" (in %.2f%% of the table)", answer.sampled) : "";
  if (answer.early && answer.rows > 0) {
    out << "later   " << q.what << ": " << Count(static_cast<size_t>(answer.rows), "row") << sample
        << " now; a statement ahead of it may change them";
  } else if (answer.early) {
    out << "later   " << q.what << ": needs what a statement ahead of it creates";
  } else if (!answer.problem.empty()) {
    out << "not checked  " << q.what << ": " << sql::MaskedMessage(answer.problem, q.query);
    if (!q.query.empty()) {
      out << "\n        to run by hand, after a review: " << sql::Masked(q.query);
    }
  } else if (answer.rows > 0) {
    out << "FAILS   " << q.what << ": " << Count(static_cast<size_t>(answer.rows), "row") << sample
        << "\n        " << sql::Masked(q.query);
  } else {
    out << "ok      " << q.what << sample;
  }
  out << "\n";
  if (!q.path.empty()) out << "        " << q.path << ":" << q.line << "\n";
}

std::string ToJson(const std::vector<DataCheckResult>& answers, bool ok) {
  nlohmann::ordered_json json;
  json["ok"] = ok;
  json["checks"] = nlohmann::ordered_json::array();
  for (const DataCheckResult& a : answers) {
    nlohmann::ordered_json j;
    j["what"] = a.check.what;
    j["query"] = sql::Masked(a.check.query);
    j["result"] = ResultName(a);
    if (!a.check.path.empty()) {
      j["source"] = absl::StrCat(a.check.path, ":", a.check.line);
    }
    if (a.problem.empty()) {
      j["rows"] = a.rows;
      j["sampled_percent"] = a.sampled;
    } else {
      j["problem"] = sql::MaskedMessage(a.problem, a.check.query);
      j["later"] = a.early;
    }
    json["checks"].push_back(std::move(j));
  }
  json["findings"] = report::ToJson(deploy::FindingsOf(answers));
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

struct Tally {
  size_t passed = 0, fails = 0, unknown = 0, later = 0;
};

Tally TallyOf(const std::vector<DataCheckResult>& answers) {
  Tally tally;
  for (const DataCheckResult& a : answers) {
    if (a.early) {
      ++tally.later;
    } else if (!a.problem.empty()) {
      ++tally.unknown;
    } else {
      ++(a.fails() ? tally.fails : tally.passed);
    }
  }
  return tally;
}

std::string Summary(const std::vector<DataCheckResult>& answers, const Tally& tally) {
  if (answers.empty()) return "no data check: the upgrade cannot fail on existing rows";
  return absl::StrCat(Count(answers.size(), "check"), ": ", tally.passed, " passed, ", tally.fails,
                      " with violating rows, ", tally.unknown, " not checked, ", tally.later,
                      " for later");
}

report::Case ToCase(const DataCheckResult& answer) {
  using Outcome = report::Case::Outcome;
  report::Case one{.name = answer.check.what, .path = answer.check.path, .line = answer.check.line};
  const std::string query = sql::Masked(answer.check.query);
  if (answer.early) {
    one.outcome = Outcome::kSkipped;
    one.message = "for later: a statement ahead of it makes what it needs, or may change the rows";
  } else if (!answer.problem.empty()) {
    one.outcome = Outcome::kError;
    one.rule = "not-checked";
    one.message = absl::StrCat(
        "not checked: ", sql::MaskedMessage(answer.problem, answer.check.query), "\n", query);
  } else if (answer.rows > 0) {
    one.outcome = Outcome::kFailed;
    one.rule = "violating-rows";
    one.message =
        absl::StrCat(Count(static_cast<size_t>(answer.rows), "violating row"), "\n", query);
  }
  return one;
}

report::Report ToReport(const std::vector<DataCheckResult>& answers, const Tally& tally) {
  report::Report report{
      .command = "preflight",
      .summary = Summary(answers, tally),
      .findings = deploy::FindingsOf(answers),
      .rules = {{"violating-rows", "rows are there on which the upgrade would fail", ""},
                {"not-checked", "a data check could not run: a person has to", ""}}};
  for (const DataCheckResult& answer : answers) report.cases.push_back(ToCase(answer));
  report.json = [&answers, ok = tally.fails == 0 && tally.unknown == 0] {
    return ToJson(answers, ok);
  };
  return report;
}

absl::StatusOr<deploy::PreflightOptions> Options(const Project& project,
                                                 const Invocation& invocation) {
  ASSIGN_OR_RETURN(deploy::PreflightOptions options, DataCheckOptions(project, invocation));
  ASSIGN_OR_RETURN(int sample, invocation.GetInt("--sample", 0));
  options.sample_rows = sample;
  for (std::string& name : invocation.All("--allow-extension")) {
    options.extensions.push_back(std::move(name));
  }
  return options;
}

absl::StatusOr<int> Preflight(const Invocation& invocation, Output& output) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(generate::Source database, DatabaseSource(*project));
  std::vector<DataCheck> checks;
  if (invocation.Has("--against-model")) {
    ASSIGN_OR_RETURN(checks, OfModel(*project, invocation, database));
  } else {
    ASSIGN_OR_RETURN(checks, OfScripts(*project, invocation));
  }
  ASSIGN_OR_RETURN(deploy::PreflightOptions options, Options(*project, invocation));
  options.progress = [&](const DataCheckResult& answer) { PrintText(answer, output.text()); };
  ASSIGN_OR_RETURN(std::string url, project->Url());
  apply::InterruptGuard guard;
  options.stop = [] { return apply::InterruptSignal() != 0; };
  apply::Observer observer;
  ASSIGN_OR_RETURN(const apply::Database target,
                   apply::OpenDatabase(url, ApplyOptionsFor(*project), &observer));
  absl::StatusOr<std::vector<DataCheckResult>> answers =
      deploy::ChecksOf(target, url, options)(checks);
  if (!answers.ok() && apply::InterruptSignal() != 0) {
    std::cerr << "autogen: " << answers.status().message() << "\n";
    return 128 + apply::InterruptSignal();
  }
  RETURN_IF_ERROR(answers.status());
  const Tally tally = TallyOf(*answers);
  output.text() << Summary(*answers, tally) << "\n";
  RETURN_IF_ERROR(output.Write(ToReport(*answers, tally)));
  if (tally.unknown > 0) return 2;
  return tally.fails > 0 ? 1 : 0;
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  return RunWithOutput(invocation, "preflight", Preflight);
}

}  // namespace

Command PreflightCommand() {
  return {
      .name = "preflight",
      .summary = "run the data checks of an upgrade, before anything is changed",
      .details =
          "Runs the data checks of the scripts that an upgrade would run (\"-- autogen: "
          "preflight\"), or with --against-model those of the script that -m would write, on the "
          "database. A check is somebody's text, so it runs only where it can do nothing but read: "
          "one SELECT in a read-only transaction of its own, in which everything that its names "
          "can "
          "mean (functions, operators, casts, types, views, domains) is stable or immutable and "
          "PostgreSQL's own or of an extension that reaches nothing else (citext, hstore, "
          "btree_gist and the like; more of them by --allow-extension or allowed_extension of the "
          "user's configuration). Any other, and one that is not done in time, is printed as \"not "
          "checked\", for a person to read and run.\n\n"
          "Exits with 0 where every check ran and found no row, 1 where some found rows, 2 where "
          "some could not be checked. A check of something that a statement ahead of it creates, "
          "or of "
          "rows that one may change, is for later, and is not counted. A script that was written "
          "or "
          "edited by hand is checked for what its statements imply: NOT NULL, changes of type, "
          "keys, "
          "foreign keys and checks. Exit code 129, 130 or 143 after a signal, which cancels the "
          "running check.",
      .example = "autogen preflight --sample 100000",
      .flags = WithComparisonFlags(WithOutputFlags(
          {{.name = "--against-model", .help = "run the checks of the script that -m would write"},
           {.name = "--sample",
            .value = "ROWS",
            .help = "check a sample of about so many rows of each table; default: all rows"},
           CheckTimeoutFlag(),
           {.name = "--allow-extension",
            .value = "NAME",
            .help = "let checks call the stable and immutable functions of this extension",
            .repeated = true}})),
      .positionals = {{.name = "revision",
                       .help = "how far the upgrade would go; default: heads",
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
