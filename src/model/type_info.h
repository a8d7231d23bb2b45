// The proto's options for each message type, looked up once: the walks over a whole model ask for
// them tens of thousands of times.
#ifndef AUTOGEN_MODEL_TYPE_INFO_H_
#define AUTOGEN_MODEL_TYPE_INFO_H_

#include <google/protobuf/message.h>

#include <functional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "autogen/options.pb.h"

namespace autogen::model {

struct TypeInfo;

struct FieldInfo {
  const google::protobuf::FieldDescriptor* field;
  const FieldRule* rule;
  const TypeInfo* type;                            // of a message field, else nullptr
  const google::protobuf::Reflection* reflection;  // of the messages that have the field
  int reading_rank;                                // see TypeInfo::reading
};

struct TypeInfo {
  const google::protobuf::Descriptor* descriptor;
  const google::protobuf::Reflection* reflection;
  Kind kind;
  std::vector<FieldInfo> fields;    // by FieldDescriptor::index()
  std::vector<FieldInfo> messages;  // those that hold messages
  // The fields `name` and `schema` of an object, or nullptr.
  const google::protobuf::FieldDescriptor* name = nullptr;
  const google::protobuf::FieldDescriptor* schema = nullptr;
  // A `schema` field that is not part of the identity: this message names another object.
  const google::protobuf::FieldDescriptor* reference_schema = nullptr;
};

// Of Schema or any type inside it. People read a type's fields in the order of their reading_rank:
// what it is called, what it is for, the rest by number, and long texts at the end.
const TypeInfo& InfoOf(const google::protobuf::Descriptor* type);

// For walks that look for few types: the message fields behind which one of them may stand.
class Paths {
 public:
  explicit Paths(const std::function<bool(const TypeInfo&)>& wanted);
  const std::vector<FieldInfo>& From(const TypeInfo& type) const { return fields_.at(&type); }

 private:
  bool Add(const TypeInfo& type, const std::function<bool(const TypeInfo&)>& wanted);
  absl::flat_hash_map<const TypeInfo*, std::vector<FieldInfo>> fields_;
};

// Calls visit(message, type) for each value of a message field.
template <typename Visit>
void ForEachValue(const google::protobuf::Message& m, const FieldInfo& f, const Visit& visit) {
  if (f.field->is_repeated()) {
    int n = f.reflection->FieldSize(m, f.field);
    for (int i = 0; i < n; ++i) visit(f.reflection->GetRepeatedMessage(m, f.field, i), *f.type);
  } else if (f.reflection->HasField(m, f.field)) {
    visit(f.reflection->GetMessage(m, f.field), *f.type);
  }
}

template <typename Visit>
void ForEachMutableValue(google::protobuf::Message* m, const FieldInfo& f, const Visit& visit) {
  if (f.field->is_repeated()) {
    int n = f.reflection->FieldSize(*m, f.field);
    for (int i = 0; i < n; ++i) visit(f.reflection->MutableRepeatedMessage(m, f.field, i), *f.type);
  } else if (f.reflection->HasField(*m, f.field)) {
    visit(f.reflection->MutableMessage(m, f.field), *f.type);
  }
}

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_TYPE_INFO_H_
