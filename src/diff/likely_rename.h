// Renames that nobody declared: what is dropped on one side and added on the other, and looks the
// same.
#ifndef AUTOGEN_DIFF_LIKELY_RENAME_H_
#define AUTOGEN_DIFF_LIKELY_RENAME_H_

#include <string>
#include <vector>

#include "src/diff/rules.h"
#include "src/model/catalog.h"

namespace autogen::diff {

struct LikelyRename {
  model::ObjectId from;  // is only in `before`
  model::ObjectId to;    // is only in `after`; == from for a label
  // A label of an enum: the old and the new one. Empty for whole objects.
  std::string from_part;
  std::string to_part;
  std::string why;  // "same type, same place"
};

// Pairs that differ in little but their name: tables and schemas by what is in them, columns by
// type, neighbours and name, labels by their place, everything else where nothing else differs.
// Each object is in one pair at most. What is inside a pair (the columns of a renamed table) comes
// up once the rename around it is declared. Sorted by `from`. It is a guess: ask, never act on it.
std::vector<LikelyRename> LikelyRenames(const model::Catalog& before, const model::Catalog& after,
                                        const Rules& rules);

// "column public.t.effort to estimate"
std::string Describe(const LikelyRename& rename);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_LIKELY_RENAME_H_
