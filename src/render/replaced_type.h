// Values of a type that is replaced: renamed aside, recreated, and its values moved over.
#ifndef AUTOGEN_RENDER_REPLACED_TYPE_H_
#define AUTOGEN_RENDER_REPLACED_TYPE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "src/model/type_change.h"
#include "src/render/kind.h"

namespace autogen::render {

// As model::DescribeTypeChange. Where both names are the same and the type is replaced, values go
// through their text; where a composite type in it gets other attributes, they go by the casts
// below. `retype`: it is another type under the same name in any case.
model::TypeChange ChangeOfValues(absl::string_view before, absl::string_view after,
                                 const Context& context, bool retype = false);

// Of an operation that creates a composite or range type. Where it replaces one and values must go
// by the names of attributes, makes a cast from the old type to the new one: PostgreSQL then finds
// the way through arrays, domains and other composite types without further casts.
void MakeCasts(const diff::Operation& create, Context& context);
// Of the operation that drops the old one.
void DropCasts(const diff::Operation& drop, Context& context);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_REPLACED_TYPE_H_
