// The online ways that take more than a word in a statement. Internal to src/render.
#ifndef AUTOGEN_RENDER_ONLINE_WAYS_H_
#define AUTOGEN_RENDER_ONLINE_WAYS_H_

#include <string>
#include <vector>

#include "autogen/table.pb.h"
#include "src/render/kind.h"

namespace autogen::render {

// Why a constraint is validated in a step of its own.
inline constexpr char kValidatedApart[] =
    "the rows are read without the lock that adding the constraint took";

// Why a step begins where another relation is locked.
inline constexpr char kOneTable[] = "no lock on another table is held";

// online_key.cc: a primary key or unique constraint of a table that is there, from an index that is
// built concurrently. False, and nothing added, where it has no such way: WITHOUT OVERLAPS, a
// partitioned table.
bool AddKeyOnline(const diff::Operation& op, Context& context);

// online_not_null.cc: SET NOT NULL of a column whose rows were looked at before, under a CHECK (up
// to PostgreSQL 17) or the unvalidated constraint itself.
bool SetNotNullOnline(const diff::Operation& op, const Column& after, Context& context);

// Why a step begins with what is over at once.
inline constexpr char kShort[] = "the lock is held for a moment alone";

// online_attach.cc: the rows of a table that becomes a partition, and those of the default partition
// beside it, are looked at before it is attached, under CHECKs from which the server knows then that
// they fit. Returns what drops these again. Source: ALTER TABLE, "ATTACH PARTITION".
std::vector<std::string> PrepareAttach(const diff::Operation& op, const Table& table,
                                       Context& context);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_ONLINE_WAYS_H_
