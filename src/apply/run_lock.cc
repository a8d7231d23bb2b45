#include "src/apply/run_lock.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "src/apply/interrupt.h"
#include "src/apply/lease.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

constexpr int kMinPollMs = 50;
constexpr int kMaxPollMs = 1000;
constexpr double kMessageEvery = 5;

// Of a row l of pg_locks. A bigint key stands there as two halves, with objsubid 1.
std::string IsRunLock(int64_t key) {
  const auto bits = static_cast<uint64_t>(key);
  return absl::StrCat(
      "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT oid FROM "
      "pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND "
      "l.classid::bigint = ",
      bits >> 32, " AND l.objid::bigint = ", bits & 0xffffffff);
}

}  // namespace

std::string DescribeRunLockHolder(postgres::Connection& connection, int64_t key) {
  absl::StatusOr<postgres::Result> result = connection.Exec(absl::StrCat(
      "SELECT a.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''), "
      "coalesce(host(a.client_addr), 'local'), "
      "to_char(coalesce(a.backend_start, now()), 'YYYY-MM-DD HH24:MI:SS TZ'), "
      "left(coalesce(a.query, ''), 200) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE ",
      IsRunLock(key)));
  if (!result.ok() || result->rows() == 0) return "a session that has just ended";
  auto text = [&](int column) { return result->Text(0, column); };
  return absl::StrCat("pid ", text(0), " (", text(1), text(1).empty() ? "" : ", ", text(2), "@",
                      text(3), ", connected since ", text(4), ")", text(5).empty() ? "" : ": ",
                      Excerpt(text(5), 100));
}

absl::Status WaitForRunners(int wait_s, Observer& observer,
                            const std::function<absl::StatusOr<bool>(std::string*)>& attempt) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  absl::BitGen random;
  double next_message = 1;
  for (int poll_ms = kMinPollMs;; poll_ms = std::min(2 * poll_ms, kMaxPollMs)) {
    std::string holder;
    ASSIGN_OR_RETURN(const bool mine, attempt(&holder));
    if (mine) return absl::OkStatus();
    const double waited = std::chrono::duration<double>(Clock::now() - start).count();
    if (waited >= wait_s) {
      return absl::DeadlineExceededError(absl::StrCat(
          "another autogen is already running on this database: ", holder, "; gave up after ",
          static_cast<int>(waited),
          " s. Run this command again when it is done, or wait longer with --lock-wait SECONDS"));
    }
    if (waited >= next_message) {
      observer.WaitingForRunner(holder, waited);
      next_message = waited + kMessageEvery;
    }
    // Chance keeps a crowd of runners from asking all at once.
    SleepInterruptibly(absl::Uniform(random, poll_ms / 2, poll_ms + 1));
    if (InterruptSignal() != 0) {
      return absl::CancelledError("interrupted while waiting for another autogen to finish");
    }
  }
}

absl::Status AcquireRunLock(postgres::Connection& connection, const VersionTable& table, int wait_s,
                            Observer& observer) {
  const int64_t key = table.LockKey();
  const std::string ask = absl::StrCat("SELECT pg_try_advisory_lock(", key, "), to_regclass(",
                                       sql::Literal(table.LeaseName()), ") IS NOT NULL");
  return WaitForRunners(wait_s, observer, [&](std::string* holder) -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(postgres::Result locked, connection.Exec(ask));
    if (!locked.Bool(0, 0)) {
      *holder = DescribeRunLockHolder(connection, key);
      return false;
    }
    if (!locked.Bool(0, 1)) return true;
    absl::StatusOr<std::string> leased = LeaseHolder(connection, table);
    if (leased.ok() && leased->empty()) return true;
    RETURN_IF_ERROR(ReleaseRunLock(connection, key));
    RETURN_IF_ERROR(leased.status());
    *holder = *std::move(leased);
    return false;
  });
}

std::string ProveRunLock(int64_t key) {
  return absl::StrCat(
      "SELECT 1 / count(*) FROM pg_catalog.pg_locks l WHERE l.pid = "
      "pg_catalog.pg_backend_pid() AND ",
      IsRunLock(key));
}

std::string HoldRunLock(int64_t key) {
  return absl::StrCat("SELECT pg_catalog.pg_advisory_xact_lock(", key, ")");
}

std::string RetakeRunLock(int64_t key) {
  return absl::StrCat("SELECT pg_catalog.pg_advisory_lock(", key, ")");
}

absl::Status RunLockLostError() {
  return absl::AbortedError(
      "code of the script released the lock that keeps other runners out "
      "(pg_advisory_unlock_all() in a function?), so the run ends here: another autogen may have "
      "begun. Run the command again to go on");
}

absl::Status ReleaseRunLock(postgres::Connection& connection, int64_t key) {
  return connection.Exec(absl::StrCat("SELECT pg_advisory_unlock(", key, ")")).status();
}

}  // namespace autogen::apply
