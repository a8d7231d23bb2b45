// A second connection that watches the first: who blocks it, how far it is, and which transactions
// are old.
#ifndef AUTOGEN_APPLY_MONITOR_H_
#define AUTOGEN_APPLY_MONITOR_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// Another session that blocks this one.
struct Blocker {
  int64_t pid = 0;
  std::string application;
  std::string user;
  std::string client;    // address, "local" for a socket
  std::string state;     // "active", "idle in transaction"
  double age_s = 0;      // of its transaction
  std::string query;     // the current or the last one
  std::string relation;  // where it is known
};
// "pid 4711 (app@10.0.0.7 by alice, idle in transaction for 12 s on public.tasks): SELECT …".
std::string Describe(const Blocker& blocker);

struct Progress {
  std::string phase;  // "building index: scanning table"; "" where the server reports none
  int64_t done = 0;
  int64_t total = 0;  // 0: unknown
  std::string unit;   // "blocks"
};

class Monitor {
 public:
  // Connects when it is first asked something; where that fails (too many connections) it stays
  // without answers: the run continues without them.
  explicit Monitor(postgres::ConnectOptions options);

  // `pid` is the server's own process; a pooler's word for it will not do.
  // The sessions that `pid` waits for, the oldest first.
  std::vector<Blocker> BlockersOf(int64_t pid);
  // From pg_stat_progress_create_index, _cluster, _vacuum, _copy, _analyze.
  Progress ProgressOf(int64_t pid);
  // Runs something that is not waited for long, and may fail.
  void Run(const std::string& sql) { Query(sql).IgnoreError(); }

 private:
  absl::StatusOr<postgres::Result> Query(const std::string& sql);
  postgres::ConnectOptions options_;
  std::unique_ptr<postgres::Connection> connection_;
  bool failed_ = false;
};

// Transactions of other sessions in `connection`'s database that are older than `age_s` and hold a
// lock on one of `relations` (as SQL writes them); with no relations all of them, `relation` left
// empty. None where the query fails.
std::vector<Blocker> OldTransactions(postgres::Connection& connection, int age_s,
                                     absl::Span<const std::string> relations);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_MONITOR_H_
