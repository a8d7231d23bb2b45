// Tables OF a composite type. Internal to src/diff.
#ifndef AUTOGEN_DIFF_TYPED_TABLES_H_
#define AUTOGEN_DIFF_TYPED_TABLES_H_

#include "src/diff/draft.h"

namespace autogen::diff {

// Whether `table` is OF `type`.
bool IsOfType(const model::Catalog& catalog, int table, int type);

// Whether a composite type that is altered gets, loses or changes an attribute: more than a comment
// on one.
bool ChangesAttributes(const Draft& d, int type);

// Whether a table that is OF a type afterwards would have its columns in another order than that
// has its attributes, since new columns come last: ALTER TABLE OF refuses it, so the table is
// recreated.
bool HasOtherOrderThanType(const Draft& d, int table);
// The type, where it is the table's on both sides; else -1.
int TypeOfOtherOrder(const Draft& d, int table);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_TYPED_TABLES_H_
