// The SqliteRunner's transactions.
#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/clock.h"
#include "src/apply/interrupt.h"
#include "src/apply/sqlite_runner.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/sqlite/rebuild.h"
#include "src/sqlite/run.h"

namespace autogen::apply {
namespace {

// The script itself compares the violations of foreign keys before and after (src/sqlite/script.h).
bool ComparesViolations(const ScriptRun& script) {
  const std::string create = sqlite::CreateChecks();
  return std::any_of(script.statements.begin(), script.statements.end(),
                     [&](const sql::Statement& s) { return s.text == create; });
}

// An index, a view or a trigger violates no foreign key.
bool MayViolate(const ScriptRun& script) {
  return std::any_of(script.impacts.begin(), script.impacts.end(), [](const impact::Impact& i) {
    return i.trace.changes_rows || i.node == "Drop" || i.node == "AlterTable" || i.node.empty() ||
           !i.opaque.empty();
  });
}

absl::Status At(const absl::Status& status, const std::string& place, absl::string_view statement) {
  return absl::Status(status.code(),
                      absl::StrCat(place, ": ", status.message(), "\n  ", Excerpt(statement, 300)));
}

}  // namespace

absl::Status SqliteRunner::InTransaction(const ScriptRun& script,
                                         const std::function<absl::Status()>& body) {
  for (int attempt = 1;; ++attempt) {
    const absl::Status status = TryTransaction(body);
    if (!absl::IsAborted(status) || !Pause(script, status, attempt)) return status;
  }
}

absl::Status SqliteRunner::TryTransaction(const std::function<absl::Status()>& body) {
  if (sqlite3_get_autocommit(database_->raw()) == 0) {
    return absl::InternalError(absl::StrCat(location_.path, ": a transaction is open already"));
  }
  RETURN_IF_ERROR(database_->Exec("BEGIN IMMEDIATE"));
  absl::Status status = body();
  if (status.ok()) status = database_->Exec("COMMIT");
  if (status.ok()) return status;
  script_ = nullptr;
  // An error may have rolled it back already (a full disk, ON CONFLICT ROLLBACK).
  if (sqlite3_get_autocommit(database_->raw()) == 0) database_->Exec("ROLLBACK").IgnoreError();
  if (InterruptSignal() != 0) return absl::CancelledError("interrupted");
  return status;
}

// Waits before the next attempt; false: there is none.
bool SqliteRunner::Pause(const ScriptRun& script, const absl::Status& status, int attempt) {
  if (attempt > options_.retries || InterruptSignal() != 0) return false;
  const int doubled = options_.retry_min_ms << std::min(attempt - 1, 10);
  const int whole = std::min(doubled, options_.retry_max_ms);
  absl::BitGen random;
  const int pause = whole / 2 + absl::Uniform(random, 0, std::max(whole / 2, 1));
  observer_->Retrying({.script = &script,
                       .status = status,
                       .attempt = attempt,
                       .attempts = options_.retries + 1,
                       .pause_ms = pause});
  SleepInterruptibly(pause);
  return InterruptSignal() == 0;
}

absl::StatusOr<std::vector<std::string>> SqliteRunner::Violations() {
  std::vector<std::string> found;
  ASSIGN_OR_RETURN(const std::vector<sqlite::Database::Row> tables,
                   database_->Query("SELECT name FROM sqlite_schema WHERE type = 'table'"));
  for (const sqlite::Database::Row& table : tables) {
    // Of one that refers to what is not unique SQLite cannot say it.
    const absl::StatusOr<std::vector<sqlite::Database::Row>> rows = database_->Query(
        "SELECT \"table\", coalesce(rowid, '?'), parent FROM pragma_foreign_key_check(?)",
        {table[0]});
    if (!rows.ok()) continue;
    for (const sqlite::Database::Row& row : *rows) {
      found.push_back(absl::StrCat(row[0], ", rowid ", row[1], ", refers to ", row[2]));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

absl::Status SqliteRunner::RunStep(const ScriptRun& script, const std::vector<Step>& steps,
                                   size_t index) {
  const double start = Now();
  const bool compare = MayViolate(script) && !ComparesViolations(script);
  std::vector<std::string> before;
  if (compare) {
    ASSIGN_OR_RETURN(before, Violations());
  }
  for (size_t i = steps[index].begin; i < steps[index].end; ++i) {
    RETURN_IF_ERROR(Assert(script, i));
    RETURN_IF_ERROR(RunStatement(script, i));
  }
  const bool last = index + 1 == steps.size();
  if (last) RETURN_IF_ERROR(Assert(script, script.statements.size()));
  if (compare) {
    ASSIGN_OR_RETURN(const std::vector<std::string> after, Violations());
    std::vector<std::string> added;
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::back_inserter(added));
    if (!added.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          script.path, ": ", autogen::Count(added.size(), "row"),
          " would violate a foreign key, and did not "
          "before: ",
          added[0], added.size() > 1 ? ", …" : "",
          ". Scripts run with foreign keys off, so that nothing cascades: delete or change these "
          "rows in the script"));
    }
  }
  return Record(script, steps[index], index + 1, steps.size(), start);
}

absl::Status SqliteRunner::RunAlone(const ScriptRun& script, const std::vector<Step>& steps,
                                    size_t index) {
  // What is refused in a transaction (VACUUM, PRAGMA journal_mode) can be repeated.
  const double start = Now();
  for (int attempt = 1;; ++attempt) {
    RETURN_IF_ERROR(Assert(script, steps[index].begin));
    const absl::Status status = RunStatement(script, steps[index].begin);
    script_ = nullptr;
    if (InterruptSignal() != 0) return absl::CancelledError("interrupted");
    if (status.ok()) break;
    if (!absl::IsAborted(status) || !Pause(script, status, attempt)) return status;
  }
  return InTransaction(
      script, [&] { return Record(script, steps[index], index + 1, steps.size(), start); });
}

absl::Status SqliteRunner::RunStatement(const ScriptRun& script, size_t statement) {
  script_ = &script;
  statement_ = statement;
  start_ = Now();
  next_tick_ = start_ + 0.1;
  late_ = false;
  observer_->StatementStarted(script, statement);
  const int64_t rows = sqlite3_total_changes(database_->raw());
  const std::string& text = script.statements[statement].text;
  const absl::Status status = database_->ExecOne(text);
  script_ = nullptr;
  if (late_) {
    return absl::DeadlineExceededError(
        absl::StrCat(Place(script, statement), ": took longer than the statement timeout of ",
                     options_.statement_timeout_ms, " ms\n  ", Excerpt(text, 300)));
  }
  if (!status.ok()) return At(status, Place(script, statement), text);
  observer_->StatementDone(
      script, statement,
      {.seconds = Now() - start_, .rows = sqlite3_total_changes(database_->raw()) - rows});
  return absl::OkStatus();
}

absl::Status SqliteRunner::Assert(const ScriptRun& script, size_t before) {
  for (const Assertion& assertion : script.assertions) {
    if (assertion.before != before) continue;
    const std::string place = absl::StrCat(script.path, ":", assertion.line);
    const absl::StatusOr<bool> holds = sqlite::Holds(*database_, assertion.query);
    if (!holds.ok()) return At(holds.status(), place, assertion.query);
    if (*holds) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        place, ": assertion failed: ", assertion.message, "\n  ", Excerpt(assertion.query, 300)));
  }
  return absl::OkStatus();
}

absl::Status SqliteRunner::Bookkeep(absl::Span<const std::string> statements) {
  for (const std::string& sql : statements) RETURN_IF_ERROR(database_->ExecOne(sql));
  return absl::OkStatus();
}

absl::Status SqliteRunner::Record(const ScriptRun& script, const Step& of, size_t step,
                                  size_t steps, double start) {
  RETURN_IF_ERROR(
      Annotate(Bookkeep({tables_.CreateTable(), tables_.CreateLedger(), tables_.InsertBaseline()}),
               absl::StrCat("creating the version table ", tables_.Name())));
  const bool last = step == steps;
  if (last) {
    for (const std::string& row : script.remove) {
      ASSIGN_OR_RETURN(
          const std::vector<sqlite::Database::Row> there,
          database_->Query(absl::StrCat("SELECT 1 FROM ", tables_.Name(), " WHERE version_num = ?"),
                           {row}));
      if (!there.empty()) continue;
      return absl::FailedPreconditionError(
          absl::StrCat(script.path, ": the version table ", tables_.Name(), " of ", location_.path,
                       " changed during the run: another program wrote to it"));
    }
  }
  const auto duration = static_cast<int64_t>((Now() - start) * 1000);
  std::vector<std::string> statements;
  if (last) statements = tables_.ChangeRows(script.remove, script.add);
  statements.push_back(tables_.InsertDone(script, of, step, steps, duration));
  return Annotate(Bookkeep(statements), absl::StrCat(script.path, ": recording the revision"));
}

absl::Status SqliteRunner::Stamp(absl::Span<const std::string> remove,
                                 absl::Span<const std::string> add) {
  std::vector<std::string> left = found_.rows;
  std::erase_if(left, [&](const std::string& row) {
    return std::find(remove.begin(), remove.end(), row) != remove.end();
  });
  left.insert(left.end(), add.begin(), add.end());
  std::vector<std::string> statements = {tables_.CreateTable(), tables_.CreateLedger(),
                                         tables_.InsertBaseline(), tables_.DeleteUnfinished()};
  for (std::string& change : tables_.ChangeRows(remove, add)) {
    statements.push_back(std::move(change));
  }
  statements.push_back(tables_.InsertStamp(left));
  RETURN_IF_ERROR(InTransaction(ScriptRun(), [&] { return Bookkeep(statements); }));
  return Refresh();
}

}  // namespace autogen::apply
