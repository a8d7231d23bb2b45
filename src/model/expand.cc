#include "src/model/expand.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/sql/quote.h"

namespace autogen::model {
namespace {

struct Serial {
  const char* name;
  const char* type;
  const char* sequence_type;  // "" is bigint
};

constexpr Serial kSerials[] = {
    {"serial", "integer", "integer"},
    {"serial4", "integer", "integer"},
    {"bigserial", "bigint", ""},
    {"serial8", "bigint", ""},
    {"smallserial", "smallint", "smallint"},
    {"serial2", "smallint", "smallint"},
};

const Serial* FindSerial(absl::string_view type) {
  if (type.size() > 11) return nullptr;
  for (const Serial& s : kSerials) {
    if (absl::EqualsIgnoreCase(type, s.name)) return &s;
  }
  return nullptr;
}

Column* FindColumn(Table* table, absl::string_view name) {
  for (Column& c : *table->mutable_column()) {
    if (c.name() == name) return &c;
  }
  return nullptr;
}

class SugarExpander {
 public:
  SugarExpander(Schema* schema, bool as_written, Sources* sources, Problems* problems)
      : schema_(schema),
        as_written_(as_written),
        sources_(sources),
        problems_(problems),
        declared_(schema->sequence_size()),
        taken_(*schema) {}

  void Expand(Table* table) {
    for (Column& column : *table->mutable_column()) {
      const Serial* serial = as_written_ ? nullptr : FindSerial(column.type());
      if (serial != nullptr) ExpandSerial(*serial, *table, &column);
      if (column.has_identity()) column.set_not_null(true);
      if (column.primary_key()) ExpandPrimaryKey(table, &column);
      if (column.unique()) {
        Unique* unique = table->add_unique();
        unique->add_column(column.name());
        sources_->Alias(*unique, column);
        column.clear_unique();
      }
      if (column.has_references()) ExpandReferences(table, &column);
    }
    for (const std::string& name : table->primary_key().column()) {
      Column* column = as_written_ ? nullptr : FindColumn(table, name);
      if (column != nullptr) column->set_not_null(true);
    }
    for (Index& index : *table->mutable_index()) ExpandIndex(&index);
    if (table->has_partition_by()) ExpandPartitionBy(table->mutable_partition_by());
  }

  // Plain columns are keys; both ways at once would leave their order open.
  void ExpandIndex(Index* index) {
    if (index->column_size() == 0) return;
    if (index->key_size() > 0) {
      problems_->Add(*index, "column",
                     "an index takes its columns either as column or as key; write every one as "
                     "key { column: \"…\" }");
    }
    for (const std::string& column : index->column()) {
      IndexKey* key = index->add_key();
      key->set_column(column);
      sources_->Alias(*key, *index);
    }
    index->clear_column();
  }

 private:
  void ExpandPartitionBy(Table::PartitionBy* by) {
    if (by->column_size() == 0) return;
    if (by->key_size() > 0) {
      problems_->Add(*by, "column",
                     "partition_by takes its columns either as column or as key; write every one "
                     "as key { column: \"…\" }");
    }
    for (const std::string& column : by->column()) {
      IndexKey* key = by->add_key();
      key->set_column(column);
      sources_->Alias(*key, *by);
    }
    by->clear_column();
  }

  void ExpandPrimaryKey(Table* table, Column* column) {
    column->clear_primary_key();
    if (table->has_primary_key()) {
      problems_->Add(
          *column, "primary_key",
          absl::StrCat("table ", table->name(),
                       " has a second primary key; write one primary_key { column: \"…\" "
                       "column: \"…\" } for a key of several columns"));
      return;
    }
    PrimaryKey* key = table->mutable_primary_key();
    key->add_column(column->name());
    sources_->Alias(*key, *column);
  }

  void ExpandReferences(Table* table, Column* column) {
    const Column::References& from = column->references();
    ForeignKey* key = table->add_foreign_key();
    key->set_name(from.name());
    key->add_column(column->name());
    ForeignKey::Target* to = key->mutable_references();
    to->set_schema(from.schema());
    to->set_table(from.table());
    if (!from.column().empty()) to->add_column(from.column());
    key->set_match(from.match());
    key->set_on_delete(from.on_delete());
    key->set_on_update(from.on_update());
    key->set_deferrable(from.deferrable());
    key->set_initially_deferred(from.initially_deferred());
    key->set_not_valid(from.not_valid());
    key->set_not_enforced(from.not_enforced());
    sources_->Alias(*key, from);
    sources_->Alias(*to, from);
    column->clear_references();
  }

  // CREATE TABLE … (id serial): generateSerialExtraStmts of src/backend/parser/parse_utilcmd.c.
  void ExpandSerial(const Serial& serial, const Table& table, Column* column) {
    if (!column->default_().empty() || column->has_identity() || column->has_generated()) {
      problems_->Add(*column, "type",
                     absl::StrCat("a ", serial.name, " column already has a default; use ",
                                  serial.type, ", or remove the other default"));
      return;
    }
    column->set_type(serial.type);
    column->set_not_null(true);
    const Sequence* sequence = OwnedSequence(table, *column);
    if (sequence == nullptr) {
      Sequence* made = schema_->add_sequence();
      made->set_schema(table.schema());
      made->set_name(taken_.Choose(table.schema(), SequenceParts(table.name(), column->name())));
      made->set_type(serial.sequence_type);
      Sequence::OwnedBy* owner = made->mutable_owned_by();
      owner->set_schema(table.schema());
      owner->set_table(table.name());
      owner->set_column(column->name());
      sources_->Alias(*made, *column);
      sources_->Alias(*owner, *column);
      sequence = made;
    }
    column->set_default_(
        absl::StrCat("nextval(", sql::Literal(sql::Qualified(sequence->schema(), sequence->name())),
                     "::regclass)"));
  }

  // A sequence that the model declares for the column, to say more than serial can.
  const Sequence* OwnedSequence(const Table& table, const Column& column) const {
    for (int i = 0; i < declared_; ++i) {
      const Sequence& s = schema_->sequence(i);
      if (s.has_owned_by() && s.owned_by().column() == column.name() &&
          s.owned_by().table() == table.name() && s.owned_by().schema() == table.schema()) {
        return &s;
      }
    }
    return nullptr;
  }

  Schema* schema_;
  bool as_written_;
  Sources* sources_;
  Problems* problems_;
  int declared_;  // sequences that stand in the model itself
  TakenNames taken_;
};

// Of a table's constraints: PostgreSQL makes the checks with the table, then the keys, then the
// rest.
template <typename Name>
void NameConstraints(const Lookup& lookup, const Name& name, Table* table) {
  for (Check& c : *table->mutable_check()) {
    name(table->schema(), &c, [&] {
      std::vector<std::string> columns;
      lookup.Columns(*table, &columns);
      return PartsOf(c, table->name(), columns);
    });
  }
  if (table->has_primary_key()) {
    name(table->schema(), table->mutable_primary_key(),
         [&] { return PartsOf(table->primary_key(), table->name()); });
  }
  for (Unique& u : *table->mutable_unique())
    name(table->schema(), &u, [&] { return PartsOf(u, table->name()); });
  for (Exclusion& e : *table->mutable_exclude())
    name(table->schema(), &e, [&] { return PartsOf(e, table->name()); });
  for (ForeignKey& f : *table->mutable_foreign_key()) {
    name(table->schema(), &f, [&] { return PartsOf(f, table->name()); });
  }
}

}  // namespace

void ExpandSugar(Schema* schema, bool as_written, Sources* sources, Problems* problems) {
  SugarExpander expander(schema, as_written, sources, problems);
  for (Table& table : *schema->mutable_table()) expander.Expand(&table);
  for (MaterializedView& view : *schema->mutable_materialized_view()) {
    for (Index& index : *view.mutable_index()) expander.ExpandIndex(&index);
  }
}

void FillForeignKeyTargets(Schema* schema) {
  Lookup lookup(*schema);
  for (Table& table : *schema->mutable_table()) {
    for (ForeignKey& key : *table.mutable_foreign_key()) {
      ForeignKey::Target* to = key.mutable_references();
      if (to->column_size() > 0) continue;
      const Table* target = lookup.FindTable(to->schema(), to->table());
      if (target != nullptr) *to->mutable_column() = target->primary_key().column();
    }
  }
}

void FillNames(Schema* schema, bool as_written) {
  TakenNames taken(*schema);
  Lookup lookup(*schema);
  auto name = [&](const std::string& in, auto* object, auto&& parts) {
    if (object->name().empty()) object->set_name(taken.Choose(in, parts()));
  };
  for (Table& t : *schema->mutable_table()) {
    const std::string& in = t.schema();
    if (!as_written) NameConstraints(lookup, name, &t);
    for (Index& i : *t.mutable_index()) name(in, &i, [&] { return PartsOf(i, t.name()); });
  }
  for (MaterializedView& v : *schema->mutable_materialized_view()) {
    for (Index& i : *v.mutable_index()) name(v.schema(), &i, [&] { return PartsOf(i, v.name()); });
  }
  for (Domain& d : *schema->mutable_domain()) {
    for (DomainCheck& c : *d.mutable_check()) {
      name(d.schema(), &c, [&] { return PartsOf(c, d.name()); });
    }
  }
}

}  // namespace autogen::model
