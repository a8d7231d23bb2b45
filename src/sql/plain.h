// The plainest types and expressions, recognised without libpg_query: a model of 2,000 columns has
// 5,000 fragments, and nearly all of them are "integer", "now()" or "(a >= 0)".
#ifndef AUTOGEN_SQL_PLAIN_H_
#define AUTOGEN_SQL_PLAIN_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "src/sql/references.h"

namespace autogen::sql {

// True only for texts that certainly are one type, or one value expression, of PostgreSQL 13 and
// up; false is no evidence. `mentions`, where given, gets what FindReferences() would find,
// unsorted and with repeats; it is left in any state where the answer is false.
bool IsPlainType(absl::string_view text, std::vector<Reference>* mentions);
bool IsPlainExpression(absl::string_view text, std::vector<Reference>* mentions);

}  // namespace autogen::sql

#endif  // AUTOGEN_SQL_PLAIN_H_
