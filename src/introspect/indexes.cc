// Indexes, with the primary key, unique and exclusion constraints that own some; partition keys.
#include "absl/strings/str_cat.h"
#include "src/introspect/index_key.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

// One row of indexes.sql, as the kinds of object that it may be see it.
struct IndexRow {
  Row& row;
  const Builder& builder;
  uint32_t relation;
  int key_count;
  std::vector<int64_t> columns;

  template <typename T>
  void ReadCommon(T* object) {
    const bool constraint = !row.IsNull("constraint_oid");
    object->set_name(constraint ? row.String("constraint_name") : row.String("name"));
    if (!row.IsNull("options")) ReadOptions(row.Array("options"), object->mutable_with());
    object->set_tablespace(row.String("tablespace"));
    object->set_attached_to(!row.IsNull("attached_to_constraint")
                                ? row.String("attached_to_constraint")
                                : row.String("attached_to"));
    for (size_t i = static_cast<size_t>(key_count); i < columns.size(); ++i) {
      object->add_include(builder.ColumnName(relation, static_cast<int>(columns[i])));
    }
  }

  // What PRIMARY KEY and UNIQUE have alike: their keys are plain columns.
  template <typename T>
  void ReadUniqueness(T* object) {
    ReadCommon(object);
    for (int i = 0; i < key_count; ++i) {
      object->add_column(
          builder.ColumnName(relation, static_cast<int>(columns[static_cast<size_t>(i)])));
    }
    object->set_deferrable(row.Bool("deferrable"));
    object->set_initially_deferred(row.Bool("deferred"));
    object->set_without_overlaps(row.Bool("without_overlaps"));
  }

  void ReadKeys(google::protobuf::RepeatedPtrField<IndexKey>* keys) {
    const std::vector<int64_t> opclasses = Numbers(row.Text("opclasses"));
    const std::vector<int64_t> collations = Numbers(row.Text("collations"));
    const std::vector<int64_t> flags = Numbers(row.Text("flags"));
    const std::vector<std::string> expressions = row.Array("expressions");
    const std::vector<std::string> types = row.Array("expression_types");
    const std::vector<std::string> collation_names = row.Array("collation_names");
    for (size_t i = 0; i < static_cast<size_t>(key_count); ++i) {
      KeyFacts facts;
      facts.relation = relation;
      facts.column = static_cast<int>(columns[i]);
      if (facts.column == 0) {
        facts.expression = expressions[i];
        facts.type = static_cast<uint32_t>(Numbers(types[i])[0]);
      }
      facts.opclass = static_cast<uint32_t>(opclasses[i]);
      facts.collation = static_cast<uint32_t>(collations[i]);
      if (!collation_names.empty()) facts.collation_name = ParseName(collation_names[i]);
      IndexKey* key = keys->Add();
      ReadKey(facts, builder, key);
      // pg_index.indoption: 1 DESC, 2 NULLS FIRST.
      const bool descending = (flags[i] & 1) != 0;
      const bool nulls_first = (flags[i] & 2) != 0;
      key->set_descending(descending);
      if (nulls_first != descending) {
        key->set_nulls(nulls_first ? IndexKey::FIRST : IndexKey::LAST);
      }
    }
  }

  void ReadIndex(Index* index) {
    ReadCommon(index);
    index->set_unique(row.Bool("is_unique"));
    if (row.Text("method") != "btree") index->set_method(row.String("method"));
    ReadKeys(index->mutable_key());
    if (!row.IsNull("predicate")) index->set_where(StripParentheses(row.Text("predicate")));
    index->set_nulls_not_distinct(row.Bool("nulls_not_distinct"));
    // A partitioned index is not valid either where one on a level below is not.
    index->set_invalid(row.Bool("partitioned") ? row.Bool("incomplete") : !row.Bool("valid"));
  }

  void ReadExclusion(Exclusion* exclusion) {
    ReadCommon(exclusion);
    if (row.Text("method") != "btree") exclusion->set_method(row.String("method"));
    ReadKeys(exclusion->mutable_key());
    const std::vector<std::string> operators = row.Array("operators");
    for (int i = 0; i < exclusion->key_size(); ++i) {
      exclusion->mutable_key(i)->set_operator_(operators[static_cast<size_t>(i)]);
    }
    if (!row.IsNull("predicate")) exclusion->set_where(StripParentheses(row.Text("predicate")));
    exclusion->set_deferrable(row.Bool("deferrable"));
    exclusion->set_initially_deferred(row.Bool("deferred"));
  }

  // The constraint or the plain index, added to its table.
  google::protobuf::Message* AddTo(Table* table) {
    const absl::string_view type = row.Text("constraint_type");
    if (type == "p") {
      ReadUniqueness(table->mutable_primary_key());
      return table->mutable_primary_key();
    }
    if (type == "u") {
      Unique* unique = table->add_unique();
      ReadUniqueness(unique);
      unique->set_nulls_not_distinct(row.Bool("nulls_not_distinct"));
      return unique;
    }
    if (type == "x") {
      ReadExclusion(table->add_exclude());
      return table->mutable_exclude(table->exclude_size() - 1);
    }
    ReadIndex(table->add_index());
    return table->mutable_index(table->index_size() - 1);
  }
};

}  // namespace

void ReadOpclasses(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Builder::OpclassFacts facts;
    facts.name.set_schema(row.String("schema"));
    facts.name.set_name(row.String("name"));
    facts.method = row.Oid("method");
    facts.type = row.Oid("type_oid");
    facts.is_default = row.Bool("is_default");
    facts.takes_others = row.Bool("takes_others");
    facts.stores_another_type = row.Bool("stores_another_type");
    builder.AddOpclass(row.Oid("oid"), std::move(facts));
  }
}

void ReadPartitionKeys(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const uint32_t relation = row.Oid("relation");
    auto* table = builder.FindAs<Table>({kPgClass, relation, 0});
    if (table == nullptr) continue;
    Table::PartitionBy* by = table->mutable_partition_by();
    const absl::string_view strategy = row.Text("strategy");
    by->set_strategy(strategy == "l"   ? Table::PartitionBy::LIST
                     : strategy == "h" ? Table::PartitionBy::HASH
                                       : Table::PartitionBy::RANGE);
    const std::vector<int64_t> columns = Numbers(row.Text("columns"));
    const std::vector<int64_t> opclasses = Numbers(row.Text("opclasses"));
    const std::vector<int64_t> collations = Numbers(row.Text("collations"));
    const std::vector<std::string> expressions = SplitExpressions(row.Text("expressions"));
    const std::vector<std::string> collation_names = row.Array("collation_names");
    size_t next_expression = 0;
    for (size_t i = 0; i < columns.size(); ++i) {
      KeyFacts facts;
      facts.relation = relation;
      facts.column = static_cast<int>(columns[i]);
      if (facts.column == 0) facts.expression = expressions[next_expression++];
      facts.opclass = static_cast<uint32_t>(opclasses[i]);
      facts.collation = static_cast<uint32_t>(collations[i]);
      facts.collation_name = ParseName(collation_names[i]);
      ReadKey(facts, builder, by->add_key());
    }
  }
}

void ReadIndexes(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const uint32_t relation = row.Oid("relation");
    const Builder::Entry* entry = builder.Find({kPgClass, relation, 0});
    if (entry == nullptr) continue;
    IndexRow index{row, builder, relation, static_cast<int>(row.Int("key_count")),
                   Numbers(row.Text("columns"))};
    const Address address{kPgClass, row.Oid("oid"), 0};
    if (auto* table = builder.FindAs<Table>({kPgClass, relation, 0})) {
      google::protobuf::Message* object = index.AddTo(table);
      if (!row.IsNull("constraint_oid")) {
        builder.Register({kPgConstraint, row.Oid("constraint_oid"), 0}, object, table->schema(),
                         table->name());
      }
      builder.Register(address, object, table->schema(), table->name());
      if (row.Bool("clustered")) table->set_cluster_on(row.String("name"));
      if (row.Bool("replica_identity") && table->has_replica_identity()) {
        table->mutable_replica_identity()->set_index(row.String("name"));
      }
    } else if (auto* view = builder.FindAs<MaterializedView>({kPgClass, relation, 0})) {
      index.ReadIndex(view->add_index());
      builder.Register(address, view->mutable_index(view->index_size() - 1), view->schema(),
                       view->name());
      if (row.Bool("clustered")) view->set_cluster_on(row.String("name"));
    }
  }
}

void ReadIndexColumns(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const Builder::Entry* entry = builder.Find({kPgClass, row.Oid("index"), 0});
    if (entry == nullptr) continue;
    google::protobuf::RepeatedPtrField<IndexKey>* keys = nullptr;
    if (auto* index = google::protobuf::DynamicCastToGenerated<Index>(entry->object)) {
      keys = index->mutable_key();
    } else if (auto* exclusion =
                   google::protobuf::DynamicCastToGenerated<Exclusion>(entry->object)) {
      keys = exclusion->mutable_key();
    }
    const int number = static_cast<int>(row.Int("number"));
    if (keys == nullptr || number > keys->size()) {
      builder.AddUnmanaged(
          "statistics target or parameters of a key's index",
          model::DisplayName(model::IdOf(*entry->object, *entry->parent_schema, *entry->parent)));
      continue;
    }
    IndexKey* key = keys->Mutable(number - 1);
    if (!row.IsNull("options")) {
      ReadAttributeOptions(row.Array("options"), key->mutable_opclass_option());
      // Parameters follow the name of the class, even of the default one.
      const Builder::OpclassFacts* opclass = builder.FindOpclass(row.Oid("opclass"));
      if (opclass != nullptr) *key->mutable_opclass() = opclass->name;
    }
    if (!row.IsNull("statistics") && row.Int("statistics") >= 0) {
      key->set_statistics(static_cast<int32_t>(row.Int("statistics")));
    }
  }
}

}  // namespace autogen::introspect
