// The pieces of the render file of columns. Internal to src/render.
#ifndef AUTOGEN_RENDER_COLUMN_PARTS_H_
#define AUTOGEN_RENDER_COLUMN_PARTS_H_

#include <string>
#include <utility>
#include <vector>

#include "autogen/table.pb.h"
#include "src/render/kind.h"

namespace autogen::render {

// Every change of a column but its comment and privileges.
absl::Status AlterColumn(const diff::Operation& op, Context& context);

// column_type_alter.cc: ALTER COLUMN … TYPE, with what must stand around it.
void AlterColumnType(const diff::Operation& op, const Column& before, const Column& after,
                     Context& context);

// column_identity.cc: identity added, changed or dropped.
void AlterIdentity(const diff::Operation& op, const Column& before, const Column& after,
                   Context& context);

// column_not_null.cc: NOT NULL, and the constraint that it is since PostgreSQL 18.
void AlterNotNull(const diff::Operation& op, const Column& before, const Column& after,
                  Context& context);

// PostgreSQL 18: the column in the partitions of its table that are to have their NOT NULL under a
// name of their own, those below others first. It cannot be renamed once it comes from the
// parent's.
std::vector<std::pair<model::ObjectId, std::string>> PartitionsNamingNotNull(
    const model::ObjectId& column, const Column& after, const Context& context);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_COLUMN_PARTS_H_
