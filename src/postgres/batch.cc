#include "src/postgres/batch.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/postgres/error.h"

namespace autogen::postgres {

namespace {

// What this much SQL makes may be worth another plan.
constexpr size_t kMuchSql = 64 << 10;

}  // namespace

void KeptPlans::Note(absl::string_view sql) {
  other_sql += sql.size();
  if (on && !stale) {
    const std::string upper = absl::AsciiStrToUpper(sql);
    const size_t discard = upper.find("DISCARD");  // … ALL
    stale = absl::StrContains(upper, "DEALLOCATE") ||
            (discard != std::string::npos && upper.find("ALL", discard) != std::string::npos);
  }
}

Batch::Batch(Connection& connection, Tick tick)
    : session_(connection), tick_(std::move(tick)), connection_(connection.raw()) {
  KeptPlans& kept = connection.kept_plans();
  if (kept.stale || (!kept.names.empty() && kept.other_sql > kMuchSql)) {
    (void)connection.Exec("DEALLOCATE ALL");
    kept.names.clear();
    kept.stale = false;
  }
  if (kept.names.empty()) kept.other_sql = 0;
  if ((tick_ && PQsetnonblocking(connection_, 1) != 0) || PQenterPipelineMode(connection_) != 1) {
    error_ = session_.Failure(nullptr, "");
  }
}

// A blocking connection reads what has arrived while it waits to write: no deadlock however much we
// send.
void Batch::Add(std::string query) {
  session_.kept_plans().Note(query);
  queries_.push_back(std::move(query));
  prepared_.push_back(false);
  if (!error_.ok()) return;
  const Wait wait(*session_.activity());
  Sent(PQsendQueryParams(connection_, queries_.back().c_str(), 0, nullptr, nullptr, nullptr,
                         nullptr, 0) == 1);
}

void Batch::AddKept(std::string query) {
  KeptPlans& kept = session_.kept_plans();
  if (!kept.on) return Add(std::move(query));
  auto [it, fresh] = kept.names.try_emplace(query, absl::StrCat("autogen_", kept.names.size()));
  queries_.push_back(std::move(query));
  prepared_.push_back(fresh);
  if (!error_.ok()) return;
  const char* name = it->second.c_str();
  Sent((!fresh || PQsendPrepare(connection_, name, queries_.back().c_str(), 0, nullptr) == 1) &&
       PQsendQueryPrepared(connection_, name, 0, nullptr, nullptr, nullptr, 0) == 1);
}

void Batch::Sent(bool sent) {
  if (sent) return;
  error_ = session_.Failure(nullptr, "");
  failed_ = queries_.size() - 1;
}

void Batch::Request() {
  if (error_.ok()) Sent(PQsendFlushRequest(connection_) == 1);
}

void Batch::Flush() {
  if (error_.ok() && PQflush(connection_) < 0) error_ = session_.Failure(nullptr, "");
}

void Batch::End() {
  if (ended_) return;
  ended_ = true;
  requested_ = queries_.size();
  const Wait wait(*session_.activity());
  synced_ = PQpipelineSync(connection_) == 1;
  if (!synced_ && error_.ok()) error_ = session_.Failure(nullptr, "");
}

absl::StatusOr<Result> Batch::Next() {
  const size_t i = answered_++;
  if (error_.ok() && requested_ <= i) {
    if (PQsendFlushRequest(connection_) != 1) error_ = session_.Failure(nullptr, "");
    requested_ = queries_.size();
    Flush();
  }
  if (!error_.ok()) return error_;
  const Wait wait(*session_.activity());
  Result answer;
  bool answered = false;
  for (int answers = prepared_[i] ? 2 : 1; answers > 0; --answers) {
    while (PGresult* raw = NextAnswer(connection_, tick_)) {
      Result result(raw);
      if (IsCopy(raw)) {
        PQreset(connection_);  // nothing less ends a COPY in a pipeline
        synced_ = false;
        error_ = CopyError();
        break;
      }
      if (Succeeded(raw)) {
        answered = true;
        answer = std::move(result);
      } else if (error_.ok()) {
        error_ = session_.Failure(raw, tick_ ? "" : queries_[i]);
        failed_line_ = ErrorLine(raw, queries_[i]);
      }
    }
  }
  if (error_.ok() && (!answered || !session_.alive())) {
    error_ = session_.Failure(nullptr, queries_[i]);
  }
  if (error_.ok()) return answer;
  failed_ = i;
  return error_;
}

absl::Status Batch::Finish(size_t* failed) {
  if (connection_ == nullptr) return error_;
  End();
  while (error_.ok() && answered_ < queries_.size()) (void)Next();
  const Wait wait(*session_.activity());
  // Up to the sync: after an error, every later query answers "aborted".
  while (synced_ && PQstatus(connection_) == CONNECTION_OK) {
    PGresult* raw = NextAnswer(connection_, tick_);
    synced_ = PQresultStatus(raw) != PGRES_PIPELINE_SYNC;
    PQclear(raw);
  }
  if (PQexitPipelineMode(connection_) != 1 && error_.ok()) {
    error_ = session_.Failure(nullptr, "");
  }
  if (tick_) PQsetnonblocking(connection_, 0);
  connection_ = nullptr;
  if (!error_.ok() && !session_.kept_plans().names.empty()) session_.kept_plans().stale = true;
  if (!error_.ok() && failed != nullptr) *failed = failed_;
  return error_;
}

}  // namespace autogen::postgres
