// A table rebuilt, with its rows.
#ifndef AUTOGEN_SQLITE_REBUILD_H_
#define AUTOGEN_SQLITE_REBUILD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "autogen/table.pb.h"

namespace autogen::sqlite {

// The table of a script whose CHECKs fail, and end it, where something is not as it must be. Each
// of these is one statement.
inline constexpr absl::string_view kChecks = "autogen_checks";
std::string CreateChecks();
// `table` has no column but these and generated ones: a copy would leave it out, with its values.
std::string CheckColumns(absl::string_view table, const std::vector<std::string>& columns);
// Both hold as many rows.
std::string CheckRows(absl::string_view table, absl::string_view copy);

// Look at the columns, new, copy, compare the number of rows, drop, rename: the order of section 7
// of lang_altertable.html, in which no other table's REFERENCES is rewritten. Foreign keys must be
// off. rowids are kept where the table has no column for them, and what AUTOINCREMENT has given
// out. A NULL in a column that becomes NOT NULL takes its default. `temporary` is a name that is
// free. Indexes, triggers and views are the caller's.
std::vector<std::string> RebuildTable(const Table& before, const Table& after,
                                      absl::string_view temporary);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_REBUILD_H_
