// What SQLite's statements do, as data (src/impact/impact.h).
#ifndef AUTOGEN_SQLITE_IMPACTS_H_
#define AUTOGEN_SQLITE_IMPACTS_H_

#include <vector>

#include "absl/types/span.h"
#include "src/impact/dialect.h"
#include "src/impact/impact.h"
#include "src/sql/statement.h"

namespace autogen::sqlite {

// Of the statements of one script, in their order. A table that is rebuilt (created under another
// name, filled with every row, dropped, renamed) counts as rewritten and not as dropped; the
// columns that its copy leaves out are lost. Which columns it had is believed where the script
// itself fails otherwise (rebuild.h), else it is unsure.
// Source: lang.html and its pages.
std::vector<impact::Impact> FindImpacts(absl::Span<const sql::Statement> statements);

const impact::Dialect& SqliteDialect();

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_IMPACTS_H_
