// What the texts of views and triggers name.
#ifndef AUTOGEN_SQLITE_DEPENDENCIES_H_
#define AUTOGEN_SQLITE_DEPENDENCIES_H_

#include <string>
#include <vector>

#include "src/model/catalog.h"

namespace autogen::sqlite {

// Of a trigger on that table or view.
model::ObjectId IdOfTrigger(const Trigger& trigger, const std::string& relation);

// Each view and trigger with the tables and views that have a name which stands in its text. Weak:
// a column or an alias may have that name as well.
std::vector<model::Dependency> FindDependencies(const Schema& schema);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_DEPENDENCIES_H_
