// What a table has from its parents: as a partition, and by INHERITS.
#ifndef AUTOGEN_MODEL_INHERITANCE_H_
#define AUTOGEN_MODEL_INHERITANCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/model/catalog.h"

namespace autogen::model {

// What a model's name without a schema means.
inline const std::string& SchemaOrPublic(const std::string& schema) {
  static const auto* kPublic = new std::string("public");
  return schema.empty() ? *kPublic : schema;
}

// Null where the catalog is null or has no such table.
const Table* FindTable(const Catalog* catalog, absl::string_view schema, absl::string_view name);

// The tables that a table of the catalog is a partition of or inherits from; those that the catalog
// has.
std::vector<int> ParentTables(const Catalog& catalog, int table);

// The column of the nearest parent table that says what the table's column of this name is; null
// where the table has none from a parent.
const Column* InheritedColumn(const Catalog* catalog, const Table& table, absl::string_view name,
                              ObjectId* id = nullptr);  // of that column

// The foreign key of that name that a partition has from one of its parents, or null.
const ForeignKey* InheritedForeignKey(const Catalog* catalog, const Table& partition,
                                      absl::string_view name);

// Whether the children of a column's table have its NOT NULL as well.
bool HandsDownNotNull(const Column& column);

// PostgreSQL 18: gives the column `id`, which has its NOT NULL from the column `above`, that one's
// name for the constraint.
void TakeNotNullName(const Column& above, const ObjectId& above_id, const ObjectId& id,
                     Column* column);

// The column `id` with what it has from its parents filled in, where it is inherited and says only
// what is its own.
Column WholeColumn(const Catalog* catalog, const ObjectId& id, const Column& own);

// Every column of a table, also those that it has from its parents, theirs first.
std::vector<Column> WholeColumns(const Catalog& catalog, const Table& table);

// The column `id` as its table has it from a parent before saying anything of its own; false where
// the table has none from a parent.
bool FromParent(const Catalog* catalog, const ObjectId& id, Column* column);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_INHERITANCE_H_
