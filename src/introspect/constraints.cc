// CHECK, FOREIGN KEY and NOT NULL constraints. Keys and exclusions come with their indexes.
#include "absl/strings/str_cat.h"
#include "src/introspect/readers.h"
#include "src/model/names.h"

namespace autogen::introspect {
namespace {

ForeignKey::Action ActionOf(absl::string_view code) {
  if (code == "r") return ForeignKey::RESTRICT;
  if (code == "c") return ForeignKey::CASCADE;
  if (code == "n") return ForeignKey::SET_NULL;
  if (code == "d") return ForeignKey::SET_DEFAULT;
  return ForeignKey::NO_ACTION;
}

void ReadCheck(Row& row, Check* check) {
  check->set_name(row.String("name"));
  check->set_expression(StripParentheses(row.Text("expression")));
  check->set_no_inherit(row.Bool("no_inherit"));
  check->set_not_enforced(!row.Bool("enforced"));
  check->set_not_valid(row.Bool("enforced") && !row.Bool("valid"));
  check->set_inherited(row.Bool("inherited") && !row.Bool("local"));
}

void ReadForeignKey(Row& row, uint32_t relation, const Builder& builder, ForeignKey* key) {
  key->set_name(row.String("name"));
  for (int64_t number : Numbers(row.Text("columns"))) {
    key->add_column(builder.ColumnName(relation, static_cast<int>(number)));
  }
  ForeignKey::Target* target = key->mutable_references();
  target->set_schema(row.String("target_schema"));
  target->set_table(row.String("target"));
  if (!row.IsNull("target_column_names")) {
    for (std::string& name : row.Array("target_column_names")) target->add_column(std::move(name));
  } else {
    const uint32_t target_oid = row.Oid("target_oid");
    for (int64_t number : Numbers(row.Text("target_columns"))) {
      target->add_column(builder.ColumnName(target_oid, static_cast<int>(number)));
    }
  }
  key->set_match(row.Text("match") == "f" ? ForeignKey::FULL : ForeignKey::SIMPLE);
  key->set_on_delete(ActionOf(row.Text("on_delete")));
  key->set_on_update(ActionOf(row.Text("on_update")));
  for (int64_t number : Numbers(row.Text("on_delete_columns"))) {
    key->add_on_delete_column(builder.ColumnName(relation, static_cast<int>(number)));
  }
  key->set_deferrable(row.Bool("deferrable"));
  key->set_initially_deferred(row.Bool("deferred"));
  key->set_not_enforced(!row.Bool("enforced"));
  key->set_not_valid(row.Bool("enforced") && !row.Bool("valid"));
  key->set_period(row.Bool("period"));
}

void ReadNotNull(Row& row, uint32_t relation, Builder& builder) {
  const std::vector<int64_t> numbers = Numbers(row.Text("columns"));
  if (numbers.size() != 1) return;
  const int number = static_cast<int>(numbers[0]);
  auto* column = builder.FindAs<Column>({kPgClass, relation, number});
  auto* table = builder.FindAs<Table>({kPgClass, relation, 0});
  if (column == nullptr) return;
  Column::NotNull* constraint = column->mutable_not_null_constraint();
  builder.Register({kPgConstraint, row.Oid("oid"), 0}, constraint);
  const std::string name = row.String("name");
  // What comes from a parent by INHERITS has the parent's name, and cannot have another.
  const bool only_inherited = column->inherited() && !row.Bool("local");
  if (!only_inherited && name != model::ObjectName(table->name(), column->name(), "not_null")) {
    constraint->set_name(name);
  }
  constraint->set_no_inherit(row.Bool("no_inherit"));
  constraint->set_not_valid(!row.Bool("valid"));
}

}  // namespace

void ReadConstraints(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const uint32_t relation = row.Oid("relation");
    auto* table = builder.FindAs<Table>({kPgClass, relation, 0});
    if (table == nullptr) continue;
    const Address address{kPgConstraint, row.Oid("oid"), 0};
    switch (row.Text("type")[0]) {
      case 'c': {
        Check* check = table->add_check();
        ReadCheck(row, check);
        builder.Register(address, check, table->schema(), table->name());
        break;
      }
      case 'f': {
        ForeignKey* key = table->add_foreign_key();
        ReadForeignKey(row, relation, builder, key);
        builder.Register(address, key, table->schema(), table->name());
        break;
      }
      case 'n':
        ReadNotNull(row, relation, builder);
        break;
      default:
        builder.AddUnmanaged(
            absl::StrCat("constraint of the unknown type ", row.Text("type")),
            absl::StrCat(table->schema(), ".", table->name(), ".", row.Text("name")));
    }
  }
}

}  // namespace autogen::introspect
