// CREATE FUNCTION and CREATE PROCEDURE as texts: what stands between the quotes of AS.
#ifndef AUTOGEN_SQL_ROUTINE_H_
#define AUTOGEN_SQL_ROUTINE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// A statement that creates or replaces a routine whose body is one string (not a standard-SQL body,
// not LANGUAGE c with a library).
struct QuotedRoutine {
  std::string language;  // folded as PostgreSQL does; "" where it is not said
  // As written. "" for a procedure, a set, RETURNS TABLE, and where only OUT arguments say it.
  std::string returns;
  bool has_out_arguments = false;  // OUT, INOUT or RETURNS TABLE
  bool leakproof = false;
  std::string body;
  // Bytes [begin, end) of the statement: the body's literal.
  size_t begin = 0;
  size_t end = 0;
};

// Nothing for every other statement.
std::optional<QuotedRoutine> FindQuotedRoutine(absl::string_view statement);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_ROUTINE_H_
