// The events of a run. The reports (text, live line, JSON) are observers; so are the
// tests that inject faults.
#ifndef AUTOGEN_APPLY_OBSERVER_H_
#define AUTOGEN_APPLY_OBSERVER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/apply/monitor.h"
#include "src/apply/script_run.h"

namespace autogen::apply {

// One try of a transaction (or of a statement that runs alone) that met a lock.
struct Retry {
  const ScriptRun* script = nullptr;
  absl::Status status;
  int attempt = 0;  // the one that failed, from 1
  int attempts = 0;
  int pause_ms = 0;
  std::vector<Blocker> blockers;  // as last seen; may be empty
};

struct StatementResult {
  double seconds = 0;
  int64_t rows = 0;
};

struct HeldLock {
  std::string relation;
  std::string mode;    // as pg_locks calls it: "AccessExclusiveLock"
  double seconds = 0;  // from the statement that took it to the end of the transaction
};

// With Options::profile.
struct StatementProfile {
  double seconds = 0;
  int64_t rows = 0;
  std::vector<HeldLock> locks;         // that this statement took, on tables that were there before
  std::vector<std::string> rewritten;  // tables that have another file now
};

// How a run ended.
struct RunSummary {
  absl::Status status;
  size_t ran = 0;
  size_t count = 0;
  std::string state;  // what the database is at
  std::string next;   // the command to run next; empty where all is done
};

// Calls come from the runner's thread, in order. `statement` indexes script.statements.
class Observer {
 public:
  virtual ~Observer() = default;

  // Another runner holds the lock. Every few seconds.
  virtual void WaitingForRunner(absl::string_view holder, double waited_s) {}
  virtual void ScriptStarted(const ScriptRun& script, size_t index, size_t count) {}
  virtual void StatementStarted(const ScriptRun& script, size_t statement) {}
  // While it runs, about ten times a second.
  virtual void Tick(const ScriptRun& script, size_t statement, double elapsed_s,
                    const Progress& progress) {}
  // It waits for a lock. Whenever the set of blockers changes.
  virtual void Blocked(const ScriptRun& script, size_t statement,
                       absl::Span<const Blocker> blockers) {}
  virtual void Retrying(const Retry& retry) {}
  virtual void StatementDone(const ScriptRun& script, size_t statement,
                             const StatementResult& result) {}
  // For each statement, when its transaction has been committed.
  virtual void Profiled(const ScriptRun& script, size_t statement,
                        const StatementProfile& profile) {}
  virtual void ScriptDone(const ScriptRun& script, double seconds) {}
  // Resumed at step 2; an INVALID index dropped; a server's notice.
  virtual void Note(absl::string_view text) {}
  virtual void RunEnded(const RunSummary& summary) {}
};

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_OBSERVER_H_
