// Quoting of identifiers and literals: the only place where a name or value
// becomes SQL. Byte-exact with PostgreSQL's quote_ident() and quote_literal().
#ifndef AUTOGEN_SQL_QUOTE_H_
#define AUTOGEN_SQL_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// As quote_identifier() in ruleutils.c: bare where it is lower case and not a
// keyword (unreserved ones stay bare), else in double quotes.
std::string Ident(absl::string_view name);

// schema.name, each quoted; only the name where schema is empty.
std::string Qualified(absl::string_view schema, absl::string_view name);

// 'text', or E'te\\xt' where it holds a backslash.
std::string Literal(absl::string_view text);

// $tag$text$tag$ with a tag that does not occur in it: for routine bodies.
// Deterministic: $$, then $function$ (or $procedure$ …), then $function1$, …
std::string DollarQuoted(absl::string_view text, absl::string_view tag = "");

// Splits a possibly qualified SQL name ("public.\"Odd\"", "t") into its parts, unquoted and folded
// as PostgreSQL does. Empty on a syntax error.
struct SplitName {
  std::string schema;
  std::string name;
};
SplitName SplitQualified(absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_QUOTE_H_
