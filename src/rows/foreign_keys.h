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

// A condition over a row of `child` that the key refuses: one that refers to nothing, is covered by
// no period (PERIOD), or is NULL in part (MATCH FULL). `keys` are TargetColumns(); `parent` is what
// stands behind FROM as "parent", "" for a table that has no rows.
std::string RefusedBy(const ForeignKey& f, const std::vector<std::string>& keys,
                      const std::string& parent);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_FOREIGN_KEYS_H_
