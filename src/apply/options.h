// How scripts are run. Defaults are safe for a database in use.
#ifndef AUTOGEN_APPLY_OPTIONS_H_
#define AUTOGEN_APPLY_OPTIONS_H_

#include <string>
#include <vector>

namespace autogen::apply {

struct Options {
  // The version table; the ledger stands beside it as <table>_ledger. An empty schema is the first
  // of the search path that exists.
  std::string version_schema;
  std::string version_table = "autogen_version";
  // The session's; empty: the role's own. Schemas, each as it is called.
  std::vector<std::string> search_path;

  // How long a statement may wait for a lock: readers and writers queue behind it meanwhile, so
  // this is how long they can stand still. 0: for ever. CONCURRENTLY statements, behind which
  // nobody queues, are not bound by it.
  int lock_timeout_ms = 3000;
  // Of one statement; not for index builds, validation and what else is long by nature. 0: none.
  int statement_timeout_ms = 0;
  // How long to wait for another runner on the same database.
  int lock_wait_s = 300;
  // How often a transaction that met lock_timeout (or a deadlock) is tried again.
  int retries = 30;
  // The pauses between: about this, doubled each time up to retry_max_ms, half of it left to
  // chance.
  int retry_min_ms = 200;
  int retry_max_ms = 5000;
  // A script is not run while a transaction older than this has locks on a table that it changes.
  // 0: no check.
  int max_transaction_age_s = 60;
  // The server's own address, where the connection is a pooler's: what such a pooler cannot run
  // goes there.
  std::string direct_url;
  // A run through a pooler in transaction mode that shows no sign of life for so long has ended.
  int lease_s = 30;
  // All scripts in one transaction. FailedPrecondition where a statement cannot be in one.
  bool single_transaction = false;
  // Asks for the locks behind each statement: see Observer::Profiled.
  bool profile = false;

  // A copy of the database before anything runs, where its engine keeps it in a file: where a table
  // of at least so many rows is rewritten, or its rows go; always; or never.
  enum class Backup { kLargeTables, kAlways, kNever } backup = Backup::kLargeTables;
  int backup_rows = 100000;

  // Of an interrupted statement outside a transaction that must not be repeated automatically
  // (CALL, DO): repeat it, where it is this step; or count it as done. FailedPrecondition where
  // nothing was interrupted, or another step.
  int resume_at = 0;
  bool mark_done = false;

  // Runner::Preflight() refuses an older server (a major version), one that is newer than those
  // that were tested unless it is `untested_version`, and to start while a replica is further
  // behind; 0: no matter.
  int min_server_version = 13;
  bool untested_version = false;
  int max_replication_lag_s = 60;
};

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_OPTIONS_H_
