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

// True where the text holds only blanks, comments and semicolons.
bool IsBlank(absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_STATEMENT_H_
