// PostgreSQL's keywords that may not stand as a plain name everywhere.
#ifndef AUTOGEN_SQL_KEYWORDS_H_
#define AUTOGEN_SQL_KEYWORDS_H_

#include "absl/strings/string_view.h"

namespace autogen::sql {

// As pg_get_keywords(): kNone covers unreserved keywords and everything else.
enum class Keyword {
  kNone,
  kColumnName,      // a column or table name, no function or type ("between", "int")
  kTypeOrFunction,  // a function or type name, no column ("left", "is")
  kReserved,
};

// Of a word in lower case, by PostgreSQL 18's list (a superset of the older ones).
Keyword KeywordOf(absl::string_view word);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_KEYWORDS_H_
