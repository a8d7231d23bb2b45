// Views and materialized views; their columns come with those of tables.
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

void ReadMaterializedView(Row& row, MaterializedView* view, Builder& builder) {
  view->set_access_method(row.String("access_method"));
  view->set_tablespace(row.String("tablespace"));
  std::vector<std::string> toast = row.Array("toast_options");
  for (std::string& option : toast) option.insert(0, "toast.");
  ReadOptions(toast, view->mutable_with());
  view->set_no_data(!row.Bool("populated"));
  view->set_cluster_on(row.String("cluster_on"));
  if (row.Text("replica_identity") != "d") {
    builder.AddUnmanaged("replica identity of a materialized view",
                         absl::StrCat(view->schema(), ".", view->name()));
  }
}

// What both kinds have.
template <typename AnyView>
AnyView* ReadView(Row& row, AnyView* view, Builder& builder) {
  view->set_schema(row.String("schema"));
  view->set_name(row.String("name"));
  view->set_definition(Query(row.Text("definition")));
  ReadOptions(row.Array("options"), view->mutable_with());
  RegisterView(row, view, builder);
  return view;
}

}  // namespace

void ReadViews(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    if (row.Bool("materialized")) {
      MaterializedView* view = builder.schema()->add_materialized_view();
      ReadMaterializedView(row, ReadView(row, view, builder), builder);
    } else {
      ReadView(row, builder.schema()->add_view(), builder);
    }
  }
}

}  // namespace autogen::introspect
