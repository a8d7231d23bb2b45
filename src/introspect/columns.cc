// Columns of tables and views, and the second look at those that come from a parent.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "src/introspect/finish.h"
#include "src/introspect/readers.h"
#include "src/model/inheritance.h"
#include "src/model/object_id.h"

namespace autogen::introspect {
namespace {

const char* StorageName(absl::string_view code) {
  if (code == "p") return "plain";
  if (code == "e") return "external";
  if (code == "m") return "main";
  if (code == "x") return "extended";
  return "";
}

const char* CompressionName(absl::string_view code) {
  if (code == "p") return "pglz";
  if (code == "l") return "lz4";
  return "";
}

// What both kinds of column may have where rows are stored.
template <typename AnyColumn>
void ReadStored(Row& row, AnyColumn* column) {
  column->set_storage(StorageName(row.Text("storage")));
  column->set_compression(CompressionName(row.Text("compression")));
  // -1 was "the default" up to PostgreSQL 16, NULL is since.
  if (!row.IsNull("statistics") && row.Int("statistics") >= 0) {
    column->set_statistics(static_cast<int32_t>(row.Int("statistics")));
  }
  if (!row.IsNull("options")) ReadAttributeOptions(row.Array("options"), column->mutable_with());
}

void ReadColumn(Row& row, Column* column) {
  column->set_name(row.String("name"));
  column->set_type(row.String("type"));
  ReadName(row, "collation", [column] { return column->mutable_collation(); });
  column->set_not_null(row.Bool("not_null"));
  const absl::string_view generated = row.Text("generated");
  if (!generated.empty()) {
    column->mutable_generated()->set_expression(StripParentheses(row.Text("default")));
    column->mutable_generated()->set_virtual_(generated == "v");
  } else if (!row.IsNull("default")) {
    column->set_default_(row.String("default"));
  }
  ReadStored(row, column);
  if (!row.IsNull("foreign_options")) {
    ReadOptions(row.Array("foreign_options"), column->mutable_option());
  }
  column->set_inherited(row.Bool("inherited") && !row.Bool("local"));
}

void ReadColumn(Row& row, ViewColumn* column) {
  column->set_name(row.String("name"));
  column->set_type(row.String("type"));
  ReadName(row, "collation", [column] { return column->mutable_collation(); });
  column->set_default_(row.String("default"));
  ReadStored(row, column);
}

// The column's message in its relation, with the relation's name; nullptr where no table or view of
// that OID was read.
google::protobuf::Message* AddColumn(Row& row, Builder& builder, std::string* schema,
                                     std::string* relation) {
  const Address address{kPgClass, row.Oid("relation")};
  auto add = [&](auto* object) {
    auto* column = object->add_column();
    ReadColumn(row, column);
    *schema = object->schema();
    *relation = object->name();
    return column;
  };
  if (auto* table = builder.FindAs<Table>(address)) return add(table);
  if (auto* view = builder.FindAs<View>(address)) return add(view);
  if (auto* materialized = builder.FindAs<MaterializedView>(address)) return add(materialized);
  return nullptr;
}

}  // namespace

void ReadColumns(const postgres::Result& result, Builder& builder) {
  std::string schema, relation;
  for (Row row(result); row.Next();) {
    google::protobuf::Message* column = AddColumn(row, builder, &schema, &relation);
    if (column == nullptr) continue;
    const int number = static_cast<int>(row.Int("number"));
    builder.Register({kPgClass, row.Oid("relation"), number}, column, schema, relation);
    if (!row.IsNull("default_oid")) {
      const bool detachable = model::KindOf(*column) == COLUMN && row.Text("generated").empty();
      builder.Register({kPgAttrdef, row.Oid("default_oid"), 0}, column, schema, relation,
                       detachable ? "default" : "");
    }
    Builder::ColumnFacts facts;
    facts.name = row.String("name");
    facts.type = row.Oid("base_type_oid") != 0 ? row.Oid("base_type_oid") : row.Oid("type_oid");
    facts.collation = row.Oid("collation_oid");
    builder.SetColumn(row.Oid("relation"), number, std::move(facts));
  }
}

namespace {

using TablesByName = absl::flat_hash_map<std::pair<std::string, std::string>, const Table*>;

// The column of that name in the first parent that has it and is known.
const Column* ParentColumn(const Table& table, const std::string& name,
                           const TablesByName& tables) {
  for (const Name& parent : table.inherits()) {
    auto it = tables.find({parent.schema(), parent.name()});
    if (it == tables.end()) continue;
    for (const Column& column : it->second->column()) {
      if (column.name() == name) return &column;
    }
  }
  return nullptr;
}

// Leaves only what the child has of its own; false where that is nothing. `parent` is as it was
// read.
bool KeepOwn(const Column* parent, Column* column) {
  column->clear_type();
  column->clear_collation();
  if (parent != nullptr) {
    if (model::HandsDownNotNull(*parent)) column->clear_not_null();
    if (parent->default_() == column->default_()) {
      column->clear_default_();
    } else if (column->default_().empty()) {
      column->set_default_("NULL");  // the parent's was taken away here
    }
    if (parent->generated().expression() == column->generated().expression()) {
      column->clear_generated();
    }
    if (parent->storage() == column->storage()) column->clear_storage();
    if (parent->compression() == column->compression()) column->clear_compression();
  }
  Column bare;
  bare.set_name(column->name());
  bare.set_inherited(true);
  return column->ByteSizeLong() != bare.ByteSizeLong();
}

void FinishInheritedColumns(
    Builder& builder,
    absl::flat_hash_map<const google::protobuf::Message*, google::protobuf::Message*>& gone) {
  // Children are compared with their parents as read: a parent may be a child itself.
  const Schema read = *builder.schema();
  TablesByName tables;
  for (const Table& table : read.table()) tables[{table.schema(), table.name()}] = &table;
  for (Table& table : *builder.schema()->mutable_table()) {
    if (table.inherits_size() == 0) continue;
    auto* columns = table.mutable_column();
    int kept = 0;
    for (int i = 0; i < columns->size(); ++i) {
      Column* column = columns->Mutable(i);
      if (column->inherited() && !KeepOwn(ParentColumn(table, column->name(), tables), column)) {
        gone[column] = &table;
        continue;
      }
      if (i != kept) columns->SwapElements(i, kept);
      ++kept;
    }
    columns->DeleteSubrange(kept, columns->size() - kept);
  }
}

}  // namespace

void FinishColumns(Builder& builder) {
  absl::flat_hash_map<const google::protobuf::Message*, google::protobuf::Message*> gone;
  bool inherits = false;
  for (Table& table : *builder.schema()->mutable_table()) {
    inherits = inherits || table.inherits_size() > 0;
    for (Column& column : *table.mutable_column()) {
      if (!column.has_not_null_constraint()) continue;
      if (column.not_null_constraint().ByteSizeLong() > 0) continue;
      gone[&column.not_null_constraint()] = nullptr;
      column.clear_not_null_constraint();
    }
  }
  if (inherits) FinishInheritedColumns(builder, gone);
  if (!gone.empty()) builder.Redirect(gone);
}

}  // namespace autogen::introspect
