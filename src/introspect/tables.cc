// Tables: what they are and where they come from.
#include "absl/strings/str_cat.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

void SetReplicaIdentity(char mode, Table* table) {
  using Identity = Table::ReplicaIdentity;
  switch (mode) {
    case 'f':
      table->mutable_replica_identity()->set_mode(Identity::FULL);
      break;
    case 'n':
      table->mutable_replica_identity()->set_mode(Identity::NOTHING);
      break;
    case 'i':  // the index is named by ReadIndexes
      table->mutable_replica_identity()->set_mode(Identity::INDEX);
      break;
    default:  // 'd'
      break;
  }
}

}  // namespace

void ReadTables(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    if (IsOwnTable(row.Text("schema"), row.Text("name"), builder.options())) {
      builder.Skip({kPgClass, row.Oid("oid"), 0});
      continue;
    }
    Table* table = builder.schema()->add_table();
    table->set_schema(row.String("schema"));
    table->set_name(row.String("name"));
    table->set_unlogged(row.Bool("unlogged"));
    table->set_access_method(row.String("access_method"));
    table->set_tablespace(row.String("tablespace"));
    ReadOptions(row.Array("options"), table->mutable_with());
    std::vector<std::string> toast = row.Array("toast_options");
    for (std::string& option : toast) option.insert(0, "toast.");
    ReadOptions(toast, table->mutable_with());
    // A foreign table always has 'n', and nothing can change it.
    if (row.Text("kind") != "f") SetReplicaIdentity(row.Text("replica_identity")[0], table);
    table->set_row_security(row.Bool("row_security"));
    table->set_force_row_security(row.Bool("force_row_security"));
    if (!row.IsNull("bound")) table->mutable_partition_of()->set_bound(row.String("bound"));
    if (!row.IsNull("of_type")) {
      std::vector<std::string> type = row.Array("of_type");
      table->mutable_of_type()->set_schema(type[0]);
      table->mutable_of_type()->set_name(type[1]);
    }
    if (row.Text("kind") == "f") {
      table->mutable_foreign()->set_server(row.String("server"));
      ReadOptions(row.Array("foreign_options"), table->mutable_foreign()->mutable_option());
    }
    const uint32_t oid = row.Oid("oid");
    builder.Register({kPgClass, oid, 0}, table);
    builder.Register({kPgType, row.Oid("row_type"), 0}, table);
  }
}

void ReadInherits(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    auto* table = builder.FindAs<Table>({kPgClass, row.Oid("child"), 0});
    if (table == nullptr) continue;
    if (row.Bool("partition")) {
      table->mutable_partition_of()->set_schema(row.String("schema"));
      table->mutable_partition_of()->set_table(row.String("name"));
      if (row.Bool("detach_pending")) {
        builder.AddUnmanaged("unfinished DETACH PARTITION CONCURRENTLY",
                             absl::StrCat(table->schema(), ".", table->name()));
      }
    } else {
      Name* parent = table->add_inherits();
      parent->set_schema(row.String("schema"));
      parent->set_name(row.String("name"));
    }
  }
}

}  // namespace autogen::introspect
