// The table around a column or constraint.

#include "absl/strings/str_cat.h"
#include "src/render/definition.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

const Column* FindColumn(const Table& table, absl::string_view name) {
  for (const Column& c : table.column()) {
    if (c.name() == name) return &c;
  }
  return nullptr;
}

const Column* FindInParent(const model::Catalog* catalog, const std::string& schema,
                           const std::string& parent, absl::string_view name) {
  const Table* table = FindTable(catalog, schema.empty() ? "public" : schema, parent);
  if (table == nullptr) return nullptr;
  const Column* own = FindColumn(*table, name);
  if (own != nullptr && !own->inherited()) return own;
  return InheritedColumn(catalog, *table, name);
}

}  // namespace

std::string AlterTable(const model::ObjectId& id, const Context& context, bool only) {
  const google::protobuf::Message* relation = context.FindRelation(id.schema, id.parent);
  return absl::StrCat("ALTER ", relation == nullptr ? "TABLE" : SqlKeyword(*relation),
                      only ? " ONLY " : " ", SqlRelation(id));
}

const Table* FindTable(const model::Catalog* catalog, absl::string_view schema,
                       absl::string_view name) {
  if (catalog == nullptr) return nullptr;
  int i = catalog->Find({TABLE, std::string(schema), "", std::string(name)});
  return i < 0 ? nullptr : static_cast<const Table*>(catalog->at(i).message);
}

const Table* TableOf(const model::ObjectId& id, const Context& context) {
  const Table* after = FindTable(context.plan.after.get(), id.schema, id.parent);
  return after != nullptr ? after : FindTable(context.plan.before.get(), id.schema, id.parent);
}

const Column* InheritedColumn(const model::Catalog* catalog, const Table& table,
                              absl::string_view name) {
  if (table.has_partition_of()) {
    return FindInParent(catalog, table.partition_of().schema(), table.partition_of().table(), name);
  }
  for (const Name& parent : table.inherits()) {
    const Column* found = FindInParent(catalog, parent.schema(), parent.name(), name);
    if (found != nullptr) return found;
  }
  return nullptr;
}

Column WholeColumn(const model::Catalog* catalog, const model::ObjectId& id, const Column& own) {
  const Table* table = FindTable(catalog, id.schema, id.parent);
  if (!own.inherited() || !own.type().empty() || table == nullptr) return own;
  const Column* parent = InheritedColumn(catalog, *table, id.name);
  if (parent == nullptr) return own;
  Column whole = own;
  whole.set_type(parent->type());
  if (parent->has_collation()) *whole.mutable_collation() = parent->collation();
  if (parent->not_null()) whole.set_not_null(true);
  if (own.default_().empty()) whole.set_default_(parent->default_());
  // The parent's default was taken away here.
  if (own.default_() == "NULL") whole.clear_default_();
  if (!own.has_generated() && parent->has_generated()) {
    *whole.mutable_generated() = parent->generated();
  }
  if (own.storage().empty()) whole.set_storage(parent->storage());
  if (own.compression().empty()) whole.set_compression(parent->compression());
  return whole;
}

}  // namespace autogen::render
