#include "src/apply/sqlite_runner.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/clock.h"
#include "src/apply/interrupt.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/sqlite/backup.h"
#include "src/sqlite/run.h"
#include "src/sqlite/token.h"

namespace autogen::apply {
namespace {

constexpr double kTickEvery = 0.1;
constexpr int kInstructionsBetweenTicks = 20000;

}  // namespace

SqliteRunner::SqliteRunner(sqlite::Location location, const Options& options, Observer* observer)
    : location_(std::move(location)),
      options_(options),
      observer_(observer),
      tables_(options.version_table) {}

absl::StatusOr<std::unique_ptr<SqliteRunner>> SqliteRunner::Open(const std::string& url,
                                                                 const Options& options,
                                                                 Observer* observer) {
  if (options.version_table.empty()) {
    return absl::InvalidArgumentError("the version table needs a name");
  }
  ASSIGN_OR_RETURN(sqlite::Location location, sqlite::ParseUrl(url));
  std::unique_ptr<SqliteRunner> runner(new SqliteRunner(std::move(location), options, observer));
  ASSIGN_OR_RETURN(runner->database_, sqlite::OpenToRead(runner->location_));
  RETURN_IF_ERROR(runner->Refresh());
  return runner;
}

absl::Status SqliteRunner::Refresh() {
  found_ = {};
  if (!database_.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(found_, tables_.Read(*database_));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<LedgerEntry>> SqliteRunner::Entries() {
  if (!found_.has_ledger) return std::vector<LedgerEntry>();
  return tables_.ReadEntries(*database_);
}

absl::Status SqliteRunner::Lock() {
  if (location_.read_only) {
    return absl::FailedPreconditionError(
        absl::StrCat(location_.path, ": the URL says mode=ro, so nothing can be run on it"));
  }
  double said = 0;
  ASSIGN_OR_RETURN(
      lock_, sqlite::RunLock::Take(location_.path, [&](const std::string& holder, double waited) {
        if (InterruptSignal() != 0 || waited >= options_.lock_wait_s) return false;
        if (waited >= said) {
          observer_->WaitingForRunner(holder, waited);
          said = waited + 5;
        }
        return true;
      }));
  if (InterruptSignal() != 0) return absl::CancelledError("interrupted");
  database_.reset();
  ASSIGN_OR_RETURN(database_,
                   sqlite::Database::Open(location_.path, sqlite::Database::Mode::kCreate));
  sqlite3_busy_handler(database_->raw(), Busy, this);
  sqlite3_progress_handler(database_->raw(), kInstructionsBetweenTicks, Tick, this);
  return Refresh();
}

// SQLite calls it while another connection's lock blocks it; 0: give up.
int SqliteRunner::Busy(void* self, int count) {
  auto& runner = *static_cast<SqliteRunner*>(self);
  const double now = Now();
  if (count == 0) runner.busy_since_ = now;
  const int limit = runner.location_.busy_timeout_ms.value_or(runner.options_.lock_timeout_ms);
  if (InterruptSignal() != 0) return 0;
  if (limit > 0 && (now - runner.busy_since_) * 1000 >= limit) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(count < 5 ? 2 : 20));
  return 1;
}

// SQLite calls it every so many of its instructions; not 0: the statement is interrupted.
int SqliteRunner::Tick(void* self) {
  auto& runner = *static_cast<SqliteRunner*>(self);
  if (InterruptSignal() != 0) return 1;
  if (runner.script_ == nullptr) return 0;
  const double now = Now();
  if (now < runner.next_tick_) return 0;
  runner.next_tick_ = now + kTickEvery;
  const int limit = runner.options_.statement_timeout_ms;
  const impact::Impact& impact = runner.script_->impacts[runner.statement_];
  if (limit > 0 && !impact.long_by_nature && (now - runner.start_) * 1000 >= limit) {
    runner.late_ = true;
    return 1;
  }
  runner.observer_->Tick(*runner.script_, runner.statement_, now - runner.start_, Progress());
  return 0;
}

absl::Status SqliteRunner::Preflight(absl::Span<const ScriptRun> scripts) {
  for (const ScriptRun& script : scripts) {
    for (size_t i = 0; i < script.impacts.size(); ++i) {
      if (script.impacts[i].outside.empty()) continue;
      observer_->Note(absl::StrCat("warning: ", Place(script, i), " ", script.impacts[i].outside));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> SqliteRunner::Count(const std::string& query) {
  if (!database_.has_value()) return 0;
  ASSIGN_OR_RETURN(const std::vector<sqlite::Database::Row> rows,
                   sqlite::QueryHarmlessly(*database_, query));
  int64_t count = 0;
  if (rows.size() == 1 && rows[0].size() == 1 && absl::SimpleAtoi(rows[0][0], &count)) return count;
  return absl::InvalidArgumentError("a data check must give one number");
}

// "tasks is rebuilt and has 120000 rows"; "" for no reason.
absl::StatusOr<std::string> SqliteRunner::WhyBackUp(absl::Span<const ScriptRun> scripts) {
  if (options_.backup == Options::Backup::kAlways) return std::string("--backup");
  if (options_.backup == Options::Backup::kNever) return std::string();
  for (const ScriptRun& script : scripts) {
    for (const impact::Impact& impact : script.impacts) {
      for (const impact::Consequence& c : impact.consequences) {
        const bool heavy = c.kind == impact::Consequence::Kind::kRewrites ||
                           c.kind == impact::Consequence::Kind::kLoses;
        if (!heavy || c.is_new || !c.relation.schema.empty()) continue;
        const std::string table = sqlite::QuoteName(c.relation.name);
        // What an earlier script of this run makes is not there yet.
        absl::StatusOr<std::vector<sqlite::Database::Row>> rows = database_->Query(absl::StrCat(
            "SELECT count(*) FROM (SELECT 1 FROM ", table, " LIMIT ", options_.backup_rows, ")"));
        if (!rows.ok() || (*rows)[0][0] != absl::StrCat(options_.backup_rows)) continue;
        return absl::StrCat(
            script.path, " ",
            c.kind == impact::Consequence::Kind::kRewrites ? "rewrites " : "changes ", table,
            ", which has ", options_.backup_rows, " rows or more");
      }
    }
  }
  return std::string();
}

absl::Status SqliteRunner::BackUp(absl::Span<const ScriptRun> scripts) {
  ASSIGN_OR_RETURN(const std::string why, WhyBackUp(scripts));
  if (why.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> path = sqlite::Backup(*database_);
  if (!path.ok()) {
    return absl::Status(path.status().code(),
                        absl::StrCat(path.status().message(), "; nothing was run (", why,
                                     "; --no-backup runs without one)"));
  }
  observer_->Note(absl::StrCat("backup: ", *path, " (", why, ")"));
  return absl::OkStatus();
}

absl::Status SqliteRunner::Run(absl::Span<const ScriptRun> scripts) {
  finished_ = 0;
  began_ = false;
  RETURN_IF_ERROR(CheckUnfinished(found_.unfinished, scripts));
  // All scripts are split before the first one runs: a mistake in the last is reported before
  // anything changes.
  std::vector<std::vector<Step>> steps;
  for (const ScriptRun& script : scripts) {
    ASSIGN_OR_RETURN(std::vector<Step> of_script, SplitIntoSteps(script));
    if (options_.single_transaction && (of_script.size() > 1 || of_script[0].alone)) {
      return SingleTransactionError(script, of_script);
    }
    steps.push_back(std::move(of_script));
  }
  if (scripts.empty()) return absl::OkStatus();
  if (options_.resume_at > 0 || options_.mark_done) {
    return absl::FailedPreconditionError(
        "nothing was interrupted that needs --resume-at or --mark-done: on SQLite every step is "
        "one transaction");
  }
  RETURN_IF_ERROR(BackUp(scripts));
  RETURN_IF_ERROR(sqlite::ForeignKeysOff(*database_));
  began_ = true;
  if (options_.single_transaction) return RunAllInOne(scripts);
  for (size_t i = 0; i < scripts.size(); ++i) {
    if (InterruptSignal() != 0) return absl::CancelledError("interrupted");
    const double start = Now();
    observer_->ScriptStarted(scripts[i], i, scripts.size());
    RETURN_IF_ERROR(RunScript(scripts[i], steps[i]));
    ++finished_;
    observer_->ScriptDone(scripts[i], Now() - start);
  }
  return absl::OkStatus();
}

absl::Status SqliteRunner::RunAllInOne(absl::Span<const ScriptRun> scripts) {
  const double start = Now();
  for (size_t i = 0; i < scripts.size(); ++i)
    observer_->ScriptStarted(scripts[i], i, scripts.size());
  RETURN_IF_ERROR(InTransaction(scripts[0], [&]() -> absl::Status {
    for (const ScriptRun& script : scripts) {
      ASSIGN_OR_RETURN(const std::vector<Step> steps, SplitIntoSteps(script));
      RETURN_IF_ERROR(RunStep(script, steps, 0));
    }
    return absl::OkStatus();
  }));
  finished_ = scripts.size();
  for (const ScriptRun& script : scripts) observer_->ScriptDone(script, Now() - start);
  return Refresh();
}

absl::Status SqliteRunner::RunScript(const ScriptRun& script, const std::vector<Step>& steps) {
  ASSIGN_OR_RETURN(const size_t done, StepsDone(found_.unfinished, script, steps));
  if (found_.unfinished.has_value()) {
    observer_->Note(
        absl::StrCat(script.path, ": resumed at step ", done + 1, " of ", steps.size()));
  }
  for (size_t i = done; i < steps.size(); ++i) {
    if (InterruptSignal() != 0) return absl::CancelledError("interrupted");
    if (before_step_) RETURN_IF_ERROR(before_step_(script, steps[i].begin, steps[i].end));
    if (steps[i].alone) {
      RETURN_IF_ERROR(RunAlone(script, steps, i));
    } else {
      RETURN_IF_ERROR(InTransaction(script, [&] { return RunStep(script, steps, i); }));
    }
    RETURN_IF_ERROR(Refresh());
  }
  return absl::OkStatus();
}

}  // namespace autogen::apply
