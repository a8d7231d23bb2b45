#include "src/apply/monitor.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "src/apply/script_run.h"
#include "src/base/status.h"
#include "src/postgres/pooler.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

constexpr int kPatienceMs = 2500;

constexpr absl::string_view kSession =
    "a.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''), "
    "coalesce(host(a.client_addr), 'local'), coalesce(a.state, ''), "
    "coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0), left(coalesce(a.query, "
    "''), 300)";

std::vector<Blocker> ReadBlockers(const absl::StatusOr<postgres::Result>& result) {
  std::vector<Blocker> blockers;
  if (!result.ok()) return blockers;
  for (int row = 0; row < result->rows(); ++row) {
    auto text = [&](int column) { return std::string(result->Text(row, column)); };
    Blocker blocker{result->Int(row, 0), text(1), text(2), text(3), text(4), 0, text(6), text(7)};
    if (!absl::SimpleAtod(result->Text(row, 5), &blocker.age_s)) blocker.age_s = 0;
    blockers.push_back(std::move(blocker));
  }
  return blockers;
}

}  // namespace

std::string Describe(const Blocker& blocker) {
  std::string out = absl::StrCat("pid ", blocker.pid, " (");
  if (!blocker.application.empty()) absl::StrAppend(&out, blocker.application, ", ");
  absl::StrAppend(&out, blocker.user, "@", blocker.client, ", ",
                  blocker.state.empty() ? "state unknown" : blocker.state,
                  absl::StrFormat(", transaction open for %.0f s", blocker.age_s));
  if (!blocker.relation.empty()) absl::StrAppend(&out, ", on ", blocker.relation);
  absl::StrAppend(&out, ")");
  if (!blocker.query.empty()) absl::StrAppend(&out, ": ", Excerpt(blocker.query, 100));
  return out;
}

Monitor::Monitor(postgres::ConnectOptions options) : options_(std::move(options)) {
  options_.application_name = "autogen monitor";
  options_.settings.clear();
  options_.connect_timeout_s = 5;
}

absl::StatusOr<postgres::Result> Monitor::Query(const std::string& sql) {
  if (connection_ != nullptr && !connection_->alive()) connection_.reset();
  if (connection_ == nullptr) {
    if (failed_) return absl::UnavailableError("no second connection");
    absl::StatusOr<postgres::Connection> opened = postgres::Connection::Open(options_);
    failed_ = !opened.ok();
    if (failed_) return opened.status();
    connection_ = std::make_unique<postgres::Connection>(*std::move(opened));
  }
  // With each query: a pooler's session is not ours to set. And a pooler that has no second server
  // for us must not hold the run up.
  absl::StatusOr<postgres::Result> result =
      postgres::ExecWithin(*connection_,
                           absl::StrCat("SELECT set_config('statement_timeout', '2000', true), "
                                        "set_config('lock_timeout', '500', true); ",
                                        sql),
                           kPatienceMs);
  if (absl::IsDeadlineExceeded(result.status())) {
    connection_.reset();
    failed_ = true;
  }
  return result;
}

std::vector<Blocker> Monitor::BlockersOf(int64_t pid) {
  return ReadBlockers(Query(absl::StrCat(
      "SELECT ", kSession,
      ", coalesce((SELECT w.relation::regclass::text FROM pg_locks w WHERE w.pid = ", pid,
      " AND NOT w.granted AND w.relation IS NOT NULL LIMIT 1), '') FROM pg_stat_activity a WHERE "
      "a.pid = ANY (pg_blocking_pids(",
      pid, ")) ORDER BY a.xact_start")));
}

Progress Monitor::ProgressOf(int64_t pid) {
  const std::string at = absl::StrCat(" WHERE pid = ", pid);
  absl::StatusOr<postgres::Result> result = Query(absl::StrCat(
      "SELECT phase, CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END, "
      "CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END, "
      "CASE WHEN blocks_total > 0 THEN 'blocks' ELSE 'rows' END FROM pg_stat_progress_create_index",
      at,
      " UNION ALL SELECT command || ': ' || phase, heap_blks_scanned, heap_blks_total, 'blocks' "
      "FROM pg_stat_progress_cluster",
      at,
      " UNION ALL SELECT phase, heap_blks_scanned, heap_blks_total, 'blocks' FROM "
      "pg_stat_progress_vacuum",
      at,
      " UNION ALL SELECT phase, sample_blks_scanned, sample_blks_total, 'blocks' FROM "
      "pg_stat_progress_analyze",
      at,
      connection_ != nullptr && connection_->server_version() >= 140000
          ? absl::StrCat(" UNION ALL SELECT command, bytes_processed, bytes_total, 'bytes' FROM "
                         "pg_stat_progress_copy",
                         at)
          : ""));
  Progress progress;
  if (!result.ok() || result->rows() == 0) return progress;
  progress.phase = std::string(result->Text(0, 0));
  progress.done = result->Int(0, 1);
  progress.total = result->Int(0, 2);
  progress.unit = std::string(result->Text(0, 3));
  return progress;
}

std::vector<Blocker> OldTransactions(postgres::Connection& connection, int age_s,
                                     absl::Span<const std::string> relations) {
  const std::string old = absl::StrCat(
      "a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.xact_start < "
      "clock_timestamp() - interval '",
      age_s, " seconds'");
  if (relations.empty()) {
    return ReadBlockers(
        connection.Exec(absl::StrCat("SELECT ", kSession, ", '' FROM pg_stat_activity a WHERE ",
                                     old, " ORDER BY a.xact_start")));
  }
  const std::string list =
      absl::StrJoin(relations, ", ", [](std::string* out, const std::string& relation) {
        absl::StrAppend(out, "to_regclass(", sql::Literal(relation), ")");
      });
  return ReadBlockers(connection.Exec(absl::StrCat(
      "SELECT DISTINCT ON (a.xact_start, a.pid) ", kSession,
      ", l.relation::regclass::text FROM pg_stat_activity a JOIN pg_locks l USING (pid) WHERE ",
      old, " AND l.granted AND l.locktype = 'relation' AND l.relation IN (", list,
      ") ORDER BY a.xact_start, a.pid")));
}

}  // namespace autogen::apply
