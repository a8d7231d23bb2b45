// Scripts into statements, and what kind each statement is.
#ifndef AUTOGEN_SQL_STATEMENT_H_
#define AUTOGEN_SQL_STATEMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::sql {

// One statement of a script. `text` is without leading blanks and comments and without the
// last semicolon; `comment` is the run of comment lines directly before it (may be empty);
// `offset` is the byte and `line` the 1-based line where `text` starts.
struct Statement {
  std::string text;
  std::string comment;
  size_t offset = 0;
  int line = 0;
};

// Splits as PostgreSQL's parser does (quotes, dollar quotes, nested comments, BEGIN ATOMIC … END);
// where the text has syntax newer than libpg_query's grammar, by its scanner. psql's
// meta-commands and COPY from or to the client are an error. InvalidArgument begins with the
// place where that is known: "line 3:14: unterminated …", or "line 3: …".
absl::StatusOr<std::vector<Statement>> SplitStatements(absl::string_view script);

// What a statement leaves in its session once its transaction is over.
struct SessionEffect {
  enum class Kind {
    kNothing,
    kSettings,  // SET, RESET, SELECT set_config(…, false) of what can be evaluated again
    kObjects,   // what saying it again does not bring back: see `what`
    kCode,      // it runs functions or a block: it may leave anything
    kTriggers,  // the same where there are triggers, or other code that it does not name
  };
  Kind kind = Kind::kNothing;
  std::string what;  // kObjects: "a temporary table", for messages
  // The setting that SET or RESET names, in lower case; "" for the others and for RESET ALL.
  std::string setting;
  // Holds until the end of the transaction: SET LOCAL, set_config(…, true), ON COMMIT DROP.
  bool local = false;
  // Of the transaction itself: SET TRANSACTION, SET CONSTRAINTS.
  bool transaction_mode = false;
  // DISCARD ALL: of what came before, nothing is left.
  bool discards_all = false;
};

// What the apply stage must know about one statement.
struct StatementClass {
  // The parse node ("IndexStmt", "AlterTableStmt"), or "" where the grammar did not know it.
  std::string node;
  // Cannot run in a transaction block: CREATE/DROP INDEX CONCURRENTLY, REINDEX CONCURRENTLY,
  // VACUUM, CREATE/DROP DATABASE, ALTER SYSTEM, CREATE/DROP TABLESPACE, DETACH PARTITION
  // CONCURRENTLY, CREATE SUBSCRIPTION with a slot, …
  bool no_transaction = false;
  // BEGIN, COMMIT, ROLLBACK, SAVEPOINT, …: not allowed in a script.
  bool transaction_control = false;
  // ALTER TYPE … ADD VALUE: its label cannot be used before commit.
  bool adds_enum_value = false;
  // For CONCURRENTLY steps: the index concerned, as written (schema may be empty).
  bool concurrently = false;
  std::string index_schema;
  std::string index_name;
  std::string relation_schema;
  std::string relation_name;
  // DETACH PARTITION … CONCURRENTLY: the partition; relation_… is its parent.
  std::string partition_schema;
  std::string partition_name;
  // COPY that reads from the client or writes to it.
  bool copies_client = false;
  // Builds an index, checks or rewrites a whole table by its nature (REFRESH, CLUSTER): takes as
  // long as the table is large.
  bool long_by_nature = false;
  // False where a second run may do again what a first one, cut off, has committed: CALL, DO, and
  // what the grammar does not know. Only for what runs outside a transaction.
  bool repeatable = true;
  SessionEffect session;
};
StatementClass Classify(absl::string_view statement);

// True where the text holds only blanks, comments and semicolons.
bool IsBlank(absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_STATEMENT_H_
