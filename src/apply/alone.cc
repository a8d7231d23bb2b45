// The Runner's statements outside a transaction: recorded before and after, so that an interrupted
// run knows where it was.
#include "absl/strings/str_cat.h"
#include "src/apply/clock.h"
#include "src/apply/interrupt.h"
#include "src/apply/runner.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::apply {

namespace {

// When such a statement is over so are its locks, and nobody saw them: by the manual, CONCURRENTLY
// takes SHARE UPDATE EXCLUSIVE on its table.
std::vector<HeldLock> KnownLocks(const Part& part, double seconds) {
  const sql::StatementClass& of = part.statement_class;
  if (!of.concurrently || of.relation_name.empty()) return {};
  return {
      {sql::Qualified(of.relation_schema, of.relation_name), "ShareUpdateExclusiveLock", seconds}};
}

}  // namespace

absl::Status Runner::Repair(const Unit& unit, size_t statement, const Remains& remains) {
  for (const std::string& repair : remains.repairs) {
    observer_->Note(
        absl::StrCat(Place(unit, statement), ": repairing what a failed try left: ", repair));
    BatchError error = RunAlone(connection_, repair, Hooks(&unit, statement));
    if (!error.status.ok()) return Annotate(error.status, repair);
  }
  return absl::OkStatus();
}

absl::Status Runner::RunPartAlone(const Unit& unit, const std::vector<Part>& parts, size_t index) {
  const Part& part = parts[index];
  const size_t step = index + 1;
  const size_t statement = part.begin;
  const Item item{unit.statements[statement].text, &unit, Item::Kind::kStatement, statement};
  Items assertions;
  AddAssertions(unit, statement, assertions);
  if (!assertions.empty()) RETURN_IF_ERROR(RunTransaction(assertions));

  // A row without an end: an earlier run was cut off in this statement, or it failed.
  const RecordedPart* started = nullptr;
  if (unfinished_.has_value()) {
    for (const RecordedPart& recorded : unfinished_->parts) {
      if (recorded.step == step && !recorded.done) started = &recorded;
    }
  }
  const bool edited = started != nullptr && started->part_checksum != part.checksum;
  // Nobody queues behind what runs CONCURRENTLY, and it waits for whole transactions: lock_timeout
  // would only throw its work away.
  std::vector<std::string> before = {"SET statement_timeout = 0"};
  if (part.statement_class.concurrently) before.push_back("SET lock_timeout = 0");
  if (edited) {
    ASSIGN_OR_RETURN(Remains old, Probe(connection_, sql::Classify(started->statement)));
    RETURN_IF_ERROR(Repair(unit, statement, old));
    before.push_back(absl::StrCat("DELETE FROM ", table_.LedgerName(), " WHERE state = 'started'"));
  }
  if (started == nullptr || edited) {
    before.push_back(table_.InsertStarted(unit, part, step, parts.size()));
  }
  BatchError error = RunBatch(connection_, before, Hooks(nullptr, 0));
  if (!error.status.ok()) {
    return Annotate(error.status, absl::StrCat(unit.path, ": recording step ", step));
  }

  for (int attempt = 1;; ++attempt) {
    blockers_.clear();
    // Also before the first try: IF NOT EXISTS would take an INVALID index for the real one.
    absl::StatusOr<Remains> remains = Probe(connection_, part.statement_class);
    if (!remains.ok()) return Annotate(remains.status(), Place(unit, statement));
    RETURN_IF_ERROR(Repair(unit, statement, *remains));
    const bool again = (started != nullptr && !edited) || attempt > 1;
    if (again && (remains->done || remains->done_by_repairs)) {
      observer_->Note(absl::StrCat(Place(unit, statement), ": the interrupted run had done it"));
      break;
    }
    BatchHooks hooks = Hooks(&unit, statement);
    observer_->StatementStarted(unit, statement);
    hooks.done = [&](size_t, const postgres::Result& result) {
      const double seconds = Now() - statement_start_;
      observer_->StatementDone(unit, statement, {seconds, result.affected()});
      if (options_.profile) {
        observer_->Profiled(unit, statement,
                            {seconds, result.affected(), KnownLocks(part, seconds), {}});
      }
    };
    error = RunAlone(connection_, item.sql, hooks);
    if (error.status.ok() || (again && SaysAlreadyDone(part.statement_class, error.status))) {
      break;
    }
    absl::Status give_up;
    if (PauseBeforeRetry(unit, ItemError(item, error), attempt, &give_up)) continue;
    CleanUpAfterFailure(unit, part);
    return give_up;
  }
  return FinishAlone(unit, parts, index);
}

void Runner::CleanUpAfterFailure(const Unit& unit, const Part& part) {
  // After a signal there is no time; the next run does it then, and likewise if this fails.
  if (!connection_.alive() || InterruptSignal() != 0) return;
  absl::StatusOr<Remains> remains = Probe(connection_, part.statement_class);
  if (!remains.ok() || !Repair(unit, part.begin, *remains).ok()) return;
  if (remains->done || remains->done_by_repairs) return;
  connection_
      .Exec(absl::StrCat("DELETE FROM ", table_.LedgerName(), " WHERE state = 'started'; ",
                         ResetSession()))
      .IgnoreError();
}

absl::Status Runner::FinishAlone(const Unit& unit, const std::vector<Part>& parts, size_t index) {
  Items items;
  if (index + 1 == parts.size()) AddAssertions(unit, unit.statements.size(), items);
  items.push_back({table_.MarkDone(unit, index + 1), &unit, Item::Kind::kVersion});
  if (index + 1 == parts.size()) {
    std::string rows = table_.ChangeRowsOrFail(unit.remove, unit.add);
    if (!rows.empty()) items.push_back({std::move(rows), &unit, Item::Kind::kVersion});
  }
  items.push_back({absl::StrCat("SET statement_timeout = ", options_.statement_timeout_ms), &unit});
  items.push_back({absl::StrCat("SET lock_timeout = ", options_.lock_timeout_ms), &unit});
  return RunTransaction(items);
}

}  // namespace autogen::apply
