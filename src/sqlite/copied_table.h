// Tables of a script that are rebuilt, found in its text.
#ifndef AUTOGEN_SQLITE_COPIED_TABLE_H_
#define AUTOGEN_SQLITE_COPIED_TABLE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {

struct ReadStatement {
  absl::string_view text;
  std::vector<Token> tokens;  // none: it could not be read
};

struct CopiedTable {
  std::string table;
  size_t renamed_at = 0;  // the statement that gives the copy its name
  // The script fails where the table has a column beside those that it names; of these, the ones
  // that are not copied.
  bool known = false;
  std::vector<std::string> lost;
};

// By the statement that drops the old table. Before it the script has created another table, put
// every row of the old one into it (INSERT INTO … SELECT … FROM, without anything that leaves rows
// out), and compared how many there are; behind it that table gets the name.
std::map<size_t, CopiedTable> FindCopiedTables(absl::Span<const ReadStatement> statements);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_COPIED_TABLE_H_
