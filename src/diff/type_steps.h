// How the type of a table's column changes, wherever the column is listed. Internal to src/diff.
#ifndef AUTOGEN_DIFF_TYPE_STEPS_H_
#define AUTOGEN_DIFF_TYPE_STEPS_H_

#include <string>

#include "src/diff/draft.h"

namespace autogen::diff {

struct TypeStep {
  // Of the before side: the column, or the nearest one above that it comes from; -1 where the table
  // has no such column.
  int column = -1;
  // The names of its types, without modifiers.
  std::string before, after;
  bool changes =
      false;  // the type, its modifiers, its collation, or what a replaced type's name means
  bool other = false;  // another collation, or a replaced type: the names alone do not tell
};

// Of a table of the before side that is on both, once the fates of columns are known.
TypeStep TypeStepOf(const Draft& d, int table, const std::string& column);

// The column for whose sake a partitioned table must be recreated, which PostgreSQL alters in no
// partition key; or -1.
int ChangedKeyColumn(const Draft& d, int table);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_TYPE_STEPS_H_
