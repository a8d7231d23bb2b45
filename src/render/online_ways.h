// The online ways that take more than a word in a statement. Internal to src/render.
#ifndef AUTOGEN_RENDER_ONLINE_WAYS_H_
#define AUTOGEN_RENDER_ONLINE_WAYS_H_

#include <string>

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

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_ONLINE_WAYS_H_
