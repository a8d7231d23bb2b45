// ALTER DEFAULT PRIVILEGES.
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

DefaultPrivileges::ObjectType TypeOf(absl::string_view type) {
  switch (type[0]) {
    case 'S':
      return DefaultPrivileges::SEQUENCES;
    case 'f':
      return DefaultPrivileges::FUNCTIONS;
    case 'T':
      return DefaultPrivileges::TYPES;
    case 'n':
      return DefaultPrivileges::SCHEMAS;
    case 'L':
      return DefaultPrivileges::LARGE_OBJECTS;
    default:
      return DefaultPrivileges::TABLES;
  }
}

// Rows come sorted: the privileges of one role and grant option follow one another.
void AddPrivilege(Row& row, google::protobuf::RepeatedPtrField<Grant>* grants) {
  const absl::string_view role = row.Text("grantee");
  const bool grantable = row.Bool("grantable");
  if (grants->empty() || grants->rbegin()->role() != role ||
      grants->rbegin()->grant_option() != grantable) {
    Grant* grant = grants->Add();
    grant->set_role(std::string(role));
    grant->set_grant_option(grantable);
  }
  grants->rbegin()->add_privilege(row.String("privilege"));
}

}  // namespace

void ReadDefaultPrivileges(const postgres::Result& result, Builder& builder) {
  DefaultPrivileges* d = nullptr;
  uint32_t last = 0;
  for (Row row(result); row.Next();) {
    const uint32_t oid = row.Oid("oid");
    if (oid != last) {
      last = oid;
      d = nullptr;
      const uint32_t oid_of_schema = row.Oid("namespace");
      const auto* schema = builder.FindAs<Namespace>({kPgNamespace, oid_of_schema});
      if (oid_of_schema != 0 && schema == nullptr) continue;  // an extension's schema
      d = builder.schema()->add_default_privileges();
      d->set_role(row.String("role"));
      if (schema != nullptr) d->set_schema(schema->name());
      d->set_on(TypeOf(row.Text("type")));
      builder.Register({kPgDefaultAcl, oid}, d);
    }
    if (d == nullptr) continue;
    AddPrivilege(row, row.Bool("revoked") ? d->mutable_revoke() : d->mutable_grant());
  }
}

}  // namespace autogen::introspect
