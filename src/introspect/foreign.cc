// Foreign-data wrappers, servers and user mappings. Secrets are left on the server by the queries;
// which options hold some is read and reported.
#include "absl/strings/str_cat.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

template <typename Object>
void ReadSecrets(Row& row, Builder& builder, const std::string& described, Object* object) {
  for (const std::string& name : row.Array("secrets")) {
    builder.AddUnmanaged(absl::StrCat("option ", name, " (may hold a secret)"), described);
    object->add_secret_option(name);
  }
}

}  // namespace

void ReadForeignDataWrappers(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    ForeignDataWrapper* w = builder.schema()->add_foreign_data_wrapper();
    w->set_name(row.String("name"));
    ReadName(row, "handler", [w] { return w->mutable_handler(); });
    ReadName(row, "validator", [w] { return w->mutable_validator(); });
    ReadOptions(row.Array("options"), w->mutable_option());
    ReadSecrets(row, builder, absl::StrCat("foreign data wrapper ", w->name()), w);
    builder.Register({kPgForeignDataWrapper, row.Oid("oid")}, w);
  }
}

void ReadServers(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Server* s = builder.schema()->add_server();
    s->set_name(row.String("name"));
    s->set_foreign_data_wrapper(row.String("wrapper"));
    s->set_type(row.String("type"));
    s->set_version(row.String("version"));
    ReadOptions(row.Array("options"), s->mutable_option());
    ReadSecrets(row, builder, absl::StrCat("server ", s->name()), s);
    builder.Register({kPgForeignServer, row.Oid("oid")}, s);
  }
}

void ReadUserMappings(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    UserMapping* u = builder.schema()->add_user_mapping();
    u->set_server(row.String("server"));
    u->set_user(row.String("user"));
    ReadOptions(row.Array("options"), u->mutable_option());
    const std::string object =
        absl::StrCat("user mapping of ", u->user(), " on server ", u->server());
    ReadSecrets(row, builder, object, u);
    if (row.Bool("hidden")) builder.AddUnmanaged("options (not visible to this role)", object);
    builder.Register({kPgUserMapping, row.Oid("oid")}, u);
  }
}

}  // namespace autogen::introspect
