#include "src/lint/rules/rules.h"

namespace autogen::lint::rules {

// Found while the file is read: see read.h.
Rule Syntax() {
  return {
      .name = "syntax",
      .meaning = "a statement or directive that cannot be parsed",
      .why =
          "The server would refuse it, or the parser does not know it yet: its grammar is that of "
          "PostgreSQL "
          "15, with the definitions of 16 to 18. The rest of the file is judged anyway. Of a "
          "script that "
          "was proved on a server nothing is reported here: see opaque.",
      .fix = "Correct it at the place that is named, or run `autogen verify`, which asks a server.",
      .documentation = "https://www.postgresql.org/docs/current/sql-commands.html",
      .severity = report::Severity::kError,
      .bad = {"ALTER TABLE tasks ADD COLUM title text;",
              "CREATE TABLE a (x int);\nSELEC 1;\nCREATE TABLE b (x int);", "SELECT 'never closed;",
              "-- autogen: allow\nSELECT 1;"},
      .good = {"\\set table tasks\nALTER TABLE :table ADD COLUMN title text;",
               "ALTER TABLE tasks ADD CONSTRAINT there NOT NULL title NOT VALID;",
               "COPY tasks (id) FROM stdin;\n1\nit's\n\\.\nSELECT 1;"},
  };
}

}  // namespace autogen::lint::rules
