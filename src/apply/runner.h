// Runs scripts on a database.
#ifndef AUTOGEN_APPLY_RUNNER_H_
#define AUTOGEN_APPLY_RUNNER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/lease.h"
#include "src/apply/ledger.h"
#include "src/apply/monitor.h"
#include "src/apply/observer.h"
#include "src/apply/options.h"
#include "src/apply/pooled.h"
#include "src/apply/probe.h"
#include "src/apply/profile.h"
#include "src/apply/script_run.h"
#include "src/apply/session.h"
#include "src/apply/version_lookup.h"
#include "src/apply/version_table.h"
#include "src/postgres/connection.h"
#include "src/postgres/watched.h"

namespace autogen::apply {

class Runner {
 public:
  // Connects and reads the state; changes nothing. `observer` must outlive the Runner.
  static absl::StatusOr<std::unique_ptr<Runner>> Open(const postgres::ConnectOptions& connect,
                                                      const Options& options, Observer* observer);

  // Waits for other runners, then reads again: what rows() and unfinished() returned before no
  // longer counts. Held until Unlock() or the Runner's end.
  absl::Status Lock();
  void Unlock();
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Whether each transaction may have another session: the connection is a pooler's in transaction
  // mode, and there is no direct_url.
  bool pooled() const { return pooling_ == postgres::Pooling::kTransaction; }
  // Where pooled(): FailedPrecondition for scripts that need a session. Run() asks as well; before
  // Lock(), which creates the version table then, nothing has changed yet.
  absl::Status CheckPooling(absl::Span<const ScriptRun> scripts) const;

  // Looks again.
  absl::Status Refresh() { return ReadState(); }

  // The version table's rows, sorted; none where there is no table.
  const std::vector<std::string>& rows() const { return rows_; }
  // A script that an interrupted run left between two of its steps.
  const std::optional<Unfinished>& unfinished() const { return unfinished_; }
  bool has_ledger() const { return found_.has_ledger; }
  const VersionTable& table() const { return table_; }
  postgres::Connection& connection() { return connection_; }

  // Runs `scripts` in order, each in one transaction with its version rows (see Step for the
  // exceptions) and in a session as new, and makes the tables first where they are missing. Needs
  // Lock(). An unfinished script continues where it stopped, its session as it was there; it must
  // be the first script, else FailedPrecondition, and so it is where a statement was cut off that
  // must not be repeated automatically (see Options::resume_at). The first error ends it: with
  // path, line and statement, its transaction rolled back. Cancelled after a signal. finished()
  // tells how far it got, began() whether anything was run at all.
  absl::Status Run(absl::Span<const ScriptRun> scripts);
  // Asked before each step, which is statements [begin, end) of the script, outside of any
  // transaction; an error ends the run there. Not with single_transaction.
  void SetBeforeStep(
      std::function<absl::Status(const ScriptRun&, size_t begin, size_t end)> before) {
    before_step_ = std::move(before);
  }
  size_t finished() const { return finished_; }
  bool began() const { return began_; }
  // The step that was cut off and that Run() would not repeat; 0 where there is none.
  size_t undecided_step() const { return undecided_step_; }

  // Whether `scripts` could run here, as far as that can be known: server, role, disk, replicas,
  // old transactions on their tables. FailedPrecondition with all that blocks the run.
  absl::Status Preflight(absl::Span<const ScriptRun> scripts);

  // Undoes the done steps of the unfinished script, by its downgrade `down`. Statements for steps
  // that did not run are skipped: their object does not exist, or still exists. Assertions do not
  // count. If interrupted, that downgrade is unfinished: call Undo() again.
  // Needs Lock().
  absl::Status Undo(const ScriptRun& down);

  // Sets the version table's rows without running anything; abandons what is unfinished. Needs
  // Lock().
  absl::Status Stamp(absl::Span<const std::string> remove, absl::Span<const std::string> add);

 private:
  // What a batch is made of: a statement of a script, or one of our own.
  struct Item {
    std::string sql;
    const ScriptRun* script = nullptr;
    enum class Kind {
      kOwn,
      kStatement,
      kAssertion,
      kVersion,
      kSnapshot,
      kLocks,
      kSession,
      kLease
    } kind = Kind::kOwn;
    size_t index = 0;  // of the statement or assertion
  };
  using Items = std::vector<Item>;

  Runner(OpenedSession opened, const Options& options, Observer* observer);
  absl::Status CheckOldTransactions(const ScriptRun& script);

  absl::Status RunScripts(absl::Span<const ScriptRun> scripts,
                          const std::vector<std::vector<Step>>& steps);
  absl::Status RunScript(const ScriptRun& script, const std::vector<Step>& steps);
  absl::Status RunAllInOne(absl::Span<const ScriptRun> scripts,
                           const std::vector<std::vector<Step>>& steps);

  // The session as the step that runs now expects it: as new, then what its script set before.
  // Where it is so already: nothing. `Prelude` is a transaction to send ahead, RenewSession() runs
  // it.
  void Enter(const ScriptRun* script, const std::vector<Step>* steps, size_t step);
  std::vector<std::string> Prelude() const;
  absl::Status RenewSession();
  static absl::Status PreludeError(const absl::Status& status, absl::string_view where);
  // What a script may have released is held throughout its transaction, and after it.
  bool GuardsLock() const { return use_.leaves && !pooled(); }
  // "BEGIN", whatever default the script has set for transactions.
  std::string Begin() const { return use_.changes ? "BEGIN READ WRITE" : "BEGIN"; }

  // bookkeeping.cc
  absl::Status ReadTables();
  absl::Status ReadState();
  absl::Status CreateTables();
  // Aborted where there is a version table in another schema by now.
  absl::Status CreateTheOnly(const std::vector<std::string>& statements);
  // Widens the version table where one of `ids` does not fit; FailedPrecondition where it may not.
  absl::Status MakeRoom(absl::Span<const std::string> ids);

  // transaction.cc
  void AddStep(const ScriptRun& script, const std::vector<Step>& steps, size_t step,
               Items& items) const;
  void AddAssertions(const ScriptRun& script, size_t before, Items& items) const;
  absl::Status RunTransaction(const Items& items);
  absl::Status TryTransaction(const Items& items);
  void ItemDone(const Item& item, const postgres::Result& result);
  absl::Status ItemError(const Item& item, const postgres::BatchError& error) const;
  // The same for a person: where a right was missing, with what to grant to whom. Outside a
  // transaction.
  absl::Status Explained(const Item& item, absl::Status status);
  bool PauseBeforeRetry(const ScriptRun& script, const absl::Status& status, int attempt,
                        absl::Status* give_up);
  void StartClock();
  postgres::BatchHooks Hooks(const ScriptRun* script, size_t statement);
  bool Watch(const ScriptRun* script, size_t statement);

  // pooled_run.cc: nothing, or the same as without a pooler, unless pooled().
  absl::Status InOneTransaction(const std::function<absl::Status()>& read);
  std::vector<std::string> TransactionStart() const;
  Items WithSession(const Items& items) const;
  std::string StatementText(const ScriptRun& script, size_t statement) const;
  absl::Status ExecInOne(const std::vector<std::string>& statements);
  absl::Status LeaseError(const absl::Status& status) const;
  void RenewLease();

  // undo.cc
  absl::Status UndoSteps(const ScriptRun& down, const std::vector<Step>& steps, size_t done);
  absl::Status UndoStatement(const ScriptRun& script, size_t statement);
  absl::Status UndoAlone(const ScriptRun& script, const std::vector<Step>& steps, size_t step);
  absl::Status UndoTogether(const ScriptRun& script, const std::vector<Step>& steps, size_t step);
  void NotePassedOver(const ScriptRun& script, size_t statement);

  // alone.cc
  absl::Status RunStepAlone(const ScriptRun& script, const std::vector<Step>& steps, size_t step);
  absl::Status RecordStart(const ScriptRun& script, const std::vector<Step>& steps, size_t step);
  absl::Status RunStatementAlone(const ScriptRun& script, const std::vector<Step>& steps,
                                 size_t step);
  absl::Status Repair(const ScriptRun& script, size_t statement, const Remains& remains);
  void CleanUpAfterFailure(const ScriptRun& script, const Step& step, bool committed);
  absl::Status FinishAlone(const ScriptRun& script, const std::vector<Step>& steps, size_t step);
  std::string InOwnTransaction(absl::string_view record) const;
  // FailedPrecondition: what is unfinished of `script` was cut off in a statement that must not be
  // repeated automatically, and neither resume_at nor mark_done is set.
  absl::Status CheckCutOff(const ScriptRun& script, const std::vector<Step>& steps);

  postgres::Connection connection_;
  Options options_;
  Observer* observer_;
  postgres::Pooling pooling_;
  Settings settings_;
  int64_t server_pid_;  // of the process that runs our statements
  Monitor monitor_;
  VersionTable table_;
  FoundVersionTable found_;
  std::optional<Lease> lease_;
  double next_heartbeat_ = 0;
  bool locked_ = false;  // the session lock
  std::vector<std::string> rows_;
  std::optional<Unfinished> unfinished_;
  std::function<absl::Status(const ScriptRun&, size_t, size_t)> before_step_;
  size_t finished_ = 0;
  bool began_ = false;
  size_t undecided_step_ = 0;
  OwnCode code_;

  // Where the run is, for the session that it needs there.
  const ScriptRun* script_ = nullptr;
  const std::vector<Step>* steps_ = nullptr;
  size_t step_ = 0;
  SessionUse use_;              // of script_
  bool stale_ = false;          // the session is not as it must be there
  bool prepared_ = false;       // VersionTable::PrepareFinish
  double checked_old_at_ = -1;  // seconds of the steady clock

  // Of the statement that runs now.
  double statement_start_ = 0;
  double next_look_ = 0;
  std::vector<Blocker> blockers_;
  Progress progress_;
  Profiler profiler_;
};

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_RUNNER_H_
