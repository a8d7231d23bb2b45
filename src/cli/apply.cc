#include "src/cli/apply.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/apply/compile.h"
#include "src/apply/interrupt.h"
#include "src/apply/offline.h"
#include "src/apply/report.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/scripts.h"
#include "src/cli/settings.h"
#include "src/revision/plan.h"

namespace autogen::cli {
namespace {

using apply::Direction;
using apply::Unit;
using revision::Graph;
using revision::Node;
using revision::Nodes;

absl::StatusOr<revision::Steps> Plan(const Graph& graph, absl::Span<const Node> rows,
                                     Direction direction, const std::vector<std::string>& targets) {
  if (direction == Direction::kUpgrade) return revision::PlanUpgrade(graph, rows, targets);
  return revision::PlanDowngrade(graph, rows, targets[0]);
}

// What an interrupted run left comes before all else.
void MoveToFront(const Graph& graph, const std::string& revision, Nodes& nodes) {
  auto found = std::find_if(nodes.begin(), nodes.end(),
                            [&](Node node) { return graph.id(node) == revision; });
  if (found != nodes.end()) std::rotate(nodes.begin(), found, found + 1);
}

std::string RowList(const std::vector<std::string>& rows) {
  return rows.empty() ? "base" : absl::StrJoin(rows, ", ");
}

std::string UnitList(absl::Span<const Unit> units) {
  constexpr size_t kShown = 5;
  std::string out;
  for (size_t i = 0; i < units.size() && i < kShown; ++i) {
    absl::StrAppend(&out, i > 0 ? ", " : "", units[i].revision);
  }
  if (units.size() > kShown) absl::StrAppend(&out, ", … ", units.back().revision);
  return out;
}

// --sql needs no database: it starts where the user says, "from:to".
absl::StatusOr<int> PrintSql(const Invocation& invocation, const Graph& graph,
                             const apply::Options& options, Direction direction,
                             const std::vector<std::string>& targets) {
  std::vector<std::string> ends = absl::StrSplit(targets[0], absl::MaxSplits(':', 1));
  if (ends.size() == 1 && direction == Direction::kDowngrade) {
    return absl::InvalidArgumentError(
        "downgrade --sql does not ask a database: give the range, from:to (\"head:-1\", "
        "\"head:base\")");
  }
  Nodes rows;
  std::vector<std::string> to = targets;
  if (ends.size() == 2) {
    ASSIGN_OR_RETURN(rows, revision::PlanStamp(graph, {}, {ends[0].empty() ? "base" : ends[0]}));
    to = {ends[1].empty() ? (direction == Direction::kUpgrade ? "heads" : "base") : ends[1]};
  }
  ASSIGN_OR_RETURN(revision::Steps steps, Plan(graph, rows, direction, to));
  ASSIGN_OR_RETURN(std::vector<Unit> units,
                   apply::CompileUnits(graph, rows, steps.nodes, direction));
  ASSIGN_OR_RETURN(std::string sql, apply::OfflineSql(units, options, rows.empty()));
  std::cout << sql;
  return 0;
}

absl::Status PrintDryRun(absl::Span<const Unit> units) {
  for (const Unit& unit : units) {
    ASSIGN_OR_RETURN(std::vector<apply::Part> parts, apply::SplitIntoParts(unit));
    const auto alone = std::count_if(parts.begin(), parts.end(),
                                     [](const apply::Part& part) { return part.alone; });
    std::cout << "would " << DirectionName(unit.direction) << " " << unit.revision << " "
              << unit.title << " (" << unit.path
              << "): " << Count(unit.statements.size(), "statement");
    if (alone > 0) std::cout << ", " << alone << " outside a transaction";
    std::cout << "\n";
    for (const sql::Statement& statement : unit.statements) {
      std::cout << "    " << apply::Excerpt(statement.text) << "\n";
    }
  }
  if (units.empty()) std::cout << "nothing to do\n";
  return absl::OkStatus();
}

// What ran, what did not, the state, the next command.
apply::RunSummary Summarize(apply::Runner& runner, absl::Span<const Unit> units,
                            const absl::Status& status, const std::string& command) {
  apply::RunSummary summary;
  summary.status = status;
  summary.ran = runner.finished();
  summary.count = units.size();
  if (status.ok()) {
    summary.state = absl::StrCat("at ", RowList(runner.rows()));
    return summary;
  }
  summary.next = command;
  const std::string failed =
      summary.ran < units.size() ? units[summary.ran].revision : std::string();
  if (!runner.connection().alive() || !runner.Refresh().ok()) {
    summary.state = absl::StrCat("not known: the connection is lost (autogen current tells)");
    return summary;
  }
  summary.state = absl::StrCat("at ", RowList(runner.rows()));
  if (runner.unfinished().has_value()) {
    absl::StrAppend(&summary.state, "; of ", runner.unfinished()->revision, ", ",
                    runner.unfinished()->steps_done(), " of ", runner.unfinished()->steps(),
                    " steps are done, and the next run goes on there");
  } else if (!failed.empty()) {
    absl::StrAppend(&summary.state, "; nothing of ", failed, " stays");
  }
  return summary;
}

std::string FailureText(const apply::RunSummary& summary, absl::Span<const Unit> units) {
  std::string out = absl::StrCat(summary.status.message(), "\n");
  absl::StrAppend(&out, "ran:      ", summary.ran, " of ", Count(summary.count, "script"));
  if (summary.ran > 0) absl::StrAppend(&out, ": ", UnitList(units.subspan(0, summary.ran)));
  absl::StrAppend(&out, "\nnot run:  ", UnitList(units.subspan(summary.ran)),
                  "\ndatabase: ", summary.state, "\nnext:     ", summary.next);
  return out;
}

}  // namespace

std::vector<Flag> RunFlags() {
  return {
      {.name = "--sql", .help = "print the SQL instead; no database is asked (from:to)"},
      {.name = "--dry-run", .help = "tell what would run"},
      {.name = "--single-transaction", .help = "all scripts in one transaction"},
      {.name = "--lock-timeout",
       .value = "MS",
       .help = "how long a statement may wait for a lock; default 3000"},
      {.name = "--statement-timeout",
       .value = "MS",
       .help = "of one statement, but not of index builds and validation; default: none"},
      {.name = "--retries",
       .value = "N",
       .help = "of a script that met the lock timeout; default 30"},
      {.name = "--lock-wait",
       .value = "SECONDS",
       .help = "how long to wait for another autogen on this database; default 300"},
      {.name = "--max-transaction-age",
       .value = "SECONDS",
       .help = "do not queue behind a transaction that is older; default 60, 0: no matter"},
      {.name = "--log-format", .help = "default: text", .choices = "text|json"},
  };
}

absl::StatusOr<apply::Options> ApplyOptions(const Project& project, const Invocation& invocation) {
  apply::Options options = ApplyOptionsFor(project);
  options.single_transaction = invocation.Has("--single-transaction");
  struct {
    const char* flag;
    int* value;
  } numbers[] = {
      {"--lock-timeout", &options.lock_timeout_ms},
      {"--statement-timeout", &options.statement_timeout_ms},
      {"--lock-wait", &options.lock_wait_s},
      {"--retries", &options.retries},
      {"--max-transaction-age", &options.max_transaction_age_s},
  };
  for (const auto& number : numbers) {
    ASSIGN_OR_RETURN(*number.value, invocation.GetInt(number.flag, *number.value));
    if (*number.value < 0) {
      return absl::InvalidArgumentError(absl::StrCat(number.flag, " must not be negative"));
    }
  }
  return options;
}

std::unique_ptr<apply::Observer> MakeReport(const Invocation& invocation) {
  if (invocation.Get("--log-format") == "json") return apply::MakeJsonReport(std::cout);
  return apply::MakeTextReport(std::cout, isatty(STDOUT_FILENO) == 1);
}

absl::StatusOr<int> RunScripts(const Invocation& invocation, Direction direction,
                               const std::vector<std::string>& targets) {
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, Project::Open(invocation));
  ASSIGN_OR_RETURN(Graph graph, LoadScripts(*project));
  ASSIGN_OR_RETURN(apply::Options options, ApplyOptions(*project, invocation));
  if (invocation.Has("--sql")) return PrintSql(invocation, graph, options, direction, targets);

  const bool dry = invocation.Has("--dry-run");
  const bool text = invocation.Get("--log-format") != "json";
  apply::InterruptGuard guard;
  std::unique_ptr<apply::Observer> report = MakeReport(invocation);
  ASSIGN_OR_RETURN(std::string url, project->Url());
  ASSIGN_OR_RETURN(std::unique_ptr<apply::Runner> runner,
                   apply::Runner::Open({.url = url}, options, report.get()));
  if (!dry) RETURN_IF_ERROR(runner->Lock());
  ASSIGN_OR_RETURN(Nodes rows, revision::LocateRows(graph, runner->rows()));
  ASSIGN_OR_RETURN(revision::Steps steps, Plan(graph, rows, direction, targets));
  for (const std::string& warning : steps.warnings) std::cerr << "warning: " << warning << "\n";
  if (runner->unfinished().has_value()) {
    MoveToFront(graph, runner->unfinished()->revision, steps.nodes);
  }
  ASSIGN_OR_RETURN(std::vector<Unit> units,
                   apply::CompileUnits(graph, rows, steps.nodes, direction));
  if (dry) {
    RETURN_IF_ERROR(PrintDryRun(units));
    return 0;
  }
  absl::Status status = runner->Run(units);
  if (status.ok() && !units.empty()) RETURN_IF_ERROR(runner->Refresh());
  const std::string command =
      absl::StrCat("autogen ", DirectionName(direction), " ", absl::StrJoin(targets, " "));
  apply::RunSummary summary = Summarize(*runner, units, status, command);
  report->RunEnded(summary);
  report.reset();
  if (status.ok()) {
    if (text && units.empty()) std::cout << "nothing to do: " << summary.state << "\n";
    return 0;
  }
  const std::string failure = FailureText(summary, units);
  if (apply::InterruptSignal() != 0) {
    std::cerr << "autogen: " << failure << "\n";
    return 128 + apply::InterruptSignal();
  }
  return absl::Status(status.code(), failure);
}

}  // namespace autogen::cli
