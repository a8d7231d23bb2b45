// What SQLite answers about each kind to the diff.
#ifndef AUTOGEN_SQLITE_RULES_H_
#define AUTOGEN_SQLITE_RULES_H_

#include "src/diff/rules.h"

namespace autogen::sqlite {

// Everything that is on both sides is altered: how a table becomes another is decided once all that
// changes of it is known (table_change.h), not object by object. The order of columns counts.
const diff::Rules& SqliteRules();

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_RULES_H_
