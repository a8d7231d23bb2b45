// The session lock that keeps two runners of one version table apart.
#ifndef AUTOGEN_APPLY_RUN_LOCK_H_
#define AUTOGEN_APPLY_RUN_LOCK_H_

#include "absl/status/status.h"
#include "src/apply/observer.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// Takes the lock, or waits up to `wait_s` for it: polled, each time in a transaction of its own. (A
// blocking pg_advisory_lock() would hold a snapshot for which the other runner's CREATE INDEX
// CONCURRENTLY waits in turn.) DeadlineExceeded names the holder; Cancelled after a signal. The
// lock goes with the session.
absl::Status AcquireRunLock(postgres::Connection& connection, int64_t key, int wait_s,
                            Observer& observer);
absl::Status ReleaseRunLock(postgres::Connection& connection, int64_t key);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_RUN_LOCK_H_
