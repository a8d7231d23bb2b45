// Views and materialized views with their columns.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

// pg_get_viewdef starts with a blank and ends with a semicolon.
std::string Query(absl::string_view definition) {
  definition = absl::StripAsciiWhitespace(definition);
  absl::ConsumeSuffix(&definition, ";");
  return std::string(definition);
}

// A relation, its row type and that one's array, and the rule that pg_depend hangs the query on.
void RegisterView(Row& row, google::protobuf::Message* view, Builder& builder) {
  builder.Register({kPgClass, row.Oid("oid")}, view);
  builder.Register({kPgType, row.Oid("row_type")}, view);
  builder.Register({kPgType, row.Oid("array_type")}, view);
  builder.Register({kPgRewrite, row.Oid("rule")}, view);
}

const char* StorageName(absl::string_view storage) {
  switch (storage.empty() ? ' ' : storage[0]) {
    case 'p':
      return "plain";
    case 'm':
      return "main";
    case 'e':
      return "external";
    case 'x':
      return "extended";
    default:
      return "";
  }
}

void ReadColumn(Row& row, ViewColumn* column) {
  column->set_name(row.String("name"));
  column->set_type(row.String("type"));
  if (!row.IsNull("collation")) {
    std::vector<std::string> collation = row.Array("collation");
    column->mutable_collation()->set_schema(collation[0]);
    column->mutable_collation()->set_name(collation[1]);
  }
  column->set_default_(row.String("default"));
  if (!row.IsNull("statistics")) {
    column->set_statistics(static_cast<int32_t>(row.Int("statistics")));
  }
  column->set_storage(StorageName(row.Text("storage")));
  if (row.Text("compression") == "p") column->set_compression("pglz");
  if (row.Text("compression") == "l") column->set_compression("lz4");
  ReadAttributeOptions(row.Array("options"), column->mutable_with());
}

}  // namespace

void ReadViews(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    View* view = builder.schema()->add_view();
    view->set_schema(row.String("schema"));
    view->set_name(row.String("name"));
    view->set_definition(Query(row.Text("definition")));
    ReadOptions(row.Array("options"), view->mutable_with());
    RegisterView(row, view, builder);
  }
}

void ReadMaterializedViews(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    MaterializedView* view = builder.schema()->add_materialized_view();
    view->set_schema(row.String("schema"));
    view->set_name(row.String("name"));
    view->set_definition(Query(row.Text("definition")));
    view->set_access_method(row.String("access_method"));
    view->set_tablespace(row.String("tablespace"));
    ReadOptions(row.Array("options"), view->mutable_with());
    std::vector<std::string> toast = row.Array("toast_options");
    for (std::string& option : toast) option.insert(0, "toast.");
    ReadOptions(toast, view->mutable_with());
    view->set_no_data(!row.Bool("populated"));
    view->set_cluster_on(row.String("cluster_on"));
    if (row.Text("replica_identity") != "d") {
      builder.AddUnmanaged("replica identity of a materialized view",
                           absl::StrCat(view->schema(), ".", view->name()));
    }
    RegisterView(row, view, builder);
  }
}

void ReadViewColumns(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const Address relation{kPgClass, row.Oid("relation")};
    ViewColumn* column = nullptr;
    std::string schema, name;
    if (auto* view = builder.FindAs<View>(relation)) {
      column = view->add_column();
      schema = view->schema();
      name = view->name();
    } else if (auto* materialized = builder.FindAs<MaterializedView>(relation)) {
      column = materialized->add_column();
      schema = materialized->schema();
      name = materialized->name();
    } else {
      continue;
    }
    ReadColumn(row, column);
    const auto number = static_cast<int32_t>(row.Int("number"));
    builder.Register({kPgClass, relation.object_oid, number}, column, schema, name);
    Builder::ColumnFacts facts;
    facts.name = column->name();
    facts.type = row.Oid("base_type_oid") != 0 ? row.Oid("base_type_oid") : row.Oid("type_oid");
    facts.collation = row.Oid("collation_oid");
    builder.SetColumn(relation.object_oid, number, std::move(facts));
    if (!row.IsNull("default_oid")) {
      builder.Register({kPgAttrdef, row.Oid("default_oid")}, column, schema, name);
    }
  }
}

}  // namespace autogen::introspect
