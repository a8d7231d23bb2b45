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
// meta-commands and COPY … FROM stdin data are an error. InvalidArgument begins with the
// place: "line 3:14: unterminated …", or "line 3: …".
absl::StatusOr<std::vector<Statement>> SplitStatements(absl::string_view script);

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
};
StatementClass Classify(absl::string_view statement);

// True where the text holds only blanks, comments and semicolons.
bool IsBlank(absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_STATEMENT_H_
