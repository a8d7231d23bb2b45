// The lease that keeps other runners out between the transactions of a run through a pooler in
// transaction mode, where no session lock can be held.
#ifndef AUTOGEN_APPLY_LEASE_H_
#define AUTOGEN_APPLY_LEASE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/apply/observer.h"
#include "src/apply/version_table.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// One row in <table>_lease: who holds it, until when (by the server's clock), and a fencing number
// that grows each time that it is taken. Whoever takes it, and each transaction of the holder's,
// has the advisory lock VersionTable::LockKey() to the end of the transaction: so nobody takes the
// lease over while one runs, however long, and a holder that slept through its end finds another
// number and commits nothing. Runners with a session of their own hold the same advisory lock
// throughout, and respect the lease when they take it.
class Lease {
 public:
  Lease(const VersionTable& table, int seconds);

  // Waits up to `wait_s` for those before us; creates what is missing of version table, ledger and
  // lease. `settings` is a statement that sets what each transaction needs, up to its end. Errors
  // as AcquireRunLock().
  absl::Status Acquire(postgres::Connection& connection, const std::string& settings, int wait_s,
                       Observer& observer);
  bool held() const { return fence_ > 0; }

  // Statements. Behind the advisory lock: fails with division by zero (22012) where the lease is
  // ours no more.
  std::string CheckSql() const;
  // Before COMMIT, or as a heartbeat.
  std::string RenewSql() const;
  // One string for Exec(): gives it back, at once.
  std::string ReleaseSql() const;
  void Forget() { fence_ = 0; }

  absl::Status LostError() const;

 private:
  absl::StatusOr<bool> Try(postgres::Connection& connection, const std::string& settings,
                           std::string* holder);
  std::string Ours() const;

  VersionTable table_;
  int seconds_;
  std::string token_;
  std::string description_;
  int64_t fence_ = 0;
};

// Where a session lock was just taken: empty, or who holds a lease that counts. One that has ended
// is taken from its holder for good.
absl::StatusOr<std::string> LeaseHolder(postgres::Connection& connection,
                                        const VersionTable& table);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_LEASE_H_
