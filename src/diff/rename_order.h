// Renames one after another: in which order they can run, and back through them. Internal to
// src/diff.
#ifndef AUTOGEN_DIFF_RENAME_ORDER_H_
#define AUTOGEN_DIFF_RENAME_ORDER_H_

#include <cstddef>
#include <vector>

#include "src/diff/diff.h"

namespace autogen::diff {

// Runs chains from their end (b to c before a to b) and swaps over a name that nobody has. A name
// is taken by whatever shares its name space (ClashNames): a key of one table conflicts with
// an index of another.
std::vector<Rename> InOrder(std::vector<Rename> renames);

// What `id` was called before the rename of `from` to `to`.
model::ObjectId Undo(const model::ObjectId& from, const model::ObjectId& to, model::ObjectId id);

// What `id` was called before the first `count` renames.
model::ObjectId IdBefore(const std::vector<Rename>& renames, size_t count, model::ObjectId id);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_RENAME_ORDER_H_
