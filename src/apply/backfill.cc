#include "src/apply/backfill.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/clock.h"
#include "src/base/sha256.h"
#include "src/base/status.h"
#include "src/sql/fragment.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

constexpr int kMaxBatch = 1000000;
// No number: the batch that reads it as one fails with this in its message.
constexpr char kKeyMoved[] = "autogen backfill: key moved ";

struct KeyColumn {
  std::string name;
  std::string type;
};

void Sleep(int ms) {
  if (ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

bool IsTransient(const std::string& sqlstate) {
  return sqlstate == "55P03" || sqlstate == "40P01" || sqlstate == "40001";
}

class Backfill {
 public:
  Backfill(postgres::Connection& connection, const BackfillRequest& request)
      : connection_(connection), request_(request) {
    table_ = sql::Qualified(request.schema, request.table);
    state_ = sql::Qualified(request.state_schema, request.state_table);
    std::string job = absl::StrCat(table_, "\n", request.where);
    for (const auto& [column, expression] : request.set) {
      absl::StrAppend(&job, "\n", column, "=", expression);
    }
    id_ = Sha256Hex(job).substr(0, 16);
    describe_ = job;
  }

  absl::StatusOr<BackfillResult> Run() {
    RETURN_IF_ERROR(CheckRequest());
    RETURN_IF_ERROR(FindKey());
    RETURN_IF_ERROR(CheckKeyStays());
    if (!request_.pooled) RETURN_IF_ERROR(Lock());
    absl::Status done = Loop();
    // The session may be used for something else.
    if (!request_.pooled) {
      (void)connection_.Exec(absl::StrCat("SELECT pg_advisory_unlock(", LockKey(), ")"));
    }
    RETURN_IF_ERROR(done);
    return result_;
  }

 private:
  absl::Status CheckRequest() {
    if (request_.set.empty()) {
      return absl::InvalidArgumentError("no column to set: give --set \"column = expression\"");
    }
    for (const auto& [column, expression] : request_.set) {
      absl::Status status = sql::CheckFragment(EXPRESSION, expression);
      if (!status.ok()) return Annotate(status, absl::StrCat("--set ", column));
    }
    if (request_.where.empty()) return absl::OkStatus();
    return Annotate(sql::CheckFragment(EXPRESSION, request_.where), "--where");
  }

  absl::Status FindKey() {
    ASSIGN_OR_RETURN(
        postgres::Result found,
        connection_.ExecParams(
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod), i.indexrelid IS NOT NULL "
            "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary "
            "LEFT JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, place) ON true "
            "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum "
            "WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p') ORDER BY k.place",
            {request_.schema, request_.table}));
    if (found.rows() == 0) {
      return absl::NotFoundError(absl::StrCat("there is no table ", table_, " to backfill"));
    }
    if (!found.Bool(0, 2)) {
      return absl::FailedPreconditionError(absl::StrCat(
          table_, " has no primary key to backfill along; update it in one statement"));
    }
    for (int row = 0; row < found.rows(); ++row) {
      key_.push_back({std::string(found.Text(row, 0)), std::string(found.Text(row, 1))});
    }
    return absl::OkStatus();
  }

  std::string KeyNames() const {
    return absl::StrJoin(key_, ", ", [](std::string* out, const KeyColumn& k) {
      absl::StrAppend(out, sql::Ident(k.name));
    });
  }

  // What the walk goes along must stay where it is.
  absl::Status CheckKeyStays() const {
    for (const auto& [column, expression] : request_.set) {
      for (const KeyColumn& k : key_) {
        if (k.name != column) continue;
        return absl::InvalidArgumentError(absl::StrCat(
            "--set ", column, ": it is in the primary key of ", table_, " (", KeyNames(),
            "), along which the backfill walks: rows would be met again or passed over. Update it "
            "in one statement: UPDATE ",
            table_, " SET ", sql::Ident(column), " = ", expression));
      }
    }
    return absl::OkStatus();
  }

  std::string LockKey() const {
    return absl::StrCat("hashtextextended(", sql::Literal("autogen backfill " + id_), ", 0)");
  }

  absl::Status AtWork() const {
    return absl::FailedPreconditionError(
        absl::StrCat("another run of this backfill of ", table_, " is already running"));
  }

  absl::Status Lock() {
    ASSIGN_OR_RETURN(postgres::Result locked, connection_.Exec(absl::StrCat(
                                                  "SELECT pg_try_advisory_lock(", LockKey(), ")")));
    return locked.Bool(0, 0) ? absl::OkStatus() : AtWork();
  }

  std::string LockTimeout() const {
    return absl::StrCat("SELECT set_config('lock_timeout', '", request_.lock_timeout_ms,
                        "', true); ");
  }

  // Where `pooled`: `body` in a transaction that has the lock.
  absl::Status InTransaction(const std::function<absl::Status()>& body) {
    if (!request_.pooled) return body();
    ASSIGN_OR_RETURN(
        postgres::Result locked,
        connection_.Exec(absl::StrCat("BEGIN; ", LockTimeout(), "SELECT pg_try_advisory_xact_lock(",
                                      LockKey(), ")")));
    absl::Status status = locked.Bool(0, 0) ? body() : AtWork();
    absl::Status ended = connection_.Exec(status.ok() ? "COMMIT" : "ROLLBACK").status();
    return status.ok() ? ended : status;
  }

  absl::Status CreateAndResume() {
    RETURN_IF_ERROR(
        connection_
            .Exec(absl::StrCat("CREATE TABLE IF NOT EXISTS ", state_,
                               " (id text PRIMARY KEY, job text NOT NULL, place text[], "
                               "rows bigint NOT NULL DEFAULT 0, done boolean NOT NULL "
                               "DEFAULT false, changed_at timestamptz NOT NULL)"))
            .status());
    return Resume();
  }

  absl::Status Loop() {
    RETURN_IF_ERROR(InTransaction([this] { return CreateAndResume(); }));
    int rows = std::max(1, request_.batch_rows);
    while (!result_.done) {
      double start = Now();
      ASSIGN_OR_RETURN(int64_t updated, Batch(rows));
      double ms = (Now() - start) * 1000;
      result_.rows += updated;
      ++result_.batches;
      if (request_.progress && !request_.progress(result_.rows, result_.batches)) break;
      if (result_.done) break;
      if (request_.target_ms > 0) rows = NextSize(rows, ms);
      Sleep(request_.pause_ms);
    }
    return absl::OkStatus();
  }

  // At most twice or half of the last one: one slow batch proves little.
  int NextSize(int rows, double ms) const {
    double factor = request_.target_ms / std::max(ms, 1.0);
    double next = rows * std::min(2.0, std::max(0.5, factor));
    return std::min(kMaxBatch, std::max(1, static_cast<int>(next)));
  }

  absl::Status Resume() {
    if (request_.restart) {
      RETURN_IF_ERROR(
          connection_.Exec(absl::StrCat("DELETE FROM ", state_, " WHERE id = ", sql::Literal(id_)))
              .status());
    }
    ASSIGN_OR_RETURN(postgres::Result found,
                     connection_.Exec(absl::StrCat("SELECT place, rows, done, place::text FROM ",
                                                   state_, " WHERE id = ", sql::Literal(id_))));
    if (found.rows() == 0) {
      return connection_
          .Exec(absl::StrCat("INSERT INTO ", state_, " (id, job, changed_at) VALUES (",
                             sql::Literal(id_), ", ", sql::Literal(describe_), ", now())"))
          .status();
    }
    if (found.Bool(0, 2)) {
      return absl::FailedPreconditionError(
          absl::StrCat("this backfill of ", table_, " was finished before, with ", found.Int(0, 1),
                       " rows; --restart runs it again from the first row"));
    }
    begun_ = result_.resumed = !found.IsNull(0, 0);
    result_.rows = found.Int(0, 1);
    seen_ = std::string(found.Text(0, 3));
    return absl::OkStatus();
  }

  // One statement, one transaction: the rows, and the place behind them.
  std::string BatchSql(int rows) const {
    const std::string names = KeyNames();
    size_t n = 0;
    std::string place = absl::StrJoin(key_, ", ", [&](std::string* out, const KeyColumn& k) {
      absl::StrAppend(out, "(s.place[", ++n, "])::", k.type);
    });
    std::string set = absl::StrJoin(request_.set, ", ", [](std::string* out, const auto& item) {
      absl::StrAppend(out, sql::Ident(item.first), " = (", item.second, ")");
    });
    std::string id = sql::Literal(id_);
    // The keys are renamed in the batch, so that the expressions see the table's columns alone.
    std::string aliased, matched, order, last;
    for (size_t i = 0; i < key_.size(); ++i) {
      std::string column = sql::Ident(key_[i].name), alias = absl::StrCat("autogen_key", i + 1);
      absl::StrAppend(&aliased, i > 0 ? ", " : "", column, " AS ", alias);
      absl::StrAppend(&matched, i > 0 ? " AND " : "", table_, ".", column, " = batch.", alias);
      absl::StrAppend(&order, i > 0 ? ", " : "", alias, " DESC");
      absl::StrAppend(&last, i > 0 ? ", " : "", alias, "::text");
    }
    return absl::StrCat(
        "WITH s AS MATERIALIZED (SELECT place FROM ", state_, " WHERE id = ", id, " FOR UPDATE), ",
        "batch AS MATERIALIZED (SELECT ", aliased, " FROM ", table_,
        // Without an OR, so that the key's index leads straight to the place.
        begun_ ? absl::StrCat(" WHERE (", names, ") > (SELECT ", place, " FROM s)") : "",
        " ORDER BY ", names, " LIMIT ", rows, "), ", "changed AS (UPDATE ", table_, " SET ", set,
        " FROM batch WHERE ", matched,
        request_.where.empty() ? "" : absl::StrCat(" AND (", request_.where, ")"), " RETURNING (",
        matched, ") IS NOT TRUE AS moved), ",
        "n AS (SELECT (SELECT count(*) FROM changed) AS updated, (SELECT "
        "count(*) FROM batch) AS seen, (SELECT bool_or(moved) FROM changed) AS moved) ",
        "UPDATE ", state_, " SET place = coalesce((SELECT ARRAY[", last, "] FROM batch ORDER BY ",
        order, " LIMIT 1), place), rows = rows + CASE WHEN n.moved THEN ('", kKeyMoved,
        "' || n.updated)::bigint ELSE n.updated END, done = n.seen < ", rows,
        ", changed_at = now() FROM n WHERE id = ", id, " RETURNING n.updated, done, place::text");
  }

  // Whether the place is where this run left it.
  absl::Status CheckPlace() {
    if (!request_.pooled) return absl::OkStatus();
    ASSIGN_OR_RETURN(postgres::Result found,
                     connection_.Exec(absl::StrCat("SELECT place::text FROM ", state_,
                                                   " WHERE id = ", sql::Literal(id_))));
    return found.rows() == 1 && found.Text(0, 0) == seen_ ? absl::OkStatus() : AtWork();
  }

  absl::StatusOr<int64_t> Batch(int rows) {
    for (int attempt = 0;; ++attempt) {
      absl::StatusOr<postgres::Result> done = postgres::Result();
      absl::Status status = InTransaction([&]() -> absl::Status {
        RETURN_IF_ERROR(CheckPlace());
        // A transaction of its own, and one setting that ends with it.
        done = connection_.Exec(absl::StrCat(LockTimeout(), BatchSql(rows)));
        return done.status();
      });
      if (!status.ok()) done = status;
      if (done.ok()) {
        result_.done = done->rows() == 1 && done->Bool(0, 1);
        begun_ = true;
        seen_ = done->rows() == 1 ? std::string(done->Text(0, 2)) : "";
        return done->rows() == 1 ? done->Int(0, 0) : 0;
      }
      if (absl::StrContains(done.status().message(), kKeyMoved)) {
        return absl::FailedPreconditionError(absl::StrCat(
            "a trigger or a generated column of ", table_, " changes its primary key (", KeyNames(),
            "), along which the backfill walks: rows would be met again or passed over. The batch "
            "was rolled back; disable the trigger, or update the table in one statement"));
      }
      if (!IsTransient(postgres::SqlState(done.status())) || attempt >= request_.retries) {
        return Annotate(done.status(), absl::StrCat("backfilling ", table_,
                                                    " (finished batches are kept; run it again "
                                                    "to continue)"));
      }
      Sleep(std::min(5000, 50 << std::min(attempt, 7)));
    }
  }

  postgres::Connection& connection_;
  const BackfillRequest& request_;
  std::string table_;
  std::string state_;
  std::string id_;
  std::string describe_;
  std::vector<KeyColumn> key_;
  bool begun_ = false;  // a place is recorded
  std::string seen_;    // it, as text
  BackfillResult result_;
};

}  // namespace

absl::StatusOr<BackfillResult> RunBackfill(postgres::Connection& connection,
                                           const BackfillRequest& request) {
  return Backfill(connection, request).Run();
}

}  // namespace autogen::apply
