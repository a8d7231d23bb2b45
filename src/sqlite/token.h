// SQLite's SQL as tokens.
#ifndef AUTOGEN_SQLITE_TOKEN_H_
#define AUTOGEN_SQLITE_TOKEN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace autogen::sqlite {

struct Token {
  enum class Kind {
    kWord,    // a keyword or a name without quotes
    kQuoted,  // "a", `a`, [a]: a name; in double quotes also a string, where no column has the name
    kString,  // 'a'
    kBlob,    // x'00'
    kNumber,  // 1, 0x1f, 1.5e3
    kVariable,  // ?1, :a, @a, $a, #1
    kOperator,  // also parentheses, commas, semicolons
  };
  Kind kind = Kind::kOperator;
  absl::string_view text;  // of the text that was scanned
  size_t offset = 0;

  size_t end() const { return offset + text.size(); }
  // A keyword, or one of its names, in whatever case; an operator. `word` is not empty.
  bool Is(absl::string_view word) const {
    // Nearly all differ in their length or first letter.
    return text.size() == word.size() && (text.front() | 0x20) == (word.front() | 0x20) &&
           (kind == Kind::kWord || kind == Kind::kOperator) && absl::EqualsIgnoreCase(text, word);
  }
};

// Blanks and comments are left out. InvalidArgument begins with the place: "line 3:14: …".
// Source: sqlite3GetToken() in tokenize.c.
absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view sql);

// "3:14", counted from 1, columns in characters.
std::string PlaceOf(absl::string_view text, size_t offset);

// The name that a word, a quoted name or a string stands for.
std::string NameOf(const Token& token);

// Words that are no names unless they are quoted (parse.y: those without a fallback to ID).
bool IsReserved(absl::string_view word);
// Words that a canonical text has in upper case: the reserved ones and those that an expression or
// a statement gives a meaning ("LIKE", "CAST", "ROWS").
bool IsKeyword(absl::string_view word);

// As SQL writes a name or a string. A name is quoted where it must be.
std::string QuoteName(absl::string_view name);
std::string QuoteString(absl::string_view text);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_TOKEN_H_
