// What psql makes of SQL before the server sees it.
#ifndef AUTOGEN_SQL_PSQL_H_
#define AUTOGEN_SQL_PSQL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::sql {

// psql puts the value of its variable x in the place of :x, :'x' and :"x" outside quotes, and
// knows some variables from its start: USER, HOST, PORT. In SQL such a colon stands in the bounds
// of a slice, a[1:x]. Gives `statement` with a blank behind it, which psql leaves alone and which
// means the same to PostgreSQL.
std::string WithoutPsqlVariables(std::string statement);

// A backslash stands in '…' without E: it means itself only while standard_conforming_strings is
// on. psql would take what follows \' for the inside of the literal, and what follows that for a
// command.
bool NeedsStandardStrings(absl::string_view statement);

// `text` with blanks for psql's meta-commands, COPY … TO stdout and COPY … FROM stdin with its
// rows, and a name or literal for each of its variables. Every other byte, and every line, keeps
// its place. The work is linear in the text.
std::string WithoutPsql(absl::string_view text);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_PSQL_H_
