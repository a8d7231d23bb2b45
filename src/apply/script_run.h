// One script in one direction, as the runner takes it, and the steps it runs in.
#ifndef AUTOGEN_APPLY_SCRIPT_RUN_H_
#define AUTOGEN_APPLY_SCRIPT_RUN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/impact/dialect.h"
#include "src/impact/impact.h"
#include "src/sql/statement.h"

namespace autogen::apply {

enum class Direction { kUpgrade, kDowngrade };
absl::string_view DirectionName(Direction direction);  // "upgrade", "downgrade": as in the ledger

// -- autogen: assert "SELECT …" "message"
struct Assertion {
  std::string query;
  std::string message;
  int line = 0;
  size_t before = 0;  // runs before this statement; statements.size(): after the last
};

struct ScriptRun {
  std::string revision;
  std::string title;
  std::string path;
  Direction direction = Direction::kUpgrade;
  std::string checksum;  // SHA-256 of the script
  // Statements are set together with what they do.
  void SetStatements(std::vector<sql::Statement> of_script,
                     const impact::Dialect& dialect = impact::DefaultDialect());
  std::vector<sql::Statement> statements;  // `line` counts in the file
  std::vector<impact::Impact> impacts;     // what each of them does, found without a catalog
  std::vector<Assertion> assertions;
  // -- autogen: no-transaction
  bool no_transaction = false;
  // -- autogen: step: the statements that begin one, in ascending order.
  std::vector<size_t> step_starts;
  // Rows of the version table to delete and to insert, once the script has run.
  std::vector<std::string> remove;
  std::vector<std::string> add;
};

// Statements [begin, end) of a script that run, and are recorded, together: in a transaction, or
// (exactly one statement) outside of any.
struct Step {
  size_t begin = 0;
  size_t end = 0;
  bool alone = false;
  std::string checksum;  // SHA-256 of its statements
  // Of each of its statements: a part of ScriptRun::impacts, which must live as long.
  absl::Span<const impact::Impact> impacts;
  // Of the only statement, where `alone`.
  const impact::Impact& impact() const { return impacts.front(); }
};

// One step that is not `alone` for nearly every script; at least one. A statement that cannot run
// in a transaction is a step of its own; "-- autogen: step" begins one; ALTER TYPE … ADD VALUE ends
// one, since the label cannot be used before commit; with no_transaction every statement is a step.
// InvalidArgument, with path and line: transaction control, COPY from or to the client, a
// CONCURRENTLY index without a name (nothing could tell after an interruption whether it was
// built), what takes the run's lock or its right to write (see TakesFromRun), and what a step
// leaves in its session that could not be had again for the next one (a temporary table; see
// CheckCarried).
absl::StatusOr<std::vector<Step>> SplitIntoSteps(const ScriptRun& script);

// FailedPrecondition: why a script of these steps (several, or one that is alone) cannot share one
// transaction with others.
absl::Status SingleTransactionError(const ScriptRun& script, const std::vector<Step>& steps);

// "versions/x.sql:12".
std::string Place(const ScriptRun& script, size_t statement);

// The start of a statement on one line, for messages, reports and the ledger: secrets in it are
// masked (see src/sql/mask.h).
std::string Excerpt(absl::string_view statement, size_t length = 120);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_SCRIPT_RUN_H_
