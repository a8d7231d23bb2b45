#include "src/apply/runner.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/clock.h"
#include "src/apply/interrupt.h"
#include "src/apply/preflight.h"
#include "src/apply/run_lock.h"
#include "src/apply/secrets.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"

namespace autogen::apply {
namespace {

// How often old transactions are looked for during a run.
constexpr double kOldCheckEvery = 10;
// From how many scripts on a prepared statement pays.
constexpr size_t kPrepareFrom = 10;
// "<table>_ledger" must fit into a name.
constexpr size_t kMaxTableName = 56;

}  // namespace

Runner::Runner(OpenedSession opened, const Options& options, Observer* observer)
    : connection_(std::move(opened.connection)),
      options_(options),
      observer_(observer),
      pooling_(opened.pooling),
      settings_(SessionSettings(options, connection_.server_version())),
      server_pid_(opened.server_pid),
      monitor_(opened.connect),
      table_(options.version_schema, options.version_table) {}

absl::StatusOr<std::unique_ptr<Runner>> Runner::Open(const postgres::ConnectOptions& connect,
                                                     const Options& options, Observer* observer) {
  if (options.version_table.empty() || options.version_table.size() > kMaxTableName) {
    return absl::InvalidArgumentError(absl::StrCat("the version table's name must have 1 to ",
                                                   kMaxTableName, " bytes: \"",
                                                   options.version_table, "\""));
  }
  ASSIGN_OR_RETURN(OpenedSession opened, OpenSession(connect, options));
  if (!opened.note.empty()) observer->Note(opened.note);
  std::unique_ptr<Runner> runner(new Runner(std::move(opened), options, observer));
  runner->connection_.OnNotice(
      [observer](absl::string_view text) { observer->Note(WithoutSecretValues(text)); });
  RETURN_IF_ERROR(runner->ReadState());
  return runner;
}

absl::Status Runner::CheckOldTransactions(const ScriptRun& script) {
  const int limit = options_.max_transaction_age_s;
  if (limit <= 0 || script.statements.empty()) return absl::OkStatus();
  const double now = Now();
  if (checked_old_at_ >= 0 && now - checked_old_at_ < kOldCheckEvery) return absl::OkStatus();
  if (OldTransactions(connection_, limit, {}).empty()) {
    checked_old_at_ = now;
    return absl::OkStatus();
  }
  // There are some: from now on each script asks for those in its own way.
  std::vector<std::string> relations;
  for (const sql::Statement& statement : script.statements) {
    for (const sql::Reference& reference : sql::FindReferencesInStatements(statement.text)) {
      if (reference.reference_class == sql::Reference::Class::kRelation) {
        relations.push_back(sql::Qualified(reference.schema, reference.name));
      }
    }
  }
  if (relations.empty()) return absl::OkStatus();
  std::vector<Blocker> old;
  RETURN_IF_ERROR(InOneTransaction([&] {
    old = OldTransactions(connection_, limit, relations);
    return absl::OkStatus();
  }));
  if (old.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      script.path,
      ": not run, since it would queue behind a transaction that has been open for more than ",
      limit, " s, and block everyone else: ", Describe(old[0]),
      ". Wait for it, end it (SELECT pg_terminate_backend(", old[0].pid,
      ")), or run anyway with --max-transaction-age 0"));
}

absl::Status Runner::Preflight(absl::Span<const ScriptRun> scripts) {
  if (scripts.empty()) return absl::OkStatus();
  PreflightFacts facts;
  RETURN_IF_ERROR(InOneTransaction([&]() -> absl::Status {
    ASSIGN_OR_RETURN(facts, ReadPreflightFacts(connection_, table_, scripts));
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(JudgePreflight(facts, options_));
  for (const ScriptRun& script : scripts) RETURN_IF_ERROR(CheckOldTransactions(script));
  return absl::OkStatus();
}

absl::Status Runner::Run(absl::Span<const ScriptRun> scripts) {
  finished_ = 0;
  began_ = false;
  undecided_step_ = 0;
  RETURN_IF_ERROR(CheckUnfinished(unfinished_, scripts));
  // All scripts are split before the first one runs: a mistake in the last is reported before
  // anything changes.
  std::vector<std::vector<Step>> steps;
  steps.reserve(scripts.size());
  for (const ScriptRun& script : scripts) {
    ASSIGN_OR_RETURN(std::vector<Step> of_script, SplitIntoSteps(script));
    if (options_.single_transaction && (of_script.size() > 1 || of_script[0].alone)) {
      return SingleTransactionError(script, of_script);
    }
    if (options_.single_transaction && scripts.size() > 1) {
      RETURN_IF_ERROR(CheckShared(script, of_script));
    }
    steps.push_back(std::move(of_script));
  }
  RETURN_IF_ERROR(CheckSecrets(scripts));
  RETURN_IF_ERROR(scripts.empty() ? CheckCutOff(ScriptRun(), {})
                                  : CheckCutOff(scripts[0], steps[0]));
  if (scripts.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(CheckPooling(scripts));
  std::vector<std::string> ids;
  for (const ScriptRun& script : scripts)
    ids.insert(ids.end(), script.add.begin(), script.add.end());
  RETURN_IF_ERROR(MakeRoom(ids));
  RETURN_IF_ERROR(CreateTables());
  // A pooler may give the plan, or its absence, to somebody else.
  if (scripts.size() >= kPrepareFrom && !prepared_ && pooling_ == postgres::Pooling::kNone) {
    RETURN_IF_ERROR(connection_.Exec(table_.PrepareFinish()).status());
    prepared_ = true;
  }
  began_ = true;
  absl::Status status =
      options_.single_transaction ? RunAllInOne(scripts, steps) : RunScripts(scripts, steps);
  // What comes after the last script needs the session as new as well.
  Enter(nullptr, nullptr, 0);
  if (connection_.alive()) status.Update(RenewSession());
  return status;
}

absl::Status Runner::RunScripts(absl::Span<const ScriptRun> scripts,
                                const std::vector<std::vector<Step>>& steps) {
  for (size_t i = 0; i < scripts.size(); ++i) {
    if (InterruptSignal() != 0) return absl::CancelledError("interrupted");
    const double start = Now();
    observer_->ScriptStarted(scripts[i], i, scripts.size());
    RETURN_IF_ERROR(CheckOldTransactions(scripts[i]));
    RETURN_IF_ERROR(RunScript(scripts[i], steps[i]));
    ++finished_;
    observer_->ScriptDone(scripts[i], Now() - start);
  }
  return absl::OkStatus();
}

absl::Status Runner::RunAllInOne(absl::Span<const ScriptRun> scripts,
                                 const std::vector<std::vector<Step>>& steps) {
  Items items;
  // What one of them creates the others may run.
  for (const std::vector<Step>& of_script : steps) NoteOwnCode(of_script, code_);
  auto dirty = [&](size_t i) {
    const SessionUse use = UseOf(steps[i], code_);
    return use.leaves || use.changes;
  };
  bool any = false;
  for (size_t i = 0; i < scripts.size(); ++i) any = any || dirty(i);
  if (any) prepared_ = false;
  for (size_t i = 0; i < scripts.size(); ++i) {
    RETURN_IF_ERROR(CheckOldTransactions(scripts[i]));
    Enter(&scripts[i], &steps[i], 0);
    AddStep(scripts[i], steps[i], 0, items);
    if (i + 1 == scripts.size() || !dirty(i)) continue;
    if (pooled()) {
      // CheckPooling() has seen that it changes nothing else.
      items.push_back({LocalSettingsSql(settings_), &scripts[i]});
      continue;
    }
    // Each script as in a session of its own here, too; what is LOCAL would reach the next one.
    for (std::string& sql : NewSession(settings_, table_.LockKey())) {
      items.push_back({std::move(sql), &scripts[i]});
    }
  }
  for (size_t i = 0; i < scripts.size(); ++i)
    observer_->ScriptStarted(scripts[i], i, scripts.size());
  const double start = Now();
  Enter(nullptr, nullptr, 0);
  stale_ = false;
  use_.leaves = any;
  RETURN_IF_ERROR(RunTransaction(items));
  finished_ = scripts.size();
  for (const ScriptRun& script : scripts) observer_->ScriptDone(script, Now() - start);
  return absl::OkStatus();
}

absl::Status Runner::RunScript(const ScriptRun& script, const std::vector<Step>& steps) {
  ASSIGN_OR_RETURN(size_t done, StepsDone(unfinished_, script, steps));
  if (unfinished_.has_value()) {
    observer_->Note(
        absl::StrCat(script.path, ": resumed at step ", done + 1, " of ", steps.size()));
  }
  Enter(&script, &steps, done);
  // What the steps that are done have set is set again.
  stale_ = stale_ || done > 0;
  for (size_t step = done; step < steps.size(); ++step) {
    if (InterruptSignal() != 0) return absl::CancelledError("interrupted");
    step_ = step;
    if (before_step_) RETURN_IF_ERROR(before_step_(script, steps[step].begin, steps[step].end));
    // Our own bookkeeping has reset the authorization, and with it the script's role.
    stale_ = stale_ || (step > 0 && use_.authorization);
    if (stale_) prepared_ = false;
    if (steps[step].alone) {
      RETURN_IF_ERROR(RunStepAlone(script, steps, step));
    } else {
      Items items;
      AddStep(script, steps, step, items);
      RETURN_IF_ERROR(RunTransaction(items));
    }
  }
  unfinished_.reset();
  NoteOwnCode(steps, code_);
  return absl::OkStatus();
}

void Runner::Enter(const ScriptRun* script, const std::vector<Step>* steps, size_t step) {
  stale_ = stale_ || use_.leaves;
  script_ = script;
  steps_ = steps;
  step_ = step;
  use_ = SessionUse();
  if (steps == nullptr) return;
  OwnCode code = code_;
  NoteOwnCode(*steps, code);  // a script may run what it has created itself
  use_ = UseOf(*steps, code);
}

std::vector<std::string> Runner::Prelude() const {
  if (!stale_ || pooled()) return {};
  std::vector<std::string> statements = NewSession(settings_, table_.LockKey());
  statements.insert(statements.begin(), {"BEGIN", ProveRunLock(table_.LockKey())});
  if (steps_ != nullptr) {
    std::vector<std::string> settings = SettingsBefore(*script_, *steps_, step_);
    if (!settings.empty()) settings.push_back(OwnTimeouts(settings_));
    for (const std::string& sql : settings) {
      statements.push_back(pooling_ == postgres::Pooling::kSession ? SessionForm(sql, settings_)
                                                                   : sql);
    }
  }
  statements.push_back("COMMIT");
  return statements;
}

absl::Status Runner::PreludeError(const absl::Status& status, absl::string_view where) {
  return Annotate(postgres::SqlState(status) == "22012" ? RunLockLostError() : status, where);
}

absl::Status Runner::RenewSession() {
  if (pooled()) stale_ = false;  // no session is ours: each transaction begins with what it needs
  if (!stale_) return absl::OkStatus();
  prepared_ = false;
  postgres::BatchError error = postgres::RunBatch(connection_, Prelude(), {});
  if (!error.status.ok()) {
    connection_.Exec("ROLLBACK").IgnoreError();
    return PreludeError(error.status, "resetting the session");
  }
  stale_ = false;
  return absl::OkStatus();
}

absl::Status Runner::Stamp(absl::Span<const std::string> remove,
                           absl::Span<const std::string> add) {
  RETURN_IF_ERROR(MakeRoom(add));
  RETURN_IF_ERROR(CreateTables());
  std::vector<std::string> statements = table_.ChangeRows(remove, add);
  std::vector<std::string> after(add.begin(), add.end());
  for (const std::string& row : rows_) {
    if (std::find(remove.begin(), remove.end(), row) == remove.end()) after.push_back(row);
  }
  std::sort(after.begin(), after.end());
  statements.push_back(table_.InsertStamp(after));
  RETURN_IF_ERROR(Annotate(ExecInOne(statements), absl::StrCat("stamping ", table_.Name())));
  return ReadState();
}

}  // namespace autogen::apply
