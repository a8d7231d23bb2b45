#include "src/model/inheritance.h"

#include "src/model/names.h"

namespace autogen::model {
namespace {

const Column* FindColumn(const Table& table, absl::string_view name) {
  for (const Column& c : table.column()) {
    if (c.name() == name) return &c;
  }
  return nullptr;
}

const Column* FindInParent(const Catalog* catalog, const std::string& schema,
                           const std::string& parent, absl::string_view name, ObjectId* id) {
  const Table* table = FindTable(catalog, SchemaOrPublic(schema), parent);
  if (table == nullptr) return nullptr;
  const Column* own = FindColumn(*table, name);
  if (own == nullptr || own->inherited()) return InheritedColumn(catalog, *table, name, id);
  if (id != nullptr) *id = {COLUMN, table->schema(), table->name(), own->name()};
  return own;
}

}  // namespace

const Table* FindTable(const Catalog* catalog, absl::string_view schema, absl::string_view name) {
  if (catalog == nullptr) return nullptr;
  int i = catalog->Find({TABLE, std::string(schema), "", std::string(name)});
  return i < 0 ? nullptr : static_cast<const Table*>(catalog->at(i).message);
}

std::vector<int> ParentTables(const Catalog& catalog, int table) {
  std::vector<int> found;
  // A trigger may be a view's.
  if (catalog.at(table).id.kind != TABLE) return found;
  auto add = [&](const std::string& schema, const std::string& name) {
    const int parent = catalog.Find({TABLE, SchemaOrPublic(schema), "", name});
    if (parent >= 0) found.push_back(parent);
  };
  const auto& t = static_cast<const Table&>(*catalog.at(table).message);
  if (t.has_partition_of()) add(t.partition_of().schema(), t.partition_of().table());
  for (const Name& parent : t.inherits()) add(parent.schema(), parent.name());
  return found;
}

const Column* InheritedColumn(const Catalog* catalog, const Table& table, absl::string_view name,
                              ObjectId* id) {
  if (table.has_partition_of()) {
    return FindInParent(catalog, table.partition_of().schema(), table.partition_of().table(), name,
                        id);
  }
  for (const Name& parent : table.inherits()) {
    const Column* found = FindInParent(catalog, parent.schema(), parent.name(), name, id);
    if (found != nullptr) return found;
  }
  return nullptr;
}

const ForeignKey* InheritedForeignKey(const Catalog* catalog, const Table& partition,
                                      absl::string_view name) {
  const Table* table = &partition;
  while (table->has_partition_of()) {
    const Table::PartitionOf& of = table->partition_of();
    table = FindTable(catalog, SchemaOrPublic(of.schema()), of.table());
    if (table == nullptr) return nullptr;
    for (const ForeignKey& key : table->foreign_key()) {
      if (key.name() == name) return &key;
    }
  }
  return nullptr;
}

bool HandsDownNotNull(const Column& column) {
  return column.not_null() && !column.not_null_constraint().no_inherit();
}

void TakeNotNullName(const Column& above, const ObjectId& above_id, const ObjectId& id,
                     Column* column) {
  const std::string name = NotNullName(above, above_id);
  if (name != ObjectName(id.parent, id.name, "not_null")) {
    column->mutable_not_null_constraint()->set_name(name);
  } else if (column->has_not_null_constraint()) {
    column->mutable_not_null_constraint()->clear_name();
    if (column->not_null_constraint().ByteSizeLong() == 0) column->clear_not_null_constraint();
  }
}

Column WholeColumn(const Catalog* catalog, const ObjectId& id, const Column& own) {
  const Table* table = FindTable(catalog, id.schema, id.parent);
  if (!own.inherited() || !own.type().empty() || table == nullptr) return own;
  const Column* parent = InheritedColumn(catalog, *table, id.name);
  if (parent == nullptr) return own;
  Column whole = own;
  whole.set_type(parent->type());
  if (parent->has_collation()) *whole.mutable_collation() = parent->collation();
  if (HandsDownNotNull(*parent)) whole.set_not_null(true);
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

std::vector<Column> WholeColumns(const Catalog& catalog, const Table& table) {
  std::vector<Column> columns;
  auto add = [&](const Column& column) {
    for (Column& known : columns) {
      if (known.name() != column.name()) continue;
      std::string type = known.type();
      bool not_null = known.not_null();
      known.MergeFrom(column);
      if (column.type().empty()) known.set_type(type);
      known.set_not_null(not_null || column.not_null());
      return;
    }
    columns.push_back(column);
  };
  auto add_parent = [&](const std::string& schema, const std::string& name) {
    const Table* parent = FindTable(&catalog, SchemaOrPublic(schema), name);
    if (parent == nullptr || parent == &table) return;
    for (Column& c : WholeColumns(catalog, *parent)) {
      if (!HandsDownNotNull(c)) {
        c.clear_not_null();
        c.clear_not_null_constraint();
      }
      add(c);
    }
  };
  if (table.has_partition_of()) {
    add_parent(table.partition_of().schema(), table.partition_of().table());
  }
  for (const Name& parent : table.inherits()) add_parent(parent.schema(), parent.name());
  for (const Column& c : table.column()) add(c);
  return columns;
}

bool FromParent(const Catalog* catalog, const ObjectId& id, Column* column) {
  const Table* table = FindTable(catalog, id.schema, id.parent);
  if (table == nullptr || InheritedColumn(catalog, *table, id.name) == nullptr) return false;
  Column bare;
  bare.set_name(id.name);
  bare.set_inherited(true);
  *column = WholeColumn(catalog, id, bare);
  return true;
}

}  // namespace autogen::model
