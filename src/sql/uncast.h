// An expression without its casts and parentheses.
#ifndef AUTOGEN_SQL_UNCAST_H_
#define AUTOGEN_SQL_UNCAST_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// The tokens of `text` with a blank between them, without comments, parentheses and `::type`. Two
// texts for which this is the same may be one expression in two of PostgreSQL's forms; others
// are not. The text itself where it cannot be scanned.
std::string WithoutCasts(absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_UNCAST_H_
