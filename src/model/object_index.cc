#include "src/model/object_index.h"

#include <algorithm>
#include <string>
#include <vector>

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Visit = std::function<void(const ObjectId&, const Message&)>;

void Walk(const Message& message, const std::string& schema, const std::string& parent,
          const Visit& visit) {
  std::vector<const FieldDescriptor*> fields;
  const auto* r = message.GetReflection();
  r->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
        OptionsOf(field->message_type()).kind() == KIND_UNSPECIFIED) {
      continue;
    }
    int count = field->is_repeated() ? r->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const Message& object = field->is_repeated() ? r->GetRepeatedMessage(message, field, i)
                                                   : r->GetMessage(message, field);
      ObjectId id = IdOf(object, schema, parent);
      visit(id, object);
      Walk(object, id.schema, id.name, visit);
    }
  }
}

ObjectId Loose(ObjectId id) {
  id.name.resize(std::min(id.name.find('('), id.name.size()));
  return id;
}

}  // namespace

void ForEachObject(const Schema& schema, const Visit& visit) { Walk(schema, "", "", visit); }

ObjectIndex::ObjectIndex(const Schema& schema) {
  ForEachObject(schema, [&](const ObjectId& id, const Message& object) {
    exact_[id] = &object;
    auto [place, fresh] = loose_.try_emplace(Loose(id), &object);
    if (!fresh) place->second = nullptr;  // overloaded: the bare name is ambiguous
  });
}

const Message* ObjectIndex::Find(const ObjectId& id) const {
  if (auto found = exact_.find(id); found != exact_.end()) return found->second;
  auto found = loose_.find(Loose(id));
  return found == loose_.end() ? nullptr : found->second;
}

}  // namespace autogen::model
