// The tokens of a piece of SQL, by libpg_query's scanner.
#ifndef AUTOGEN_SQL_SCAN_H_
#define AUTOGEN_SQL_SCAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/sql/keywords.h"

namespace autogen::sql {

struct Token {
  enum class Kind { kIdentifier, kWord, kString, kNumber, kParameter, kOperator, kComment };
  Kind kind;
  // Bytes [start, end) of the text that was scanned.
  size_t start;
  size_t end;
  absl::string_view text;
  // kWord is a bare keyword of the grammar, of any class, in whatever case it was written;
  // kIdentifier a bare name or "quoted" one. `word` is the bare text of either in lower case,
  // empty for a quoted one.
  std::string word;

  bool Is(absl::string_view lower_case_word) const { return word == lower_case_word; }
  bool IsChar(char c) const { return kind == Kind::kOperator && text.size() == 1 && text[0] == c; }
  // "-- …", as against /* … */.
  bool IsLineComment() const { return kind == Kind::kComment && text[0] == '-'; }
};

// The tokens, comments among them, in order; they point into `text`. InvalidArgument for an
// unterminated quote, comment or the like, with SyntaxPosition(). Numbers in the forms of
// PostgreSQL 16 (0x1F, 1_000) are known. The work is linear in the text.
absl::StatusOr<std::vector<Token>> Scan(absl::string_view text);

// An InvalidArgument that carries the 1-based character of `text` where it went wrong; 0 where it
// does not say. The message does not repeat it.
absl::Status SyntaxError(absl::string_view message, int position);
int SyntaxPosition(const absl::Status& status);
// The 1-based character of a byte.
int CharacterAt(absl::string_view text, size_t byte);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_SCAN_H_
