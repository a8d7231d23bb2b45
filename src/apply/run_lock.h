// The session lock that keeps two runners of one version table apart.
#ifndef AUTOGEN_APPLY_RUN_LOCK_H_
#define AUTOGEN_APPLY_RUN_LOCK_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/apply/observer.h"
#include "src/apply/version_table.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// Takes the lock, or waits up to `wait_s` for it: polled, each time in a transaction of its own. (A
// blocking pg_advisory_lock() would hold a snapshot for which the other runner's CREATE INDEX
// CONCURRENTLY waits in turn.) Waits as well for the lease of a runner behind a pooler (lease.h).
// DeadlineExceeded names the holder; Cancelled after a signal. The lock goes with the session.
absl::Status AcquireRunLock(postgres::Connection& connection, const VersionTable& table, int wait_s,
                            Observer& observer);
// Statements. The first fails with division by zero (22012) where the session does not hold the
// lock: code of a script has released it. The others hold it to the end of the transaction,
// whatever the script releases meanwhile, and take it for the session again.
std::string ProveRunLock(int64_t key);
std::string HoldRunLock(int64_t key);
std::string RetakeRunLock(int64_t key);
// The error of a run whose ProveRunLock() failed.
absl::Status RunLockLostError();

absl::Status ReleaseRunLock(postgres::Connection& connection, int64_t key);

// The loop of both: `attempt` until it is true, with pauses; where it is false it names who is
// before us.
absl::Status WaitForRunners(int wait_s, Observer& observer,
                            const std::function<absl::StatusOr<bool>(std::string*)>& attempt);

// Who has the lock, for messages.
std::string DescribeRunLockHolder(postgres::Connection& connection, int64_t key);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_RUN_LOCK_H_
