// The Runner takes back a script of which only some steps are done.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/apply/interrupt.h"
#include "src/apply/runner.h"
#include "src/base/status.h"

namespace autogen::apply {
namespace {

// The statement undoes a step that did not run: what it is about is not there, or still there.
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

absl::Status Runner::UndoStatement(const Unit& unit, size_t statement) {
  observer_->StatementStarted(unit, statement);
  BatchError error =
      RunAlone(connection_, unit.statements[statement].text, Hooks(&unit, statement));
  if (!error.status.ok()) {
    return ItemError({"", &unit, Item::Kind::kStatement, statement}, error);
  }
  observer_->StatementDone(unit, statement, {});
  return absl::OkStatus();
}

void Runner::NotePassedOver(const Unit& unit, size_t statement) {
  observer_->Note(absl::StrCat(
      Place(unit, statement),
      ": passed over, since its step did not run: ", Excerpt(unit.statements[statement].text)));
}

absl::Status Runner::TryUndo(const Unit& unit, const Part& part, const std::string& record) {
  blockers_.clear();
  if (part.alone) {
    absl::Status status = UndoStatement(unit, part.begin);
    if (!status.ok()) {
      if (!SaysNothingToUndo(status)) return status;
      NotePassedOver(unit, part.begin);
    }
    return connection_.Exec(record).status();
  }
  RETURN_IF_ERROR(connection_.Exec("BEGIN").status());
  for (size_t i = part.begin; i < part.end; ++i) {
    RETURN_IF_ERROR(connection_.Exec("SAVEPOINT autogen_undo").status());
    absl::Status status = UndoStatement(unit, i);
    if (!status.ok()) {
      if (!SaysNothingToUndo(status)) {
        if (connection_.alive()) connection_.Exec("ROLLBACK").IgnoreError();
        return status;
      }
      NotePassedOver(unit, i);
      RETURN_IF_ERROR(connection_.Exec("ROLLBACK TO SAVEPOINT autogen_undo").status());
    }
    RETURN_IF_ERROR(connection_.Exec("RELEASE SAVEPOINT autogen_undo").status());
  }
  return connection_.Exec(absl::StrCat(record, "; COMMIT")).status();
}

absl::Status Runner::Undo(const Unit& down) {
  if (!unfinished_.has_value() || unfinished_->revision != down.revision) {
    return absl::FailedPreconditionError(
        absl::StrCat("nothing of revision ", down.revision, " is left to undo"));
  }
  ASSIGN_OR_RETURN(std::vector<Part> parts, SplitIntoParts(down));
  size_t done = 0;
  if (unfinished_->direction == Direction::kDowngrade) {
    ASSIGN_OR_RETURN(done, PartsDone(down, parts));
  } else {
    // From here on it is the downgrade that is unfinished: step 0 of it is done.
    RETURN_IF_ERROR(Annotate(
        connection_
            .Exec(absl::StrCat("BEGIN; ", table_.DeleteUnfinished(), "; ",
                               table_.InsertDone(down, Part(), 0, parts.size()), "; COMMIT"))
            .status(),
        "recording that the script is taken back"));
  }
  for (; done < parts.size(); ++done) {
    const std::string record = table_.InsertDone(down, parts[done], done + 1, parts.size());
    for (int attempt = 1;; ++attempt) {
      absl::Status status = TryUndo(down, parts[done], record);
      if (status.ok()) break;
      absl::Status give_up;
      if (!PauseBeforeRetry(down, status, attempt, &give_up)) return give_up;
    }
  }
  RETURN_IF_ERROR(connection_.Exec(ResetSession()).status());
  prepared_ = false;
  return ReadState();
}

}  // namespace autogen::apply
