#include "src/postgres/batch.h"

#include <utility>

#include "src/postgres/error.h"

namespace autogen::postgres {

Batch::Batch(Connection& connection) : connection_(connection.raw()) {
  if (PQenterPipelineMode(connection_) != 1) error_ = ResultError(connection_, nullptr, "");
}

void Batch::Add(std::string query) {
  queries_.push_back(std::move(query));
  if (!error_.ok()) return;
  // A blocking connection reads what has arrived while it waits to write: no deadlock however much
  // we send.
  if (PQsendQueryParams(connection_, queries_.back().c_str(), 0, nullptr, nullptr, nullptr, nullptr,
                        0) != 1) {
    error_ = ResultError(connection_, nullptr, "");
    failed_ = queries_.size() - 1;
  }
}

void Batch::Flush() {
  if (error_.ok() && PQflush(connection_) < 0) error_ = ResultError(connection_, nullptr, "");
}

void Batch::End() {
  if (ended_) return;
  ended_ = true;
  requested_ = queries_.size();
  synced_ = PQpipelineSync(connection_) == 1;
  if (!synced_ && error_.ok()) error_ = ResultError(connection_, nullptr, "");
}

absl::StatusOr<Result> Batch::Next() {
  const size_t i = answered_++;
  if (error_.ok() && requested_ <= i) {
    if (PQsendFlushRequest(connection_) != 1) error_ = ResultError(connection_, nullptr, "");
    requested_ = queries_.size();
    Flush();
  }
  if (!error_.ok()) return error_;
  Result answer;
  bool answered = false;
  while (PGresult* raw = PQgetResult(connection_)) {
    Result result(raw);
    if (Succeeded(raw)) {
      answered = true;
      answer = std::move(result);
    } else if (error_.ok()) {
      error_ = ResultError(connection_, raw, queries_[i]);
    }
  }
  if (error_.ok() && !answered) error_ = ResultError(connection_, nullptr, queries_[i]);
  if (error_.ok()) return answer;
  failed_ = i;
  return error_;
}

absl::Status Batch::Finish(size_t* failed) {
  if (connection_ == nullptr) return error_;
  End();
  while (error_.ok() && answered_ < queries_.size()) (void)Next();
  // Up to the sync: after an error, every later query answers "aborted".
  while (synced_ && PQstatus(connection_) == CONNECTION_OK) {
    PGresult* raw = PQgetResult(connection_);
    synced_ = PQresultStatus(raw) != PGRES_PIPELINE_SYNC;
    PQclear(raw);
  }
  if (PQexitPipelineMode(connection_) != 1 && error_.ok()) {
    error_ = ResultError(connection_, nullptr, "");
  }
  connection_ = nullptr;
  if (!error_.ok() && failed != nullptr) *failed = failed_;
  return error_;
}

}  // namespace autogen::postgres
