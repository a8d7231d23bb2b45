// Statements that are watched while they run.
#ifndef AUTOGEN_POSTGRES_WATCHED_H_
#define AUTOGEN_POSTGRES_WATCHED_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "src/postgres/answer.h"
#include "src/postgres/connection.h"

namespace autogen::postgres {

struct BatchHooks {
  std::function<void(size_t)> started;
  std::function<void(size_t, const Result&)> done;
  // Whether the end of a statement must be known at once, not only with that of a later one: it
  // costs a wake-up of either side. Empty: always.
  std::function<bool(size_t)> prompt;
  Tick tick;
};

struct BatchError {
  absl::Status status;
  size_t index = 0;  // of the statement that failed
  int line = 0;      // the line in it, from 1; 0: unknown
};

// Runs `statements` one after another in one round trip; they are in no transaction unless BEGIN
// and COMMIT are among them. The first error ends it: the rest, a COMMIT too, is not run, and a
// transaction stays open in its failed state.
BatchError RunBatch(Connection& connection, absl::Span<const std::string> statements,
                    const BatchHooks& hooks);

// One statement by the simple protocol: the only way for those that cannot run in a transaction.
BatchError RunAlone(Connection& connection, const std::string& statement, const BatchHooks& hooks);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_WATCHED_H_
