#include "src/generate/privileges.h"

#include <algorithm>
#include <string>
#include <vector>

#include "src/model/type_info.h"

namespace autogen::generate {
namespace {

using google::protobuf::Message;
using Words = std::vector<std::string>;

Words OfTables(int server_version) {
  Words words = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"};
  if (server_version == 0 || server_version >= 170000) words.push_back("MAINTAIN");
  return words;
}

Words OfDefaults(DefaultPrivileges::ObjectType type, int server_version) {
  switch (type) {
    case DefaultPrivileges::SEQUENCES:
      return {"USAGE", "SELECT", "UPDATE"};
    case DefaultPrivileges::FUNCTIONS:
      return {"EXECUTE"};
    case DefaultPrivileges::TYPES:
      return {"USAGE"};
    case DefaultPrivileges::SCHEMAS:
      return {"USAGE", "CREATE"};
    case DefaultPrivileges::LARGE_OBJECTS:
      return {"SELECT", "UPDATE"};
    default:  // TABLES
      return OfTables(server_version);
  }
}

// ACL_ALL_RIGHTS_… of acl.h.
Words AllOf(const Message& object, Kind kind, int server_version) {
  switch (kind) {
    case TABLE:
    case VIEW:
    case MATERIALIZED_VIEW:
      return OfTables(server_version);
    case COLUMN:
    case VIEW_COLUMN:
      return {"SELECT", "INSERT", "UPDATE", "REFERENCES"};
    case SEQUENCE:
      return {"USAGE", "SELECT", "UPDATE"};
    case FUNCTION:
    case AGGREGATE:
      return {"EXECUTE"};
    case SCHEMA:
      return {"USAGE", "CREATE"};
    case DEFAULT_PRIVILEGES:
      return OfDefaults(static_cast<const DefaultPrivileges&>(object).on(), server_version);
    default:  // types, languages, foreign-data wrappers, servers
      return {"USAGE"};
  }
}

void ExpandAll(const Words& all, Grant* grant) {
  Words words;
  for (const std::string& privilege : grant->privilege()) {
    if (privilege != "ALL") words.push_back(privilege);
  }
  if (words.size() == static_cast<size_t>(grant->privilege_size())) return;
  grant->clear_privilege();
  for (const std::string& word : all) grant->add_privilege(word);
}

void Walk(Message* object, const model::TypeInfo& type, int server_version) {
  for (const model::FieldInfo& f : type.messages) {
    model::ForEachMutableValue(object, f, [&](Message* value, const model::TypeInfo& inner) {
      if (inner.descriptor == Grant::descriptor()) {
        ExpandAll(AllOf(*object, type.kind, server_version), static_cast<Grant*>(value));
      } else if (inner.kind != KIND_UNSPECIFIED) {
        Walk(value, inner, server_version);
      }
    });
  }
}

}  // namespace

void ExpandAllGrants(Schema* model, int server_version) {
  Walk(model, model::InfoOf(Schema::descriptor()), server_version);
}

}  // namespace autogen::generate
