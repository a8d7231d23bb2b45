#include "src/deploy/run.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/clock.h"
#include "src/apply/compile.h"
#include "src/apply/database.h"
#include "src/apply/interrupt.h"
#include "src/apply/tee.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/deploy/data_checks.h"
#include "src/deploy/history_warnings.h"
#include "src/deploy/losses.h"
#include "src/revision/state.h"

namespace autogen::deploy {
namespace {

using apply::Direction;
using apply::ScriptRun;
using revision::Graph;
using revision::Node;
using revision::Nodes;

std::string RowList(const std::vector<std::string>& rows) {
  return rows.empty() ? "base" : absl::StrJoin(rows, ", ");
}

std::string ScriptList(absl::Span<const ScriptRun> scripts) {
  constexpr size_t kShown = 5;
  std::string out;
  for (size_t i = 0; i < scripts.size() && i < kShown; ++i) {
    absl::StrAppend(&out, i > 0 ? ", " : "", scripts[i].revision);
  }
  if (scripts.size() > kShown) absl::StrAppend(&out, ", … ", scripts.back().revision);
  return out;
}

absl::Status PrintDryRun(absl::Span<const ScriptRun> scripts, std::ostream& out) {
  for (const ScriptRun& script : scripts) {
    ASSIGN_OR_RETURN(std::vector<apply::Step> steps, apply::SplitIntoSteps(script));
    const auto alone = std::count_if(steps.begin(), steps.end(),
                                     [](const apply::Step& step) { return step.alone; });
    out << "would " << DirectionName(script.direction) << " " << script.revision << " "
        << script.title << " (" << script.path
        << "): " << Count(script.statements.size(), "statement");
    if (alone > 0) out << ", " << alone << " outside a transaction";
    out << "\n";
    for (const sql::Statement& statement : script.statements) {
      out << "    " << apply::Excerpt(statement.text) << "\n";
    }
  }
  if (scripts.empty()) out << "nothing to do\n";
  return absl::OkStatus();
}

// What an interrupted run left comes first.
void MoveToFront(const Graph& graph, const std::string& revision, Nodes& nodes) {
  auto found = std::find_if(nodes.begin(), nodes.end(),
                            [&](Node node) { return graph.id(node) == revision; });
  if (found != nodes.end()) std::rotate(nodes.begin(), found, found + 1);
}

// The scripts of an upgrade, newest first, each with a downgrade that can be run: all that
// --rollback-on-failure may need, known before anything changes.
absl::Status CheckReversible(const Graph& graph, const Nodes& rows, const Nodes& nodes) {
  revision::State state(&graph, rows);
  for (Node node : nodes) state.Apply(node);
  const Nodes back(nodes.rbegin(), nodes.rend());
  absl::StatusOr<std::vector<ScriptRun>> scripts =
      apply::CompileScripts(graph, state.row_nodes(), back, Direction::kDowngrade);
  absl::Status status = scripts.status();
  for (size_t i = 0; status.ok() && i < scripts->size(); ++i) {
    status = apply::SplitIntoSteps((*scripts)[i]).status();
  }
  return Annotate(status,
                  "--rollback-on-failure needs a downgrade of every script; nothing was run");
}

class Run {
 public:
  Run(const RunRequest& request, apply::Observer& report, std::ostream& out, RunResult& result)
      : request_(request),
        graph_(*request.graph),
        out_(out),
        result_(result),
        count_(&result.metrics),
        tee_({&report, &count_}) {}

  absl::Status OnDatabase(const std::string& url) {
    ASSIGN_OR_RETURN(database_, apply::OpenDatabase(url, request_.options, &tee_));
    if (!request_.dry_run) {
      RETURN_IF_ERROR(CheckPooler());
      RETURN_IF_ERROR(database_.lock());
      RETURN_IF_ERROR(FinishUndo());
    }
    ASSIGN_OR_RETURN(Nodes rows, revision::LocateRows(graph_, database_.rows()));
    ASSIGN_OR_RETURN(revision::Steps steps,
                     PlanSteps(graph_, rows, request_.direction, request_.targets));
    ASSIGN_OR_RETURN(std::vector<std::string> warnings, RowWarnings(graph_, rows, database_));
    warnings.insert(warnings.end(), steps.warnings.begin(), steps.warnings.end());
    for (const std::string& warning : warnings) tee_.Note(absl::StrCat("warning: ", warning));
    if (database_.unfinished().has_value()) {
      MoveToFront(graph_, database_.unfinished()->revision, steps.nodes);
    }
    ASSIGN_OR_RETURN(scripts_,
                     apply::CompileScripts(graph_, rows, steps.nodes, request_.direction));
    result_.metrics.scripts_planned = scripts_.size();
    // What an upgrade loses is a matter of its review, and of approvals.
    if (request_.direction == Direction::kDowngrade) {
      for (const std::string& loss : LossWarnings(scripts_)) {
        tee_.Note(absl::StrCat("warning: ", loss));
      }
    }
    if (request_.dry_run) return PrintDryRun(scripts_, out_);
    if (request_.direction == Direction::kUpgrade) {
      ASSIGN_OR_RETURN(std::vector<std::string> approved,
                       CheckApprovals(*request_.project, request_.approvals, scripts_, &database_));
      for (const std::string& line : approved) tee_.Note(line);
    }
    if (request_.rollback_on_failure) RETURN_IF_ERROR(CheckReversible(graph_, rows, steps.nodes));
    if (request_.preflight) RETURN_IF_ERROR(database_.preflight(scripts_));
    RETURN_IF_ERROR(CheckData(url, steps.nodes));
    absl::Status status = database_.run(scripts_);
    if (status.ok() && !scripts_.empty()) RETURN_IF_ERROR(database_.refresh());
    return Finish(status, steps.nodes);
  }

 private:
  absl::Status CheckData(const std::string& url, const Nodes& nodes) {
    if (!request_.data_checks || request_.direction != Direction::kUpgrade) {
      return absl::OkStatus();
    }
    const std::vector<std::string>& path = request_.options.search_path;
    ASSIGN_OR_RETURN(std::vector<DataCheck> checks,
                     DataChecksOf(graph_, nodes, path.empty() ? "public" : path.front()));
    if (const std::optional<apply::Unfinished>& open = database_.unfinished(); open.has_value()) {
      // Some of its statements have run.
      checks.erase(
          std::remove_if(checks.begin(), checks.end(),
                         [&](const DataCheck& q) { return q.path == scripts_.front().path; }),
          checks.end());
    }
    checks_.emplace(ChecksOf(database_, url, request_.checks), request_.strict, &tee_);
    database_.set_before_step([this](const ScriptRun& script, size_t begin, size_t end) {
      return checks_->BeforeStep(script, begin, end);
    });
    return checks_->Run(checks);
  }

  // What a pooler cannot run is refused before the lock, for which tables are created there. What
  // another runner does meanwhile only takes scripts away.
  absl::Status CheckPooler() {
    if (!database_.check_scripts) return absl::OkStatus();
    ASSIGN_OR_RETURN(Nodes rows, revision::LocateRows(graph_, database_.rows()));
    ASSIGN_OR_RETURN(revision::Steps steps,
                     PlanSteps(graph_, rows, request_.direction, request_.targets));
    ASSIGN_OR_RETURN(std::vector<ScriptRun> scripts,
                     apply::CompileScripts(graph_, rows, steps.nodes, request_.direction));
    RETURN_IF_ERROR(database_.check_scripts(scripts));
    if (!request_.rollback_on_failure) return absl::OkStatus();
    revision::State state(&graph_, rows);
    for (Node node : steps.nodes) state.Apply(node);
    const Nodes back(steps.nodes.rbegin(), steps.nodes.rend());
    absl::StatusOr<std::vector<ScriptRun>> down =
        apply::CompileScripts(graph_, state.row_nodes(), back, Direction::kDowngrade);
    // A script without a downgrade is CheckReversible()'s to report.
    return down.ok() ? database_.check_scripts(*down) : absl::OkStatus();
  }

  // A rollback that was itself interrupted comes first: its script is no longer applied.
  absl::Status FinishUndo() {
    if (!database_.unfinished().has_value()) return absl::OkStatus();
    const apply::Unfinished open = *database_.unfinished();
    if (open.direction != Direction::kDowngrade) return absl::OkStatus();
    const std::optional<Node> node = graph_.Find(open.revision);
    ASSIGN_OR_RETURN(Nodes rows, revision::LocateRows(graph_, database_.rows()));
    const revision::State state(&graph_, rows);
    if (!node.has_value() || state.applied(*node)) return absl::OkStatus();
    tee_.Note(absl::StrCat("downgrading the steps of ", open.revision));
    return UndoNode(rows, *node);
  }

  absl::Status UndoNode(const Nodes& rows, Node node) {
    ASSIGN_OR_RETURN(std::vector<ScriptRun> down,
                     apply::CompileScripts(graph_, rows, {node}, Direction::kDowngrade));
    return database_.undo(down[0]);
  }

  // Downgrades what ran before the failure, newest first.
  absl::Status RollBack(const Nodes& nodes, size_t finished) {
    if (!database_.alive()) return absl::UnavailableError("the connection is lost");
    RETURN_IF_ERROR(database_.refresh());
    ASSIGN_OR_RETURN(Nodes rows, revision::LocateRows(graph_, database_.rows()));
    if (database_.unfinished().has_value()) RETURN_IF_ERROR(UndoNode(rows, nodes[finished]));
    const Nodes back(nodes.rend() - static_cast<ptrdiff_t>(finished), nodes.rend());
    ASSIGN_OR_RETURN(std::vector<ScriptRun> scripts,
                     apply::CompileScripts(graph_, rows, back, Direction::kDowngrade));
    RETURN_IF_ERROR(database_.run(scripts));
    return database_.refresh();
  }

  // What ran, what did not, the state, the next command.
  absl::Status Finish(const absl::Status& status, const Nodes& nodes) {
    apply::RunSummary& summary = result_.summary;
    summary.status = status;
    summary.ran = database_.finished();
    summary.count = scripts_.size();
    if (status.ok()) {
      summary.state = absl::StrCat("at ", RowList(database_.rows()));
      return Ended();
    }
    summary.next = Next(status);
    if (!database_.alive() || !database_.refresh().ok()) {
      summary.state = "unknown: the connection is lost (autogen current shows it)";
      return Ended();
    }
    if (request_.rollback_on_failure && apply::InterruptSignal() == 0 && database_.began()) {
      tee_.Note("downgrading what ran");
      const absl::Status back = RollBack(nodes, summary.ran);
      if (back.ok()) {
        summary.state =
            absl::StrCat("at ", RowList(database_.rows()), ", where the run began: downgraded");
        return Ended();
      }
      summary.status = absl::Status(
          status.code(), absl::StrCat(status.message(),
                                      "\ndowngrading what ran failed as well: ", back.message()));
      if (!database_.alive() || !database_.refresh().ok()) {
        summary.state = "unknown: the connection is lost (autogen current shows it)";
        return Ended();
      }
    }
    summary.state = absl::StrCat("at ", RowList(database_.rows()));
    if (database_.unfinished().has_value()) {
      const apply::Unfinished& open = *database_.unfinished();
      absl::StrAppend(&summary.state, "; of the ", DirectionName(open.direction), " of ",
                      open.revision, ", ", open.steps_done(), " of ", open.step_count(),
                      " steps are done, and ");
      if (const size_t step = database_.undecided_step(); step > 0) {
        absl::StrAppend(&summary.state, "step ", step, " was interrupted");
        summary.next = absl::StrCat(request_.command, " --resume-at ", step,
                                    " to repeat it, or --mark-done to record it as done");
      } else {
        absl::StrAppend(&summary.state, "the next run continues there");
      }
    } else if (summary.ran < scripts_.size()) {
      // A script whose downgrade was rolled back is applied as before.
      absl::StrAppend(&summary.state, "; ",
                      request_.direction == Direction::kDowngrade ? "the downgrade of " : "",
                      scripts_[summary.ran].revision, " was rolled back");
    }
    return Ended();
  }

  // The same again where the cause may pass; else what failed must be changed first.
  std::string Next(const absl::Status& status) const {
    static constexpr absl::StatusCode kPassing[] = {
        absl::StatusCode::kAborted, absl::StatusCode::kCancelled, absl::StatusCode::kUnavailable,
        absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kResourceExhausted};
    const size_t failed = database_.finished();
    if (failed >= scripts_.size() || absl::c_linear_search(kPassing, status.code())) {
      return request_.command;
    }
    if (absl::IsPermissionDenied(status)) {
      return absl::StrCat(
          "GRANT what is missing to the role, or connect as one that has it; then: ",
          request_.command);
    }
    return absl::StrCat("correct ", scripts_[failed].path,
                        " (or the rows that it fails on); then: ", request_.command);
  }

  absl::Status Ended() {
    const apply::RunSummary& summary = result_.summary;
    result_.metrics.scripts_run = summary.ran;
    result_.metrics.revisions = database_.rows();
    tee_.RunEnded(summary);
    if (summary.status.ok()) return absl::OkStatus();
    std::string text = absl::StrCat(summary.status.message(), "\nran:      ", summary.ran, " of ",
                                    Count(summary.count, "script"));
    if (summary.ran > 0) {
      absl::StrAppend(&text, ": ", ScriptList(absl::MakeSpan(scripts_).subspan(0, summary.ran)));
    }
    absl::StrAppend(&text,
                    "\nnot run:  ", ScriptList(absl::MakeSpan(scripts_).subspan(summary.ran)),
                    "\ndatabase: ", summary.state, "\nnext:     ", summary.next);
    return absl::Status(summary.status.code(), text);
  }

  const RunRequest& request_;
  const Graph& graph_;
  std::ostream& out_;
  RunResult& result_;
  apply::MetricsObserver count_;
  apply::Tee tee_;
  apply::Database database_;
  std::optional<DataChecks> checks_;
  std::vector<ScriptRun> scripts_;
};

}  // namespace

absl::StatusOr<revision::Steps> PlanSteps(const Graph& graph, absl::Span<const Node> rows,
                                          Direction direction,
                                          const std::vector<std::string>& targets) {
  if (direction == Direction::kUpgrade) return revision::PlanUpgrade(graph, rows, targets);
  return revision::PlanDowngrade(graph, rows, targets[0]);
}

RunResult RunOn(const RunRequest& request, const std::string& url, apply::Observer& report,
                std::ostream& out) {
  RunResult result;
  const double start = apply::Now();
  result.metrics.direction = request.direction;
  result.status = Run(request, report, out, result).OnDatabase(url);
  result.metrics.success = result.status.ok();
  result.metrics.seconds = apply::Now() - start;
  return result;
}

}  // namespace autogen::deploy
