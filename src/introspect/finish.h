// What is done when every row is read.
#ifndef AUTOGEN_INTROSPECT_FINISH_H_
#define AUTOGEN_INTROSPECT_FINISH_H_

#include "src/introspect/reader.h"

namespace autogen::introspect {

// Columns that come from a parent table (INHERITS) keep only what they have of their own, and those
// that have nothing go; NOT NULL constraints that are plain go. After comments and privileges,
// which count as a column's own; before dependencies, which must not name what went.
void FinishColumns(Builder& builder);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_FINISH_H_
