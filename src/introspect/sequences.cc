// Sequences: free ones, those that a column owns, and those behind identity columns.
#include <limits>

#include "absl/strings/str_cat.h"
#include "src/introspect/readers.h"
#include "src/model/names.h"

namespace autogen::introspect {
namespace {

constexpr uint32_t kInt2 = 21;
constexpr uint32_t kInt4 = 23;

// The fields that Sequence and Identity share. Defaults are left out (CREATE SEQUENCE in
// PostgreSQL's manual); the start's is the end from which it counts.
template <typename T>
void ReadNumbers(Row& row, T* sequence) {
  const uint32_t type = row.Oid("type_oid");
  const int64_t increment = row.Int("increment");
  const int64_t min = row.Int("min");
  const int64_t max = row.Int("max");
  int64_t greatest = std::numeric_limits<int64_t>::max();
  int64_t least = std::numeric_limits<int64_t>::min();
  if (type == kInt2) {
    greatest = std::numeric_limits<int16_t>::max();
    least = std::numeric_limits<int16_t>::min();
  } else if (type == kInt4) {
    greatest = std::numeric_limits<int32_t>::max();
    least = std::numeric_limits<int32_t>::min();
  }
  if (increment != 1) sequence->set_increment(increment);
  if (min != (increment > 0 ? 1 : least)) sequence->set_min(min);
  if (max != (increment > 0 ? greatest : -1)) sequence->set_max(max);
  if (row.Int("start") != (increment > 0 ? min : max)) sequence->set_start(row.Int("start"));
  if (row.Int("cache") != 1) sequence->set_cache(row.Int("cache"));
  sequence->set_cycle(row.Bool("cycle"));
}

void ReadIdentity(Row& row, Builder& builder, const Table& table, Column* column) {
  Column::Identity* identity = column->mutable_identity();
  identity->set_kind(row.Text("identity") == "a" ? Column::Identity::ALWAYS
                                                 : Column::Identity::BY_DEFAULT);
  ReadNumbers(row, identity);
  const std::string name = row.String("name");
  if (row.Text("schema") != table.schema()) {
    builder.AddUnmanaged("identity sequence outside its table's schema",
                         absl::StrCat(row.Text("schema"), ".", name));
  }
  if (name != model::ObjectName(table.name(), column->name(), "seq"))
    identity->set_sequence_name(name);
  if (row.Bool("unlogged") != table.unlogged()) {
    if (table.unlogged()) {
      builder.AddUnmanaged("logged identity sequence of an unlogged table",
                           absl::StrCat(row.Text("schema"), ".", name));
    }
    identity->set_unlogged(row.Bool("unlogged"));
  }
  builder.Register({kPgClass, row.Oid("oid"), 0}, column, table.schema(), table.name());
  builder.uncompared().identities.push_back(
      {{COLUMN, table.schema(), table.name(), column->name()}, {}, {}});
}

}  // namespace

void ReadSequences(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const Table* table = nullptr;
    Column* column = nullptr;
    if (!row.IsNull("owner_relation")) {
      const uint32_t relation = row.Oid("owner_relation");
      const int number = static_cast<int>(row.Int("owner_column"));
      table = builder.FindAs<Table>({kPgClass, relation, 0});
      column = builder.FindAs<Column>({kPgClass, relation, number});
      // The table is autogen's own, or in a schema that is not managed: so is the sequence.
      if (table == nullptr || column == nullptr) {
        builder.Skip({kPgClass, row.Oid("oid"), 0});
        continue;
      }
    }
    if (row.Bool("is_identity") && column != nullptr) {
      ReadIdentity(row, builder, *table, column);
      continue;
    }
    Sequence* sequence = builder.schema()->add_sequence();
    sequence->set_schema(row.String("schema"));
    sequence->set_name(row.String("name"));
    if (row.Oid("type_oid") == kInt2) sequence->set_type("smallint");
    if (row.Oid("type_oid") == kInt4) sequence->set_type("integer");
    ReadNumbers(row, sequence);
    sequence->set_unlogged(row.Bool("unlogged"));
    if (column != nullptr) {
      sequence->mutable_owned_by()->set_schema(table->schema());
      sequence->mutable_owned_by()->set_table(table->name());
      sequence->mutable_owned_by()->set_column(column->name());
    }
    builder.Register({kPgClass, row.Oid("oid"), 0}, sequence);
  }
}

}  // namespace autogen::introspect
