// Connection poolers (PgBouncer and its like) between us and the server: which kind, if any.
#ifndef AUTOGEN_POSTGRES_POOLER_H_
#define AUTOGEN_POSTGRES_POOLER_H_

#include <string>

#include "absl/status/statusor.h"
#include "src/postgres/connection.h"

namespace autogen::postgres {

// DetectPooling() for a connection of which a pooler was noticed: its start-up was refused as
// poolers do, or pg_backend_pid() is not what the start-up said. `connection` is idle, and so it is
// afterwards. `options` are those that it was opened with: a second connection is opened, holds a
// transaction, and what `connection` reads meanwhile tells the modes apart. kSession only where
// nothing speaks against it; kTransaction, for which nothing is left to chance, also where it
// is unknown.
absl::StatusOr<Pooling> DetectPooling(Connection& connection, const ConnectOptions& options);

// pg_backend_pid(): behind a pooler another one than Connection::backend_pid().
absl::StatusOr<int64_t> ServerPid(Connection& connection);

// Exec() that waits no longer: DeadlineExceeded, and the connection is still waiting then. A
// pooler that has no server free lets a client wait.
absl::StatusOr<Result> ExecWithin(Connection& connection, const std::string& sql, int timeout_ms);

// "transaction": for messages.
absl::string_view PoolingName(Pooling pooling);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_POOLER_H_
