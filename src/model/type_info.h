// The proto's options for each message type, looked up once: the walks over a whole model ask for
// them tens of thousands of times.
#ifndef AUTOGEN_MODEL_TYPE_INFO_H_
#define AUTOGEN_MODEL_TYPE_INFO_H_

#include <google/protobuf/message.h>

#include <vector>

#include "autogen/options.pb.h"

namespace autogen::model {

struct TypeInfo;

struct FieldInfo {
  const google::protobuf::FieldDescriptor* field;
  const FieldRule* rule;
  const TypeInfo* type;  // of a message field, else nullptr
};

struct TypeInfo {
  const google::protobuf::Descriptor* descriptor;
  Kind kind;
  std::vector<FieldInfo> fields;    // in the order of the proto
  std::vector<FieldInfo> messages;  // those that hold messages
  std::vector<FieldInfo> strings;
  // In the order in which people read them: what it is called, what it is for, the rest by number,
  // and long texts at the end.
  std::vector<FieldInfo> reading;
  // A `schema` field that is no part of the identity: this message names another object.
  const google::protobuf::FieldDescriptor* reference_schema = nullptr;
};

// Of Schema or any type inside it.
const TypeInfo& InfoOf(const google::protobuf::Descriptor* type);

// Calls visit(message, info) for each value of a message field.
template <typename Visit>
void ForEachValue(const google::protobuf::Message& m, const FieldInfo& f, const Visit& visit) {
  const google::protobuf::Reflection* r = m.GetReflection();
  if (f.field->is_repeated()) {
    int n = r->FieldSize(m, f.field);
    for (int i = 0; i < n; ++i) visit(r->GetRepeatedMessage(m, f.field, i), *f.type);
  } else if (r->HasField(m, f.field)) {
    visit(r->GetMessage(m, f.field), *f.type);
  }
}

template <typename Visit>
void ForEachMutableValue(google::protobuf::Message* m, const FieldInfo& f, const Visit& visit) {
  const google::protobuf::Reflection* r = m->GetReflection();
  if (f.field->is_repeated()) {
    int n = r->FieldSize(*m, f.field);
    for (int i = 0; i < n; ++i) visit(r->MutableRepeatedMessage(m, f.field, i), *f.type);
  } else if (r->HasField(*m, f.field)) {
    visit(r->MutableMessage(m, f.field), *f.type);
  }
}

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_TYPE_INFO_H_
