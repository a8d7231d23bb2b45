// What a foreign key asks of changes to the two tables that it binds. Internal to src/diff.
#ifndef AUTOGEN_DIFF_FOREIGN_KEYS_H_
#define AUTOGEN_DIFF_FOREIGN_KEYS_H_

#include <utility>
#include <vector>

#include "src/diff/draft.h"

namespace autogen::diff {

// The object for whose change a foreign key that is the same on both sides must go meanwhile, or
// -1. A column: both ends change, and between the two steps no operator would compare them. A
// table: foreign keys in a ring bind tables that become logged or unlogged, so no order is right.
int WhatDisplaces(const Draft& d, int foreign_key);

// Pairs of tables (of the before side) that become logged or unlogged, the first one first: a
// logged table references no unlogged one.
std::vector<std::pair<int, int>> PersistenceOrder(const Draft& d);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_FOREIGN_KEYS_H_
