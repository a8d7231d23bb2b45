// One form for texts that mean the same. SQLite keeps what was typed, where PostgreSQL prints a
// form of its own; so these are compared, stored in a Schema and written into scripts by tokens.
#ifndef AUTOGEN_SQLITE_CANONICAL_H_
#define AUTOGEN_SQLITE_CANONICAL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {

// The names that an expression of one table can use.
struct Scope {
  std::vector<std::string> columns;
  // Whether the expression sees nothing else, so that "x" in double quotes is a string where there
  // is no such column (section "Double-quoted String Literals Are Accepted" of quirks.html).
  bool closed = true;
};

// Keywords in upper case, names of `scope` as they are there, other words in lower case; quotes
// only where a name needs them; "<>" and "=" for "!=" and "=="; one blank where one is needed. No
// parentheses around the whole.
std::string CanonicalExpression(absl::Span<const Token> tokens, const Scope& scope);

// Of a whole statement, a query or the body of a trigger: the same, names as they are written.
std::string CanonicalStatement(absl::Span<const Token> tokens);

// "VARCHAR(20)": the words of a declared type in upper case.
std::string CanonicalType(absl::Span<const Token> tokens);

// What a column of a declared type prefers: INTEGER, TEXT, BLOB, REAL or NUMERIC.
// Source: section 3.1 of datatype3.html.
absl::string_view AffinityOf(absl::string_view type);

// Whether `text` can stand behind DEFAULT without parentheses: a literal, a signed number, or
// CURRENT_TIME, CURRENT_DATE, CURRENT_TIMESTAMP.
bool IsPlainDefault(absl::string_view canonical);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_CANONICAL_H_
