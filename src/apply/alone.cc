// The Runner's statements outside a transaction: recorded before and after, so that an interrupted
// run knows where it was.
#include "absl/strings/str_cat.h"
#include "src/apply/clock.h"
#include "src/apply/interrupt.h"
#include "src/apply/run_lock.h"
#include "src/apply/runner.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::apply {

namespace {

// The locks of such a statement end with it, unobserved: by the manual, CONCURRENTLY
// takes SHARE UPDATE EXCLUSIVE on its table.
std::vector<HeldLock> KnownLocks(const Part& part, double seconds) {
  const impact::Impact& of = part.impact();
  if (!of.concurrently || of.relation.name.empty()) return {};
  return {
      {sql::Qualified(of.relation.schema, of.relation.name), "ShareUpdateExclusiveLock", seconds}};
}

}  // namespace

absl::Status Runner::Repair(const Unit& unit, size_t statement, const Remains& remains) {
  for (const std::string& repair : remains.repairs) {
    observer_->Note(
        absl::StrCat(Place(unit, statement), ": repairing what a failed attempt left: ", repair));
    postgres::BatchError error = postgres::RunAlone(connection_, repair, Hooks(&unit, statement));
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

absl::Status Runner::CheckCutOff(const Unit& unit, const std::vector<Part>& parts) {
  const RecordedPart* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  const bool decided = options_.resume_at > 0 || options_.mark_done;
  if (open == nullptr) {
    if (!decided) return absl::OkStatus();
    return absl::FailedPreconditionError(
        "--resume-at and --mark-done are for an interrupted step, and there is none: run the "
        "command without them");
  }
  if (options_.resume_at > 0 && static_cast<size_t>(options_.resume_at) != open->step) {
    return absl::FailedPreconditionError(
        absl::StrCat("--resume-at ", options_.resume_at, ": the interrupted step is step ",
                     open->step, " of ", open->steps, " of revision ", unit.revision));
  }
  const bool same =
      open->step <= parts.size() && parts[open->step - 1].checksum == open->part_checksum;
  if (decided || (open->ended && same)) return absl::OkStatus();
  const bool repeatable = same ? parts[open->step - 1].impact().repeatable
                               : impact::FindImpact(open->statement).repeatable;
  if (repeatable) return absl::OkStatus();
  undecided_step_ = open->step;
  return absl::FailedPreconditionError(absl::StrCat(
      unit.path, ": step ", open->step, " of ", open->steps, " of the ",
      DirectionName(unit.direction), " began at ", open->started_at, " as ", open->role,
      open->ended ? " and ended, but was edited since"
                  : ", and its outcome is unknown. It may have committed some or all of its work",
      ", so it is not repeated automatically\n  ", Excerpt(open->statement, 300),
      "\nFind out what it did, then repeat it with --resume-at ", open->step,
      ", or record it as done with --mark-done"));
}

absl::Status Runner::RecordStart(const Unit& unit, const std::vector<Part>& parts, size_t index) {
  const Part& part = parts[index];
  const RecordedPart* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  if (open != nullptr && open->step != index + 1) open = nullptr;
  const bool edited = open != nullptr && open->part_checksum != part.checksum;
  if (edited) {
    // Names in it mean what they meant there.
    RETURN_IF_ERROR(RenewSession());
    ASSIGN_OR_RETURN(Remains old, Probe(connection_, impact::FindImpact(open->statement)));
    RETURN_IF_ERROR(Repair(unit, part.begin, old));
  }
  std::vector<std::string> statements = Prelude();
  const size_t prelude = statements.size();
  statements.push_back("BEGIN READ WRITE");
  if (use_.changes) statements.push_back(OwnSettingsLocally(settings_, use_.authorization));
  if (edited) statements.push_back(table_.DeleteStarted());
  if (open == nullptr || edited) {
    statements.push_back(table_.InsertStarted(unit, part, index + 1, parts.size()));
  }
  statements.push_back("COMMIT");
  // Nobody queues behind what runs CONCURRENTLY, and it waits for whole transactions: lock_timeout
  // would only discard its work.
  statements.push_back("SET statement_timeout = 0");
  if (part.impact().concurrently) statements.push_back("SET lock_timeout = 0");
  postgres::BatchError error = postgres::RunBatch(connection_, statements, Hooks(nullptr, 0));
  if (error.status.ok()) {
    stale_ = false;
    return absl::OkStatus();
  }
  if (connection_.alive()) connection_.Exec("ROLLBACK").IgnoreError();
  if (error.index < prelude) {
    return PreludeError(
        error.status, absl::StrCat(unit.path, ": resetting the session before step ", index + 1));
  }
  return Annotate(error.status, absl::StrCat(unit.path, ": recording step ", index + 1));
}

absl::Status Runner::RunPartAlone(const Unit& unit, const std::vector<Part>& parts, size_t index) {
  const Part& part = parts[index];
  Items assertions;
  AddAssertions(unit, part.begin, assertions);
  const RecordedPart* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  const bool cut_off = open != nullptr && open->step == index + 1;
  if (cut_off && (open->ended || options_.mark_done)) {
    observer_->Note(
        absl::StrCat(Place(unit, part.begin), open->ended ? ": done by the interrupted run"
                                                          : ": recorded as done (--mark-done)"));
    return FinishAlone(unit, parts, index);
  }
  if (!assertions.empty()) RETURN_IF_ERROR(RunTransaction(assertions));
  RETURN_IF_ERROR(RecordStart(unit, parts, index));
  RETURN_IF_ERROR(RunStatementAlone(unit, parts, index));
  if (!part.impact().repeatable) {
    // What follows may fail (an assertion): the end of this step must be recorded by then.
    RETURN_IF_ERROR(
        Annotate(connection_.Exec(InOwnTransaction(table_.MarkEnded(unit, index + 1))).status(),
                 absl::StrCat(unit.path, ": recording the end of step ", index + 1)));
  }
  return FinishAlone(unit, parts, index);
}

absl::Status Runner::RunStatementAlone(const Unit& unit, const std::vector<Part>& parts,
                                       size_t index) {
  const Part& part = parts[index];
  const size_t statement = part.begin;
  const Item item{unit.statements[statement].text, &unit, Item::Kind::kStatement, statement};
  const RecordedPart* open = unfinished_.has_value() ? unfinished_->open() : nullptr;
  const bool repeated =
      open != nullptr && open->step == index + 1 && open->part_checksum == part.checksum;
  for (int attempt = 1;; ++attempt) {
    blockers_.clear();
    // Also before the first try: IF NOT EXISTS would take an INVALID index for the real one.
    absl::StatusOr<Remains> remains = Probe(connection_, part.impact());
    if (!remains.ok()) return Annotate(remains.status(), Place(unit, statement));
    RETURN_IF_ERROR(Repair(unit, statement, *remains));
    const bool again = repeated || attempt > 1;
    if (again && (remains->done || remains->done_by_repairs)) {
      observer_->Note(absl::StrCat(Place(unit, statement), ": done by the interrupted run"));
      return absl::OkStatus();
    }
    postgres::BatchHooks hooks = Hooks(&unit, statement);
    observer_->StatementStarted(unit, statement);
    hooks.done = [&](size_t, const postgres::Result& result) {
      const double seconds = Now() - statement_start_;
      observer_->StatementDone(unit, statement, {seconds, result.affected()});
      if (options_.profile) {
        observer_->Profiled(unit, statement,
                            {seconds, result.affected(), KnownLocks(part, seconds), {}});
      }
    };
    const bool once = !part.impact().repeatable;
    const CommitWatch watch(connection_, once);
    postgres::BatchError error = postgres::RunAlone(connection_, item.sql, hooks);
    if (error.status.ok() || (again && SaysAlreadyDone(part.impact(), error.status))) {
      return absl::OkStatus();
    }
    const absl::Status failed = ItemError(item, error);
    if (once && watch.MayHaveCommitted()) {
      CleanUpAfterFailure(unit, part, /*committed=*/true);
      undecided_step_ = index + 1;
      return absl::Status(failed.code(),
                          absl::StrCat(failed.message(),
                                       "\nIt may have committed some of its work before, so it is "
                                       "not repeated automatically. Find out what it did, then "
                                       "repeat it with --resume-at ",
                                       index + 1, ", or record it as done with --mark-done"));
    }
    absl::Status give_up;
    if (PauseBeforeRetry(unit, failed, attempt, &give_up)) continue;
    CleanUpAfterFailure(unit, part, /*committed=*/false);
    return give_up;
  }
}

void Runner::CleanUpAfterFailure(const Unit& unit, const Part& part, bool committed) {
  // The timeouts are not as they were.
  stale_ = true;
  if (!connection_.alive() || committed) return;
  if (part.impact().repeatable) {
    // After a signal there is no time; the next run does it then, and likewise if this fails.
    if (InterruptSignal() != 0) return;
    absl::StatusOr<Remains> remains = Probe(connection_, part.impact());
    if (!remains.ok() || !Repair(unit, part.begin, *remains).ok()) return;
    if (remains->done || remains->done_by_repairs) return;
  }
  connection_.Exec(InOwnTransaction(table_.DeleteStarted())).IgnoreError();
}

absl::Status Runner::FinishAlone(const Unit& unit, const std::vector<Part>& parts, size_t index) {
  const bool last = index + 1 == parts.size();
  Items items;
  // First: what waits from here on is bounded.
  items.push_back({OwnTimeouts(settings_), &unit});
  if (GuardsLock()) items.push_back({HoldRunLock(table_.LockKey()), &unit});
  if (last) AddAssertions(unit, unit.statements.size(), items);
  if (use_.changes) items.push_back({OwnSettingsLocally(settings_, use_.authorization), &unit});
  items.push_back({table_.MarkDone(unit, parts[index], index + 1), &unit, Item::Kind::kVersion});
  if (last) {
    std::string rows = table_.ChangeRowsOrFail(unit.remove, unit.add);
    if (!rows.empty()) items.push_back({std::move(rows), &unit, Item::Kind::kVersion});
  }
  if (GuardsLock()) items.push_back({RetakeRunLock(table_.LockKey()), &unit});
  absl::Status status = RunTransaction(items);
  stale_ = stale_ || !status.ok();
  return status;
}

}  // namespace autogen::apply
