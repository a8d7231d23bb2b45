// What pg_dump writes: statements, and among them what only psql reads.
#ifndef AUTOGEN_SQL_DUMP_H_
#define AUTOGEN_SQL_DUMP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::sql {

struct Dump {
  // The text with blanks for what psql reads; every line keeps its number.
  std::string script;
  // It has pg_dump's header.
  bool from_pg_dump = false;
  // Whose rows stand in COPY … FROM stdin, as the statements name them.
  std::vector<std::string> copied;
};

// Takes \restrict and \unrestrict, \connect behind CREATE DATABASE, and COPY … FROM stdin with its
// rows. InvalidArgument ("line 3: …") names any other command of psql, and rows without an end. Any
// text without these comes back as it is; quotes are understood as with
// standard_conforming_strings. The work is linear in the text.
absl::StatusOr<Dump> ReadDump(absl::string_view text);

enum class DumpPart {
  kSchema,
  kRows,      // INSERT, REFRESH, large objects and the transactions around them
  kDatabase,  // says something of the database as a whole
};

// What a statement of a dump is about.
DumpPart PartOf(absl::string_view statement);

// The relation that INSERT, COPY or REFRESH names, as it is written; "" of another statement.
std::string TableOf(absl::string_view statement);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_DUMP_H_
