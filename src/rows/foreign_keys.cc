#include "src/rows/foreign_keys.h"

#include "src/model/inheritance.h"

namespace autogen::rows {

model::ObjectId Target(const ForeignKey& f) {
  return {TABLE, model::SchemaOrPublic(f.references().schema()), "", f.references().table()};
}

std::vector<std::string> TargetColumns(const model::Catalog& catalog, const ForeignKey& f) {
  const auto& named = f.references().column();
  if (!named.empty()) return {named.begin(), named.end()};
  const model::ObjectId id = Target(f);
  const Table* table = model::FindTable(&catalog, id.schema, id.name);
  if (table == nullptr) return {};
  return {table->primary_key().column().begin(), table->primary_key().column().end()};
}

}  // namespace autogen::rows
