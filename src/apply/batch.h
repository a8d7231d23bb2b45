// Statements sent at once, watched while they run.
#ifndef AUTOGEN_APPLY_BATCH_H_
#define AUTOGEN_APPLY_BATCH_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

struct BatchHooks {
  std::function<void(size_t)> started;
  std::function<void(size_t, const postgres::Result&)> done;
  // Whether the end of a statement must be known at once, not only with that of a later one: it
  // costs a wake-up of either side. Empty: always.
  std::function<bool(size_t)> prompt;
  // Called about every 100 ms and after a signal; false cancels the running statement.
  std::function<bool()> tick;
};

struct BatchError {
  absl::Status status;
  size_t index = 0;  // of the statement that failed
  int line = 0;      // the line in it, from 1; 0: unknown
};

// Runs `statements` one after another in one round trip; they are in no transaction unless BEGIN
// and COMMIT are among them. The first error ends it: the rest, a COMMIT too, is not run, and a
// transaction stays open in its failed state.
BatchError RunBatch(postgres::Connection& connection, absl::Span<const std::string> statements,
                    const BatchHooks& hooks);

// One statement by the simple protocol: the only way for those that cannot run in a transaction.
BatchError RunAlone(postgres::Connection& connection, const std::string& statement,
                    const BatchHooks& hooks);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_BATCH_H_
