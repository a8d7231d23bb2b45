#include "src/apply/lease.h"

#include <unistd.h>

#include <climits>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/run_lock.h"
#include "src/base/status.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

std::string RandomToken() {
  absl::BitGen random;
  return absl::StrCat(absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16),
                      absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

std::string WhoWeAre() {
  char host[HOST_NAME_MAX + 1] = "";
  gethostname(host, sizeof host - 1);
  return absl::StrCat("autogen, pid ", getpid(), " on ", host);
}

std::string DescribeLease(const postgres::Result& row) {
  return absl::StrCat(row.Text(0, 0), ", since ", row.Text(0, 1),
                      ", through a pooler; its lease ends in ", row.Text(0, 2),
                      " s unless it is renewed");
}

std::string HolderSql(const VersionTable& table) {
  return absl::StrCat(
      "SELECT description, to_char(taken_at, 'YYYY-MM-DD HH24:MI:SS TZ'), ceil(extract(epoch FROM "
      "expires_at - clock_timestamp()))::bigint FROM ",
      table.LeaseName(), " WHERE holder IS NOT NULL AND expires_at > clock_timestamp()");
}

}  // namespace

Lease::Lease(const VersionTable& table, int seconds)
    : table_(table), seconds_(seconds), token_(RandomToken()), description_(WhoWeAre()) {}

std::string Lease::Ours() const {
  return absl::StrCat(" WHERE fence = ", fence_, " AND holder = ", sql::Literal(token_));
}

std::string Lease::CheckSql() const {
  return absl::StrCat("SELECT 1 / count(*) FROM ", table_.LeaseName(), Ours());
}

std::string Lease::RenewSql() const {
  return absl::StrCat("UPDATE ", table_.LeaseName(),
                      " SET heartbeat_at = clock_timestamp(), expires_at = clock_timestamp() + "
                      "interval '",
                      seconds_, " s'", Ours());
}

std::string Lease::ReleaseSql() const {
  return absl::StrCat(
      "SELECT set_config('lock_timeout', '2000', true); UPDATE ", table_.LeaseName(),
      " SET holder = NULL, description = NULL, expires_at = clock_timestamp()", Ours());
}

absl::Status Lease::LostError() const {
  return absl::AbortedError(absl::StrCat(
      "another autogen took over ", table_.Name(), ": this one did not renew its lease of ",
      seconds_, " s in time. Its last transaction was rolled back; run the command again"));
}

absl::StatusOr<bool> Lease::Try(postgres::Connection& connection, const std::string& settings,
                                std::string* holder) {
  ASSIGN_OR_RETURN(
      postgres::Result locked,
      connection.Exec(absl::StrCat("BEGIN; ", settings, "; SELECT pg_try_advisory_xact_lock(",
                                   table_.LockKey(), ")")));
  if (!locked.Bool(0, 0)) {
    RETURN_IF_ERROR(connection.Exec("ROLLBACK").status());
    *holder = DescribeRunLockHolder(connection, table_.LockKey());
    return false;
  }
  ASSIGN_OR_RETURN(postgres::Result exists, connection.Exec(table_.ExistSql()));
  std::vector<std::string> create;
  if (!exists.Bool(0, 0)) create.push_back(table_.CreateTable());
  if (!exists.Bool(0, 1)) {
    create.push_back(table_.CreateLedger());
    create.push_back(table_.InsertBaseline());
  }
  if (!exists.Bool(0, 2)) create.push_back(table_.CreateLease());
  if (!create.empty()) {
    absl::Status created = connection.Exec(absl::StrJoin(create, "; ")).status();
    // What another run committed since our BEGIN, this session's catalog cache may not know before
    // it takes a lock on it: the next try does.
    if (postgres::SqlState(created) == "42P07") {
      *holder = "a run that has just ended";
      return false;
    }
    RETURN_IF_ERROR(Annotate(created, absl::StrCat("creating the version table ", table_.Name())));
  }
  ASSIGN_OR_RETURN(
      postgres::Result taken,
      connection.Exec(absl::StrCat(
          "UPDATE ", table_.LeaseName(), " SET fence = fence + 1, holder = ", sql::Literal(token_),
          ", description = ", sql::Literal(description_),
          ", taken_at = clock_timestamp(), heartbeat_at = clock_timestamp(), expires_at = "
          "clock_timestamp() + interval '",
          seconds_,
          " s' WHERE holder IS NULL OR expires_at <= clock_timestamp() RETURNING fence")));
  if (taken.rows() == 1) {
    fence_ = taken.Int(0, 0);
    return true;
  }
  ASSIGN_OR_RETURN(postgres::Result other, connection.Exec(HolderSql(table_)));
  *holder = other.rows() == 0 ? "a run that has just ended" : DescribeLease(other);
  return false;
}

absl::Status Lease::Acquire(postgres::Connection& connection, const std::string& settings,
                            int wait_s, Observer& observer) {
  return WaitForRunners(wait_s, observer, [&](std::string* holder) -> absl::StatusOr<bool> {
    absl::StatusOr<bool> taken = Try(connection, settings, holder);
    if (PQtransactionStatus(connection.raw()) == PQTRANS_IDLE) return taken;
    const bool keep = taken.ok() && *taken;
    absl::Status ended = connection.Exec(keep ? "COMMIT" : "ROLLBACK").status();
    if (keep && !ended.ok()) fence_ = 0;
    RETURN_IF_ERROR(taken.status());
    RETURN_IF_ERROR(ended);
    return taken;
  });
}

absl::StatusOr<std::string> LeaseHolder(postgres::Connection& connection,
                                        const VersionTable& table) {
  ASSIGN_OR_RETURN(postgres::Result holder, connection.Exec(HolderSql(table)));
  if (holder.rows() > 0) return DescribeLease(holder);
  RETURN_IF_ERROR(
      connection
          .Exec(absl::StrCat("UPDATE ", table.LeaseName(),
                             " SET fence = fence + 1, holder = NULL, description = NULL "
                             "WHERE holder IS NOT NULL"))
          .status());
  return std::string();
}

}  // namespace autogen::apply
