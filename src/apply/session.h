// What scripts leave in their session, and the SQL that resets it.
#ifndef AUTOGEN_APPLY_SESSION_H_
#define AUTOGEN_APPLY_SESSION_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "src/apply/options.h"
#include "src/apply/script_run.h"

namespace autogen::apply {

// What a script may do to its session, as far as its statements tell.
struct SessionUse {
  // It may leave something to whoever comes after its last transaction.
  bool leaves = false;
  // Settings or the role may be others when its version rows are written.
  bool changes = false;
  // It runs SET SESSION AUTHORIZATION, which makes PostgreSQL forget the role.
  bool authorization = false;
};
// The code of a database that statements run without naming it.
struct OwnCode {
  bool functions = false;       // for triggers, defaults, checks, policies, views
  bool event_triggers = false;  // at any definition
};
SessionUse UseOf(absl::Span<const Step> steps, const OwnCode& code);
// What there may be once `steps` have run.
void NoteOwnCode(absl::Span<const Step> steps, OwnCode& code);

using Settings = std::vector<std::pair<std::string, std::string>>;

// Our own settings, as they stand at the start of each script: those that every supported server
// has, and with `server_version` (150018) those that it has besides.
Settings SessionSettings(const Options& options, int server_version = 0);

// Statements that reset what a session can have of its own, but for advisory locks. They need a
// transaction around them, or run in the script's own.
std::vector<std::string> ResetSession();
// The same, after which the session is as a new one with `settings`, but for the run lock
// `run_lock`, which it keeps throughout.
std::vector<std::string> NewSession(const Settings& settings, int64_t run_lock);

// The statements of `script` before `step` that set something for the session, in order: said
// again, a session is as it was there. (SplitIntoSteps refuses what cannot be repeated.)
std::vector<std::string> SettingsBefore(const ScriptRun& script, absl::Span<const Step> steps,
                                        size_t step);

// Up to the end of the transaction: the role that connected, no row security, and of `settings` the
// timeouts and what our own SQL needs, whatever the script has made of them. One statement.
std::string OwnSettingsLocally(const Settings& settings, bool authorization);
// The timeouts of `settings`, for the session. One statement.
std::string OwnTimeouts(const Settings& settings);

// What is wrong with a statement that would leave us without what a run needs throughout: the run
// lock, transactions that write. "" for nearly all. (Code that is not in the statement is noticed
// when it has run.)
std::string TakesFromRun(const sql::Statement& statement, const impact::Impact& impact);

// InvalidArgument, with path and line: something in a step that is not the last cannot be restored
// once a run has been cut off behind it.
absl::Status CheckCarried(const ScriptRun& script, absl::Span<const Step> steps);

// FailedPrecondition: what one transaction for several scripts would change. SET TRANSACTION and
// SET CONSTRAINTS would reach the others, now() would be the same in all.
absl::Status CheckShared(const ScriptRun& script, absl::Span<const Step> steps);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_SESSION_H_
