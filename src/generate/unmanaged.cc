#include "src/generate/unmanaged.h"

#include <string>
#include <vector>

#include "src/model/new_schema.h"
#include "src/model/object_index.h"

namespace autogen::generate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::vector<std::string> UnmanagedFields(const Settings& settings) {
  std::vector<std::string> fields;
  if (!settings.privileges) fields = {"grant", "revoke"};
  if (!settings.owners) fields.push_back("owner");
  return fields;
}

void Take(const Message* from, const std::vector<std::string>& fields, Message* to) {
  for (const std::string& name : fields) {
    const FieldDescriptor* field = to->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) continue;
    const google::protobuf::Reflection* r = to->GetReflection();
    r->ClearField(to, field);
    if (from == nullptr) continue;
    if (!field->is_repeated()) {
      r->SetString(to, field, r->GetString(*from, field));
      continue;
    }
    for (int i = 0; i < r->FieldSize(*from, field); ++i) {
      r->AddMessage(to, field)->CopyFrom(r->GetRepeatedMessage(*from, field, i));
    }
  }
}

}  // namespace

std::shared_ptr<Schema> WithUnmanagedOf(const std::shared_ptr<const Schema>& before,
                                        const std::shared_ptr<const Schema>& after,
                                        const Settings& settings) {
  const std::vector<std::string> fields = UnmanagedFields(settings);
  auto schema = model::CopySchema(*after);
  if (fields.empty()) return schema;
  model::ObjectIndex old(*before), own(*schema);
  model::ForEachObject(*after, [&](const model::ObjectId& id, const Message& object) {
    // The schema public's owner is compared with its privileges.
    const bool is_public = id.kind == SCHEMA && id.name == "public";
    if ((is_public && settings.privileges) || id.kind == DEFAULT_PRIVILEGES) return;
    const Message* from = old.Find(id);
    if (from != nullptr && from->GetDescriptor() != object.GetDescriptor()) from = nullptr;
    Take(from, fields, own.FindMutable(id));
  });
  return schema;
}

}  // namespace autogen::generate
