// Comments of scripts and of printed SQL: names, messages and a server's words stand there as text
// that can be nothing else.
#ifndef AUTOGEN_SQL_COMMENT_H_
#define AUTOGEN_SQL_COMMENT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/sql/scan.h"

namespace autogen::sql {

// `text` as it may stand behind "-- ": one line for PostgreSQL, for psql and for every editor, and
// never a directive. What ends a line or cannot be seen is escaped (see Printable()).
std::string CommentText(absl::string_view text);

// "-- text\n".
std::string Comment(absl::string_view text);

// A directive of a script as a line of its own: -- autogen: name "word" "word". A word may hold any
// bytes: \" and \\ stand for themselves, \n for a line end, \xff for a byte.
std::string Directive(absl::string_view name, absl::Span<const std::string> words);

// Takes a quoted word, as Directive() writes it, and the blanks behind it off the front of `text`;
// nothing where there is none.
std::optional<std::string> TakeDirectiveWord(absl::string_view& text);

// That `script` holds exactly these statements, byte for byte and in this order, and exactly these
// lines of directives (without a line end). InvalidArgument names the first that differs.
absl::Status CheckHolds(absl::string_view script, absl::Span<const std::string> statements,
                        absl::Span<const std::string> directives);

// The same of texts that were taken apart already; `what` they are: "statement".
absl::Status CheckSame(absl::string_view what, absl::Span<const std::string> found,
                       absl::Span<const std::string> wanted);
// The lines of directives among the tokens of a script.
std::vector<std::string> DirectivesAmong(absl::Span<const Token> tokens);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_COMMENT_H_
