// Queries of one pipeline, sent as they are added.
#ifndef AUTOGEN_POSTGRES_BATCH_H_
#define AUTOGEN_POSTGRES_BATCH_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/postgres/answer.h"
#include "src/postgres/connection.h"

namespace autogen::postgres {

// libpq's pipeline mode ("Pipeline Mode" in its manual) from the first query to the one Sync. The
// server works on what was sent while the caller goes on; answers come in order. Outside an
// explicit transaction the whole batch is one. Until Finish the connection is the batch's alone.
class Batch {
 public:
  // With a `tick` it is called while an answer is waited for, and errors do not name the line of
  // the query: see failed_line().
  explicit Batch(Connection& connection, Tick tick = nullptr);
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() { (void)Finish(); }

  void Add(std::string query);
  // The same for a query that comes again and again: where the connection keeps plans it is planned
  // once (PREPARE), until much else was run in the session.
  void AddKept(std::string query);
  // The server is to tell of the query added last as it ends, not only with a later one.
  void Request();
  // Hands over to the kernel what was added so far.
  void Flush();
  // No query comes after those added: the server may end the batch, without another round trip.
  void End();
  // The answer to the first query that has none yet. After an error, every later one fails with it.
  absl::StatusOr<Result> Next();
  // Ends the batch where it is not, drops answers that nobody took and gives the connection back.
  // The first error; `failed`, where given, is then the index of its query.
  absl::Status Finish(size_t* failed = nullptr);
  bool ok() const { return error_.ok(); }
  // Of the first error: the index of its query, and the line in it from 1 (0: unknown).
  size_t failed() const { return failed_; }
  int failed_line() const { return failed_line_; }

 private:
  void Sent(bool sent);

  Connection& session_;
  Tick tick_;
  PGconn* connection_;  // nullptr: finished
  std::vector<std::string> queries_;
  std::vector<bool> prepared_;  // of queries_: the answer to a PREPARE comes first
  size_t answered_ = 0;
  size_t requested_ = 0;  // queries whose answers the server was asked to flush
  bool ended_ = false;
  bool synced_ = false;  // the Sync is on its way
  absl::Status error_;
  size_t failed_ = 0;
  int failed_line_ = 0;
};

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_BATCH_H_
