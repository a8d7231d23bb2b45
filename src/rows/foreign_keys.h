// What a foreign key refers to.
#ifndef AUTOGEN_ROWS_FOREIGN_KEYS_H_
#define AUTOGEN_ROWS_FOREIGN_KEYS_H_

#include <string>
#include <vector>

#include "src/model/catalog.h"

namespace autogen::rows {

model::ObjectId Target(const ForeignKey& f);
// The columns that it names there, else the primary key; none where the catalog lacks the table.
std::vector<std::string> TargetColumns(const model::Catalog& catalog, const ForeignKey& f);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_FOREIGN_KEYS_H_
