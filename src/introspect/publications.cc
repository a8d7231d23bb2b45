// Publications. One that publishes only what lies outside the schemas that are read is not listed.
#include "src/introspect/readers.h"

namespace autogen::introspect {

void ReadPublications(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Publication* p = builder.schema()->add_publication();
    p->set_name(row.String("name"));
    p->set_all_tables(row.Bool("all_tables"));
    const bool all =
        row.Bool("insert") && row.Bool("update") && row.Bool("delete") && row.Bool("truncate");
    for (const char* event : {"insert", "update", "delete", "truncate"}) {
      if (!all && row.Bool(event)) p->add_publish(event);
    }
    p->set_publish_via_partition_root(row.Bool("via_root"));
    if (row.Text("generated_columns") == "s") p->set_publish_generated_columns("stored");
    builder.Register({kPgPublication, row.Oid("oid")}, p);
  }
}

void ReadPublicationTables(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    auto* p = builder.FindAs<Publication>({kPgPublication, row.Oid("publication")});
    auto* table = builder.FindAs<Table>({kPgClass, row.Oid("relation")});
    if (p == nullptr || table == nullptr) continue;
    Publication::PublishedTable* published = p->add_table();
    published->set_schema(table->schema());
    published->set_name(table->name());
    for (std::string& column : row.Array("columns")) published->add_column(std::move(column));
    published->set_where(StripParentheses(row.Text("condition")));
    builder.Register({kPgPublicationRel, row.Oid("oid")}, p);
  }
}

void ReadPublicationSchemas(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    auto* p = builder.FindAs<Publication>({kPgPublication, row.Oid("publication")});
    auto* schema = builder.FindAs<Namespace>({kPgNamespace, row.Oid("namespace")});
    if (p == nullptr || schema == nullptr) continue;
    p->add_schema(schema->name());
    builder.Register({kPgPublicationNamespace, row.Oid("oid")}, p);
  }
}

}  // namespace autogen::introspect
