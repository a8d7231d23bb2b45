// The server checks before the first script runs: version, role, disk space, replicas, old
// transactions.
#ifndef AUTOGEN_APPLY_PREFLIGHT_H_
#define AUTOGEN_APPLY_PREFLIGHT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/needed_rights.h"
#include "src/apply/options.h"
#include "src/apply/script_run.h"
#include "src/apply/version_table.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// What was found.
struct PreflightFacts {
  int server_version = 0;  // 150018
  bool standby = false;
  bool read_only = false;
  std::string role;
  MissingRights missing_rights;
  // "INSERT on public.autogen_version": of the version table and the ledger, or of their schema.
  std::vector<std::string> missing_privileges;
  // About how many locks the largest transaction keeps, with where it begins, and how many the
  // lock table has room for, for all sessions together.
  int64_t locks_kept = 0, lock_room = 0;
  std::string most_locks_at;
  // "function shop.lower": what the search path finds before PostgreSQL's own of that name.
  std::vector<std::string> hiding;
  // The replica that is furthest behind; "" where there is none, or we may not see it.
  std::string replica;
  double replication_lag_s = 0;
  // Of the tables that may be rewritten, with indexes; free space where their files are, -1 where
  // it cannot be known: the server is elsewhere, or does not tell its data folder.
  int64_t rewrite_bytes = 0;
  int64_t free_bytes = -1;
};

// Queries the database; changes nothing.
absl::StatusOr<PreflightFacts> ReadPreflightFacts(postgres::Connection& connection,
                                                  const VersionTable& table,
                                                  absl::Span<const ScriptRun> scripts);

// FailedPrecondition, with everything that blocks the run, a line each.
absl::Status JudgePreflight(const PreflightFacts& facts, const Options& options);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_PREFLIGHT_H_
