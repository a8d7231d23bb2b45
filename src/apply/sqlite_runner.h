// Runs scripts on one SQLite file.
#ifndef AUTOGEN_APPLY_SQLITE_RUNNER_H_
#define AUTOGEN_APPLY_SQLITE_RUNNER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/database.h"
#include "src/apply/observer.h"
#include "src/apply/options.h"
#include "src/apply/script_run.h"
#include "src/apply/sqlite_tables.h"
#include "src/sqlite/database.h"
#include "src/sqlite/run_lock.h"
#include "src/sqlite/url.h"

namespace autogen::apply {

// Each step of a script runs in one transaction, together with its version rows and its row of the
// ledger: a run that is killed at any point leaves the file as the last step that was committed
// left it, and the next one goes on from there. Foreign keys are off meanwhile; what is violated
// afterwards and was not before ends the step.
class SqliteRunner {
 public:
  // Looks at what is there. A file that does not exist is made by Lock(). `observer` must outlive
  // it.
  static absl::StatusOr<std::unique_ptr<SqliteRunner>> Open(const std::string& url,
                                                            const Options& options,
                                                            Observer* observer);

  const SqliteTables& tables() const { return tables_; }
  const SqliteTables::Found& found() const { return found_; }
  absl::StatusOr<std::vector<LedgerEntry>> Entries();
  absl::Status Refresh();

  // Waits for other runs on the file, opens it for writing, and looks again.
  absl::Status Lock();
  absl::Status Preflight(absl::Span<const ScriptRun> scripts);
  // As Database::run; makes the backup that Options ask for, once, before anything changes.
  absl::Status Run(absl::Span<const ScriptRun> scripts);
  absl::Status Stamp(absl::Span<const std::string> remove, absl::Span<const std::string> add);
  // How many rows a data check counts.
  absl::StatusOr<int64_t> Count(const std::string& query);

  void SetBeforeStep(Database::BeforeStep before) { before_step_ = std::move(before); }
  size_t finished() const { return finished_; }
  bool began() const { return began_; }

 private:
  SqliteRunner(sqlite::Location location, const Options& options, Observer* observer);

  absl::Status BackUp(absl::Span<const ScriptRun> scripts);
  absl::StatusOr<std::string> WhyBackUp(absl::Span<const ScriptRun> scripts);
  absl::Status RunScript(const ScriptRun& script, const std::vector<Step>& steps);
  absl::Status RunAllInOne(absl::Span<const ScriptRun> scripts);

  // Tries again where the file is locked.
  absl::Status InTransaction(const ScriptRun& script, const std::function<absl::Status()>& body);
  absl::Status TryTransaction(const std::function<absl::Status()>& body);
  bool Pause(const ScriptRun& script, const absl::Status& status, int attempt);
  absl::Status RunStep(const ScriptRun& script, const std::vector<Step>& steps, size_t index);
  absl::Status RunAlone(const ScriptRun& script, const std::vector<Step>& steps, size_t index);
  absl::Status RunStatement(const ScriptRun& script, size_t statement);
  absl::Status Assert(const ScriptRun& script, size_t before);
  // The rows of the version table must be those that were read; then they are changed.
  absl::Status Record(const ScriptRun& script, const Step& of, size_t step, size_t steps,
                      double start);
  absl::Status Bookkeep(absl::Span<const std::string> statements);
  absl::StatusOr<std::vector<std::string>> Violations();

  static int Tick(void* self);
  static int Busy(void* self, int count);

  const sqlite::Location location_;
  const Options options_;
  Observer* const observer_;
  const SqliteTables tables_;
  std::optional<sqlite::Database> database_;
  std::unique_ptr<sqlite::RunLock> lock_;
  SqliteTables::Found found_;
  Database::BeforeStep before_step_;
  size_t finished_ = 0;
  bool began_ = false;

  // Of the statement that runs now.
  const ScriptRun* script_ = nullptr;
  size_t statement_ = 0;
  double start_ = 0, next_tick_ = 0;
  bool late_ = false;
  double busy_since_ = -1;
};

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_SQLITE_RUNNER_H_
