#include "src/postgres/pooler.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/postgres/error.h"

namespace autogen::postgres {
namespace {

// Chance may give a client the same server again: a pool is asked this often.
constexpr int kRounds = 5;
// How long an idle pooler may take to answer.
constexpr int kPatienceMs = 1500;
// How long a statement may wait once nothing of ours blocks it.
constexpr int kDrainMs = 30000;
constexpr char kPidSql[] = "SELECT pg_catalog.pg_backend_pid()";

using Clock = std::chrono::steady_clock;

// Reads what comes until the command is over; DeadlineExceeded before that.
absl::StatusOr<Result> Await(Connection& connection, const std::string& sql, int timeout_ms) {
  PGconn* c = connection.raw();
  const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
  Result last;
  absl::Status error;
  for (;;) {
    while (PQisBusy(c) == 1) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
      pollfd fd = {PQsocket(c), POLLIN, 0};
      const int ready = left <= 0 ? 0 : poll(&fd, 1, static_cast<int>(left));
      if (ready > 0) {
        if (PQconsumeInput(c) != 1) return ResultError(c, nullptr, sql);
      } else if (left <= 0) {
        return absl::DeadlineExceededError(absl::StrCat("no answer in ", timeout_ms, " ms"));
      }
    }
    PGresult* raw = PQgetResult(c);
    if (raw == nullptr) break;
    Result result(raw);
    if (Succeeded(raw)) {
      last = std::move(result);
    } else if (error.ok()) {
      error = ResultError(c, raw, sql);
    }
  }
  if (!error.ok()) return error;
  if (last.raw() == nullptr) return ResultError(c, nullptr, sql);
  return last;
}

absl::StatusOr<int64_t> PidWithin(Connection& connection, int timeout_ms) {
  ASSIGN_OR_RETURN(Result result, ExecWithin(connection, kPidSql, timeout_ms));
  return result.Int(0, 0);
}

class Detector {
 public:
  Detector(Connection& first, const ConnectOptions& options) : first_(first), options_(options) {
    options_.settings.clear();
    options_.keep_plans = false;
  }

  absl::StatusOr<Pooling> Run() {
    ASSIGN_OR_RETURN(pid_, PidWithin(first_, kDrainMs));
    for (int round = 0; round < kRounds; ++round) {
      // A pool whose servers take turns gives another one each time.
      for (int i = 0; i < 2; ++i) {
        ASSIGN_OR_RETURN(const int64_t again, PidWithin(first_, kDrainMs));
        if (again != pid_) return Pooling::kTransaction;
      }
      ASSIGN_OR_RETURN(const std::optional<Pooling> found, Round());
      if (found.has_value()) return *found;
    }
    return Pooling::kSession;
  }

 private:
  // What the second connection brings to light; nothing where all looks like a session of our own.
  absl::StatusOr<std::optional<Pooling>> Round() {
    absl::StatusOr<Connection> second = Connection::Open(options_);
    if (!second.ok()) return std::optional(Pooling::kTransaction);
    absl::StatusOr<Result> begun = ExecWithin(*second, "BEGIN", kPatienceMs);
    if (absl::IsDeadlineExceeded(begun.status())) return WhileSecondWaits(*second);
    // In statement mode PgBouncer ends the connection over it.
    if (!second->alive() || (begun.ok() && PQtransactionStatus(second->raw()) != PQTRANS_INTRANS)) {
      return std::optional(Pooling::kStatement);
    }
    if (!begun.ok()) return std::optional(Pooling::kTransaction);
    absl::StatusOr<int64_t> of_second = PidWithin(*second, kPatienceMs);
    if (!second->alive()) return std::optional(Pooling::kStatement);
    if (!of_second.ok() || *of_second == pid_) return std::optional(Pooling::kTransaction);
    absl::StatusOr<int64_t> again = PidWithin(first_, kPatienceMs);
    if (absl::IsDeadlineExceeded(again.status())) {
      // The second one has the only server.
      *second = Connection::Closed();
      RETURN_IF_ERROR(Await(first_, kPidSql, kDrainMs).status());
      return std::optional(Pooling::kTransaction);
    }
    RETURN_IF_ERROR(again.status());
    if (*again != pid_) return std::optional(Pooling::kTransaction);
    return std::optional<Pooling>();
  }

  // There is no server free for the second one. Those who wait are served in turn: a first one that
  // is answered before it has a server of its own.
  absl::StatusOr<std::optional<Pooling>> WhileSecondWaits(Connection& second) {
    absl::StatusOr<int64_t> again = PidWithin(first_, kPatienceMs);
    const bool own = again.ok() && *again == pid_ && StillWaits(second);
    second = Connection::Closed();
    if (absl::IsDeadlineExceeded(again.status())) {
      RETURN_IF_ERROR(Await(first_, kPidSql, kDrainMs).status());
    } else {
      RETURN_IF_ERROR(again.status());
    }
    return std::optional(own ? Pooling::kSession : Pooling::kTransaction);
  }

  static bool StillWaits(Connection& second) {
    return PQconsumeInput(second.raw()) == 1 && PQisBusy(second.raw()) == 1;
  }

  Connection& first_;
  ConnectOptions options_;
  int64_t pid_ = 0;
};

}  // namespace

absl::StatusOr<Pooling> DetectPooling(Connection& connection, const ConnectOptions& options) {
  return Detector(connection, options).Run();
}

absl::StatusOr<int64_t> ServerPid(Connection& connection) {
  ASSIGN_OR_RETURN(Result result, connection.Exec(kPidSql));
  return result.Int(0, 0);
}

absl::StatusOr<Result> ExecWithin(Connection& connection, const std::string& sql, int timeout_ms) {
  connection.kept_plans().Note(sql);
  if (PQsendQuery(connection.raw(), sql.c_str()) != 1) {
    return ResultError(connection.raw(), nullptr, sql);
  }
  return Await(connection, sql, timeout_ms);
}

absl::string_view PoolingName(Pooling pooling) {
  switch (pooling) {
    case Pooling::kNone:
      return "none";
    case Pooling::kSession:
      return "session";
    case Pooling::kTransaction:
      return "transaction";
    case Pooling::kStatement:
      return "statement";
  }
  return "";
}

}  // namespace autogen::postgres
