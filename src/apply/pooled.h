// Scripts through a pooler in transaction mode: each transaction may have another session of the
// server's, which belongs to others afterwards. It brings its settings along and leaves none.
#ifndef AUTOGEN_APPLY_POOLED_H_
#define AUTOGEN_APPLY_POOLED_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/options.h"
#include "src/apply/script_run.h"
#include "src/apply/session.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// One statement: `settings` up to the end of the transaction. Its first column is the pid of the
// server's process.
std::string LocalSettingsSql(const Settings& settings);
// One statement: `settings` for the session.
std::string SessionSettingsSql(const Settings& settings);

// `statement` so that it sets nothing beyond the transaction: SET becomes SET LOCAL, RESET goes
// back to `settings`. Nearly every statement is returned as it is. FailedPrecondition, without a
// place: it is for a whole session (PREPARE, a temporary table, RESET ALL, …).
absl::StatusOr<std::string> LocalForm(const std::string& statement, const Settings& settings);

// The same in a session whose settings were not given at its start, as a pooler's in session mode:
// RESET would go back to others than `settings`.
std::string SessionForm(const std::string& statement, const Settings& settings);

// RESET ALL, behind which such a session needs its settings again.
bool ResetsAll(const std::string& statement);

// The statements of `script` before the statement `end` that set something, in that form.
std::vector<std::string> LocalSettingsBefore(const ScriptRun& script, size_t end,
                                             const Settings& settings);

// FailedPrecondition, with path, line and statement: a step that needs a session of its own.
// `shared`: it runs in one transaction with other scripts.
absl::Status CheckPooled(const ScriptRun& script, absl::Span<const Step> steps,
                         const Settings& settings, bool shared);

// What a run works with.
struct OpenedSession {
  postgres::Connection connection;
  postgres::ConnectOptions connect;  // without settings: for a second connection to the same
  postgres::Pooling pooling;         // never kStatement
  int64_t server_pid;                // of kTransaction: no matter
  std::string note;                  // for the report; may be empty
};
// The connection of `connect` with SessionSettings() (kTransaction: without); where that is a
// pooler in transaction or statement mode and there is a direct_url, the one of that.
// FailedPrecondition: statement mode; a direct_url that leads to another database or to such a
// pooler again.
absl::StatusOr<OpenedSession> OpenSession(const postgres::ConnectOptions& connect,
                                          const Options& options);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_POOLED_H_
