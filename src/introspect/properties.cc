// What every kind may carry: comment, owner, privileges, security labels. By the registered
// addresses, and by the fields' names, which are the same in every kind (common.proto).
#include <google/protobuf/message.h>

#include "absl/strings/str_cat.h"
#include "src/introspect/readers.h"
#include "src/model/defaults.h"

namespace autogen::introspect {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* FieldOf(const Message& object, const char* name) {
  return object.GetDescriptor()->FindFieldByName(name);
}

std::string NameOf(const Builder::Entry& entry) {
  return model::Describe(model::IdOf(*entry.object, *entry.parent_schema, *entry.parent));
}

bool IsPublic(const Message& object) {
  const auto* schema = google::protobuf::DynamicCastToGenerated<Namespace>(&object);
  return schema != nullptr && schema->name() == "public";
}

// Where the privileges of the sequence behind an identity column go; nullptr for anything else.
model::IdentityPrivileges* FindIdentity(const Builder::Entry& entry, Builder& builder) {
  if (entry.own || model::KindOf(*entry.object) != COLUMN) return nullptr;
  const model::ObjectId id = model::IdOf(*entry.object, *entry.parent_schema, *entry.parent);
  for (model::IdentityPrivileges& identity : builder.uncompared().identities) {
    if (identity.column == id) return &identity;
  }
  return nullptr;
}

Address AddressOf(Row& row) {
  return {row.Oid("class"), row.Oid("object"), static_cast<int32_t>(row.Int("sub"))};
}

}  // namespace

void ReadComments(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const Builder::Entry* entry = builder.Find(AddressOf(row));
    if (entry == nullptr) continue;
    const FieldDescriptor* field = FieldOf(*entry->object, "comment");
    if (!entry->own || field == nullptr) {
      // The index of a constraint, the row type of a table, the sequence of an identity column.
      builder.AddUnmanaged("comment on an internal object", NameOf(*entry));
      continue;
    }
    std::string comment = row.String("comment");
    if (IsPublic(*entry->object) && comment == model::kPublicComment) continue;
    entry->object->GetReflection()->SetString(entry->object, field, comment);
  }
}

void ReadOwners(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const Builder::Entry* entry = builder.Find({row.Oid("class"), row.Oid("object"), 0});
    if (entry == nullptr || !entry->own) continue;
    const FieldDescriptor* field = FieldOf(*entry->object, "owner");
    if (field == nullptr) continue;
    if (!builder.options().owners && !IsPublic(*entry->object)) continue;
    entry->object->GetReflection()->SetString(entry->object, field, row.String("owner"));
  }
}

void ReadPrivileges(const postgres::Result& result, Builder& builder) {
  // Rows of one grant follow each other.
  const Message* last_object = nullptr;
  const FieldDescriptor* last_field = nullptr;
  Grant* grant = nullptr;
  for (Row row(result); row.Next();) {
    const Builder::Entry* entry = builder.Find(AddressOf(row));
    if (entry == nullptr) continue;
    const bool revoked = row.Bool("revoked");
    const FieldDescriptor* field = FieldOf(*entry->object, revoked ? "revoke" : "grant");
    // PostgreSQL asks for the range's privileges where a multirange is used (pg_type_aclmask).
    if (!entry->own && model::KindOf(*entry->object) == RANGE_TYPE) continue;
    const bool grant_option = row.Bool("grant_option");
    if (!entry->own || field == nullptr) {
      builder.AddUnmanaged("privileges on an internal object", NameOf(*entry));
      if (model::IdentityPrivileges* identity = FindIdentity(*entry, builder)) {
        std::vector<Grant>& grants = revoked ? identity->revoke : identity->grant;
        grants.emplace_back();
        grants.back().set_role(row.String("role"));
        grants.back().set_grant_option(grant_option);
        grants.back().add_privilege(row.String("privilege"));
      }
      continue;
    }
    if (entry->object != last_object || field != last_field || grant->role() != row.Text("role") ||
        grant->grant_option() != grant_option) {
      grant = static_cast<Grant*>(entry->object->GetReflection()->AddMessage(entry->object, field));
      grant->set_role(row.String("role"));
      grant->set_grant_option(grant_option);
      last_object = entry->object;
      last_field = field;
    }
    grant->add_privilege(row.String("privilege"));
  }
}

void ReadSecurityLabels(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    const Builder::Entry* entry = builder.Find(AddressOf(row));
    if (entry == nullptr) continue;
    const FieldDescriptor* field = FieldOf(*entry->object, "security_label");
    if (!entry->own || field == nullptr) {
      builder.AddUnmanaged("security label on an internal object", NameOf(*entry));
      continue;
    }
    auto* label = static_cast<SecurityLabel*>(
        entry->object->GetReflection()->AddMessage(entry->object, field));
    label->set_provider(row.String("provider"));
    label->set_label(row.String("label"));
  }
}

}  // namespace autogen::introspect
