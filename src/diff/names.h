// The names that only one object at a time can hold.
#ifndef AUTOGEN_DIFF_NAMES_H_
#define AUTOGEN_DIFF_NAMES_H_

#include <string>
#include <vector>

#include "src/model/catalog.h"
#include "src/model/object_id.h"

namespace autogen::diff {

// One text for each name space in which `id` takes a name: pg_class and pg_type of its schema,
// pg_constraint of its table, the one primary key of a table, pg_proc with its argument types.
std::vector<std::string> ClashNames(const model::ObjectId& id);

// The plain name of the sequence behind an identity column; "" for any other column.
std::string IdentitySequence(const model::Object& column);

// A name for an object that is renamed aside.
std::string AsideName(const std::string& name);

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_NAMES_H_
