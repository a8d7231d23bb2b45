// The Runner's statements outside a transaction: recorded before and after, so that an interrupted
// run knows where it was.
#include "absl/strings/str_cat.h"
#include "src/apply/clock.h"
#include "src/apply/interrupt.h"
#include "src/apply/run_lock.h"
#include "src/apply/runner.h"
#include "src/apply/secrets.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::apply {

namespace {

// The locks of such a statement end with it, unobserved: by the manual, CONCURRENTLY
// takes SHARE UPDATE EXCLUSIVE on its table.
std::vector<HeldLock> KnownLocks(const Step& step, double seconds) {
  const impact::Impact& of = step.impact();
  if (!of.concurrently || of.relation.name.empty()) return {};
  return {
      {sql::Qualified(of.relation.schema, of.relation.name), "ShareUpdateExclusiveLock", seconds}};
}

}  // namespace

absl::Status Runner::Repair(const ScriptRun& script, size_t statement, const Remains& remains) {
  for (const std::string& repair : remains.repairs) {
    observer_->Note(
        absl::StrCat(Place(script, statement), ": repairing what a failed attempt left: ", repair));
    postgres::BatchError error = postgres::RunAlone(connection_, repair, Hooks(&script, statement));
    if (!error.status.ok()) return Annotate(error.status, repair);
  }
  return absl::OkStatus();
}

std::string Runner::InOwnTransaction(absl::string_view record) const {
  const std::string own =
      use_.changes ? absl::StrCat(OwnSettingsLocally(settings_, use_.authorization), "; ") : "";
  // The statement may have released the lock: nothing is written while somebody else has it.
  const int64_t key = table_.LockKey();
  const std::string hold = GuardsLock() ? absl::StrCat(HoldRunLock(key), "; ") : "";
  const std::string retake = GuardsLock() ? absl::StrCat("; ", RetakeRunLock(key)) : "";
  return absl::StrCat(Begin(), "; ", own, hold, record, retake, "; COMMIT");
}

absl::Status Runner::CheckCutOff(const ScriptRun& script, const std::vector<Step>& steps) {
  const RecordedStep* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  const bool decided = options_.resume_at > 0 || options_.mark_done;
  if (open == nullptr) {
    if (!decided) return absl::OkStatus();
    return absl::FailedPreconditionError(
        "--resume-at and --mark-done are for an interrupted step, and there is none: run the "
        "command without them");
  }
  if (options_.resume_at > 0 && static_cast<size_t>(options_.resume_at) != open->number) {
    return absl::FailedPreconditionError(
        absl::StrCat("--resume-at ", options_.resume_at, ": the interrupted step is step ",
                     open->number, " of ", open->count, " of revision ", script.revision));
  }
  const bool same =
      open->number <= steps.size() && steps[open->number - 1].checksum == open->checksum;
  if (decided || (open->ended && same)) return absl::OkStatus();
  const bool repeatable = same ? steps[open->number - 1].impact().repeatable
                               : impact::FindImpact(open->statement).repeatable;
  if (repeatable) return absl::OkStatus();
  undecided_step_ = open->number;
  return absl::FailedPreconditionError(absl::StrCat(
      script.path, ": step ", open->number, " of ", open->count, " of the ",
      DirectionName(script.direction), " began at ", open->started_at, " as ", open->role,
      open->ended ? " and ended, but was edited since"
                  : ", and its outcome is unknown. It may have committed some or all of its work",
      ", so it is not repeated automatically\n  ", Excerpt(open->statement, 300),
      "\nFind out what it did, then repeat it with --resume-at ", open->number,
      ", or record it as done with --mark-done"));
}

absl::Status Runner::RecordStart(const ScriptRun& script, const std::vector<Step>& steps,
                                 size_t index) {
  const Step& step = steps[index];
  const RecordedStep* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  if (open != nullptr && open->number != index + 1) open = nullptr;
  const bool edited = open != nullptr && open->checksum != step.checksum;
  if (edited) {
    // Names in it mean what they meant there.
    RETURN_IF_ERROR(RenewSession());
    ASSIGN_OR_RETURN(Remains old, Probe(connection_, impact::FindImpact(open->statement)));
    RETURN_IF_ERROR(Repair(script, step.begin, old));
  }
  std::vector<std::string> statements = Prelude();
  const size_t prelude = statements.size();
  statements.push_back("BEGIN READ WRITE");
  if (use_.changes) statements.push_back(OwnSettingsLocally(settings_, use_.authorization));
  if (edited) statements.push_back(table_.DeleteStarted());
  if (open == nullptr || edited) {
    statements.push_back(table_.InsertStarted(script, step, index + 1, steps.size()));
  }
  statements.push_back("COMMIT");
  // Nobody queues behind what runs CONCURRENTLY, and it waits for whole transactions: lock_timeout
  // would only discard its work.
  statements.push_back("SET statement_timeout = 0");
  if (step.impact().concurrently) statements.push_back("SET lock_timeout = 0");
  postgres::BatchError error = postgres::RunBatch(connection_, statements, Hooks(nullptr, 0));
  if (error.status.ok()) {
    stale_ = false;
    return absl::OkStatus();
  }
  if (connection_.alive()) connection_.Exec("ROLLBACK").IgnoreError();
  if (error.index < prelude) {
    return PreludeError(
        error.status, absl::StrCat(script.path, ": resetting the session before step ", index + 1));
  }
  return Annotate(error.status, absl::StrCat(script.path, ": recording step ", index + 1));
}

absl::Status Runner::RunStepAlone(const ScriptRun& script, const std::vector<Step>& steps,
                                  size_t index) {
  const Step& step = steps[index];
  Items assertions;
  AddAssertions(script, step.begin, assertions);
  const RecordedStep* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  const bool cut_off = open != nullptr && open->number == index + 1;
  if (cut_off && (open->ended || options_.mark_done)) {
    observer_->Note(
        absl::StrCat(Place(script, step.begin), open->ended ? ": done by the interrupted run"
                                                            : ": recorded as done (--mark-done)"));
    return FinishAlone(script, steps, index);
  }
  if (!assertions.empty()) RETURN_IF_ERROR(RunTransaction(assertions));
  RETURN_IF_ERROR(RecordStart(script, steps, index));
  RETURN_IF_ERROR(RunStatementAlone(script, steps, index));
  if (!step.impact().repeatable) {
    // What follows may fail (an assertion): the end of this step must be recorded by then.
    RETURN_IF_ERROR(
        Annotate(connection_.Exec(InOwnTransaction(table_.MarkEnded(script, index + 1))).status(),
                 absl::StrCat(script.path, ": recording the end of step ", index + 1)));
  }
  return FinishAlone(script, steps, index);
}

absl::Status Runner::RunStatementAlone(const ScriptRun& script, const std::vector<Step>& steps,
                                       size_t index) {
  const Step& step = steps[index];
  const size_t statement = step.begin;
  const Item item{WithSecretValues(script.statements[statement].text), &script,
                  Item::Kind::kStatement, statement};
  const RecordedStep* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  const bool repeated =
      open != nullptr && open->number == index + 1 && open->checksum == step.checksum;
  for (int attempt = 1;; ++attempt) {
    blockers_.clear();
    // Also before the first try: IF NOT EXISTS would take an INVALID index for the real one.
    absl::StatusOr<Remains> remains = Probe(connection_, step.impact());
    if (!remains.ok()) return Annotate(remains.status(), Place(script, statement));
    RETURN_IF_ERROR(Repair(script, statement, *remains));
    const bool again = repeated || attempt > 1;
    if (again && (remains->done || remains->done_by_repairs)) {
      observer_->Note(absl::StrCat(Place(script, statement), ": done by the interrupted run"));
      return absl::OkStatus();
    }
    postgres::BatchHooks hooks = Hooks(&script, statement);
    observer_->StatementStarted(script, statement);
    hooks.done = [&](size_t, const postgres::Result& result) {
      const double seconds = Now() - statement_start_;
      observer_->StatementDone(script, statement, {seconds, result.affected()});
      if (options_.profile) {
        observer_->Profiled(script, statement,
                            {seconds, result.affected(), KnownLocks(step, seconds), {}});
      }
    };
    const bool once = !step.impact().repeatable;
    const CommitWatch watch(connection_, once);
    postgres::BatchError error = postgres::RunAlone(connection_, item.sql, hooks);
    if (error.status.ok() || (again && SaysAlreadyDone(step.impact(), error.status))) {
      return absl::OkStatus();
    }
    const absl::Status failed = Explained(item, ItemError(item, error));
    if (once && watch.MayHaveCommitted()) {
      CleanUpAfterFailure(script, step, /*committed=*/true);
      undecided_step_ = index + 1;
      return absl::Status(failed.code(),
                          absl::StrCat(failed.message(),
                                       "\nIt may have committed some of its work before, so it is "
                                       "not repeated automatically. Find out what it did, then "
                                       "repeat it with --resume-at ",
                                       index + 1, ", or record it as done with --mark-done"));
    }
    absl::Status give_up;
    if (PauseBeforeRetry(script, failed, attempt, &give_up)) continue;
    CleanUpAfterFailure(script, step, /*committed=*/false);
    return give_up;
  }
}

void Runner::CleanUpAfterFailure(const ScriptRun& script, const Step& step, bool committed) {
  // The timeouts are not as they were.
  stale_ = true;
  if (!connection_.alive() || committed) return;
  if (step.impact().repeatable) {
    // After a signal there is no time; the next run does it then, and likewise if this fails.
    if (InterruptSignal() != 0) return;
    absl::StatusOr<Remains> remains = Probe(connection_, step.impact());
    if (!remains.ok() || !Repair(script, step.begin, *remains).ok()) return;
    if (remains->done || remains->done_by_repairs) return;
  }
  connection_.Exec(InOwnTransaction(table_.DeleteStarted())).IgnoreError();
}

absl::Status Runner::FinishAlone(const ScriptRun& script, const std::vector<Step>& steps,
                                 size_t index) {
  const bool last = index + 1 == steps.size();
  Items items;
  // First: what waits from here on is bounded.
  items.push_back({OwnTimeouts(settings_), &script});
  if (GuardsLock()) items.push_back({HoldRunLock(table_.LockKey()), &script});
  if (last) AddAssertions(script, script.statements.size(), items);
  if (use_.changes) items.push_back({OwnSettingsLocally(settings_, use_.authorization), &script});
  items.push_back(
      {table_.MarkDone(script, steps[index], index + 1), &script, Item::Kind::kVersion});
  if (last) {
    std::string rows = table_.ChangeRowsOrFail(script.remove, script.add);
    if (!rows.empty()) items.push_back({std::move(rows), &script, Item::Kind::kVersion});
  }
  if (GuardsLock()) items.push_back({RetakeRunLock(table_.LockKey()), &script});
  absl::Status status = RunTransaction(items);
  stale_ = stale_ || !status.ok();
  return status;
}

}  // namespace autogen::apply
