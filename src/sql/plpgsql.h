// The bodies of PL/pgSQL, by libpg_query's parser for them.
#ifndef AUTOGEN_SQL_PLPGSQL_H_
#define AUTOGEN_SQL_PLPGSQL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// The expressions whose texts a PL/pgSQL function, procedure or DO block runs as SQL: EXECUTE, FOR
// … IN EXECUTE, RETURN QUERY EXECUTE, OPEN … FOR EXECUTE. In the order of the body. Empty for
// another statement, for a body that the parser refuses, and for one of unusual size.
std::vector<std::string> DynamicQueries(absl::string_view statement);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_PLPGSQL_H_
