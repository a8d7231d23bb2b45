// The seam between a run and an engine: one database, opened, with what plans, runs and reports see
// of it. How the steps of a script become transactions, what keeps other runners away, what a
// statement that was cut off has left, and the SQL of the version table are the engine's.
#ifndef AUTOGEN_APPLY_DATABASE_H_
#define AUTOGEN_APPLY_DATABASE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "autogen/config.pb.h"
#include "src/apply/ledger.h"
#include "src/apply/observer.h"
#include "src/apply/options.h"
#include "src/apply/script_run.h"

namespace autogen::apply {

// Functions of one open database, which lives as long as one of them.
struct Database {
  // What the tables said when they were last read: the version table's rows, sorted; a script that
  // an interrupted run left between two of its steps.
  std::function<const std::vector<std::string>&()> rows;
  std::function<const std::optional<Unfinished>&()> unfinished;
  // Of the ledger, in the order in which they were made; empty where there is none.
  std::function<absl::StatusOr<std::vector<LedgerEntry>>()> entries;
  // The version table and its ledger, as messages name them.
  std::function<std::string()> table_name, ledger_name;
  // Approvals that are kept in the database; `problem`: why those that are there do not count.
  std::function<absl::StatusOr<Approvals>(std::string* problem)> approvals;
  // Reads the tables again.
  std::function<absl::Status()> refresh;
  std::function<bool()> alive;

  // Waits for other runners, then reads the tables again. Held until the database is closed.
  std::function<absl::Status()> lock;
  // FailedPrecondition for scripts that cannot run over this connection. Asked before lock(), which
  // may create tables; empty where every script can.
  std::function<absl::Status(absl::Span<const ScriptRun>)> check_scripts;
  // Whether the scripts could run here, so far as that can be known: all that blocks them.
  std::function<absl::Status(absl::Span<const ScriptRun>)> preflight;
  // The number that a data check gives. Empty where these are asked over connections of their own
  // (see deploy's preflight.h).
  std::function<absl::StatusOr<int64_t>(const std::string& query)> count;
  // What run() asks before each step, which is statements [begin, end) of the script, outside of
  // any transaction; an error ends the run there.
  using BeforeStep = std::function<absl::Status(const ScriptRun&, size_t begin, size_t end)>;
  std::function<void(BeforeStep)> set_before_step;
  // Runs them in order, each with its version rows; the first error ends it. Needs lock().
  std::function<absl::Status(absl::Span<const ScriptRun>)> run;
  // Of run(): how many scripts it finished, whether anything was run at all, and the step that was
  // cut off and is not repeated implicitly (0: none).
  std::function<size_t()> finished;
  std::function<bool()> began;
  std::function<size_t()> undecided_step;
  // Takes back what is done of the unfinished script, by its downgrade.
  std::function<absl::Status(const ScriptRun& down)> undo;
  // Sets the version table's rows without running anything; abandons what is unfinished.
  std::function<absl::Status(absl::Span<const std::string> remove,
                             absl::Span<const std::string> add)>
      stamp;
};

// Opens the database with the engine whose URL it is, and looks at what is there; changes nothing.
// `observer` must outlive it.
absl::StatusOr<Database> OpenDatabase(const std::string& url, const Options& options,
                                      Observer* observer);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_DATABASE_H_
