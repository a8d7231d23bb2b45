// The Runner downgrades a script of which only some steps are done.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/interrupt.h"
#include "src/apply/run_lock.h"
#include "src/apply/runner.h"
#include "src/base/status.h"

namespace autogen::apply {
namespace {

// The statement undoes a step that did not run: its object does not exist, or still exists.
bool SaysNothingToUndo(const absl::Status& status) {
  static constexpr absl::string_view kStates[] = {
      "42P01", "42703", "42704",
      "42883", "3F000",  // no such table, column, object, function, schema
      "42P07", "42701", "42710",
      "42723", "42P06",  // it exists
  };
  return std::find(std::begin(kStates), std::end(kStates), postgres::SqlState(status)) !=
         std::end(kStates);
}

}  // namespace

absl::Status Runner::UndoStatement(const ScriptRun& script, size_t statement) {
  observer_->StatementStarted(script, statement);
  postgres::BatchError error =
      postgres::RunAlone(connection_, StatementText(script, statement), Hooks(&script, statement));
  if (!error.status.ok()) {
    return ItemError({"", &script, Item::Kind::kStatement, statement}, error);
  }
  observer_->StatementDone(script, statement, {});
  return absl::OkStatus();
}

void Runner::NotePassedOver(const ScriptRun& script, size_t statement) {
  observer_->Note(absl::StrCat(Place(script, statement), ": skipped, since its step did not run: ",
                               Excerpt(script.statements[statement].text)));
}

absl::Status Runner::UndoAlone(const ScriptRun& script, const std::vector<Step>& steps,
                               size_t index) {
  const Step& step = steps[index];
  const bool once = !step.impact().repeatable;
  const RecordedStep* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  const bool cut_off =
      open != nullptr && open->number == index + 1 && unfinished_->direction == script.direction;
  std::string record = table_.InsertDone(script, step, index + 1, steps.size());
  if (once || cut_off) {
    record = table_.MarkDone(script, step, index + 1);
    if (cut_off && (open->ended || options_.mark_done)) {
      return connection_.Exec(InOwnTransaction(record)).status();
    }
    if (!cut_off) {
      RETURN_IF_ERROR(
          connection_
              .Exec(InOwnTransaction(table_.InsertStarted(script, step, index + 1, steps.size())))
              .status());
    }
  }
  const CommitWatch watch(connection_, once);
  absl::Status status = UndoStatement(script, step.begin);
  const bool committed = once && !status.ok() && watch.MayHaveCommitted();
  if (!status.ok() && (committed || !SaysNothingToUndo(status))) {
    if (once && !committed && connection_.alive()) {
      RETURN_IF_ERROR(connection_.Exec(InOwnTransaction(table_.DeleteStarted())).status());
    }
    // Without the server's code it is not tried again.
    return committed ? absl::FailedPreconditionError(status.message()) : status;
  }
  if (!status.ok()) NotePassedOver(script, step.begin);
  return connection_.Exec(InOwnTransaction(record)).status();
}

absl::Status Runner::UndoTogether(const ScriptRun& script, const std::vector<Step>& steps,
                                  size_t index) {
  const Step& step = steps[index];
  std::vector<std::string> start = {Begin()};
  if (GuardsLock()) start.push_back(HoldRunLock(table_.LockKey()));
  for (std::string& own : TransactionStart()) start.push_back(std::move(own));
  if (pooled()) {
    for (std::string& set : LocalSettingsBefore(script, step.begin, settings_)) {
      start.push_back(std::move(set));
    }
  }
  absl::Status begun = connection_.Exec(absl::StrJoin(start, "; ")).status();
  if (!begun.ok()) return LeaseError(begun);
  for (size_t i = step.begin; i < step.end; ++i) {
    RETURN_IF_ERROR(connection_.Exec("SAVEPOINT autogen_undo").status());
    absl::Status status = UndoStatement(script, i);
    if (!status.ok()) {
      if (!SaysNothingToUndo(status)) return status;
      NotePassedOver(script, i);
      RETURN_IF_ERROR(connection_.Exec("ROLLBACK TO SAVEPOINT autogen_undo").status());
    }
    RETURN_IF_ERROR(connection_.Exec("RELEASE SAVEPOINT autogen_undo").status());
  }
  if (use_.changes) {
    RETURN_IF_ERROR(connection_.Exec(OwnSettingsLocally(settings_, use_.authorization)).status());
  }
  const std::string record = table_.InsertDone(script, step, index + 1, steps.size());
  const std::string retake =
      GuardsLock() ? absl::StrCat(RetakeRunLock(table_.LockKey()), "; ") : "";
  return connection_
      .Exec(absl::StrCat(record, "; ", retake,
                         pooled() ? lease_->RenewSql() : OwnTimeouts(settings_), "; COMMIT"))
      .status();
}

absl::Status Runner::Undo(const ScriptRun& down) {
  if (!unfinished_.has_value() || unfinished_->revision != down.revision) {
    return absl::FailedPreconditionError(
        absl::StrCat("no step of revision ", down.revision, " is left to downgrade"));
  }
  ASSIGN_OR_RETURN(std::vector<Step> steps, SplitIntoSteps(down));
  RETURN_IF_ERROR(CheckPooling({&down, 1}));
  size_t done = 0;
  if (unfinished_->direction == Direction::kDowngrade) {
    ASSIGN_OR_RETURN(done, StepsDone(unfinished_, down, steps));
    RETURN_IF_ERROR(CheckCutOff(down, steps));
  } else {
    // From here on it is the downgrade that is unfinished: step 0 of it is done.
    RETURN_IF_ERROR(Annotate(
        ExecInOne({table_.DeleteUnfinished(), table_.InsertDone(down, Step(), 0, steps.size())}),
        "recording that the script was downgraded"));
  }
  absl::Status status = UndoSteps(down, steps, done);
  Enter(nullptr, nullptr, 0);
  stale_ = true;
  if (connection_.alive()) status.Update(RenewSession());
  RETURN_IF_ERROR(status);
  return ReadState();
}

absl::Status Runner::UndoSteps(const ScriptRun& down, const std::vector<Step>& steps, size_t done) {
  Enter(&down, &steps, done);
  // Whatever the run has made of the session, and as the steps that are done have set it.
  stale_ = true;
  for (; done < steps.size(); ++done) {
    step_ = done;
    stale_ = stale_ || use_.authorization;
    for (int attempt = 1;; ++attempt) {
      RETURN_IF_ERROR(RenewSession());
      blockers_.clear();
      absl::Status status =
          steps[done].alone ? UndoAlone(down, steps, done) : UndoTogether(down, steps, done);
      if (status.ok()) break;
      // Nothing is held in a pause, and nothing is left of the try.
      if (connection_.alive()) connection_.Exec("ROLLBACK").IgnoreError();
      stale_ = true;
      if (connection_.alive()) RenewSession().IgnoreError();
      absl::Status give_up;
      if (!PauseBeforeRetry(down, status, attempt, &give_up)) return give_up;
    }
  }
  return absl::OkStatus();
}

}  // namespace autogen::apply
