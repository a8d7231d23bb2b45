// SQLite's side of the seam between scripts and SQL: a script's text taken apart.
#ifndef AUTOGEN_SQLITE_SCAN_H_
#define AUTOGEN_SQLITE_SCAN_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/sql/scan.h"
#include "src/sql/statement.h"

namespace autogen::sqlite {

// The tokens with the comments between them, in order; they point into `text`. InvalidArgument as
// Tokenize().
absl::StatusOr<std::vector<sql::Token>> ScanScript(absl::string_view text);

// Nothing but blanks, comments and semicolons.
bool IsBlankScript(absl::string_view text);

// The statements that a run executes. What stands around them for the sqlite3 shell is left out,
// since a run does the same itself: ".bail on", "PRAGMA foreign_keys = OFF" and BEGIN in front,
// COMMIT and "PRAGMA foreign_keys = ON" at the end. InvalidArgument begins with the place: another
// command of the shell; PRAGMA foreign_keys elsewhere, which does nothing inside a transaction.
absl::StatusOr<std::vector<sql::Statement>> SplitScript(absl::string_view script);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_SCAN_H_
