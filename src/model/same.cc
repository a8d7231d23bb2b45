#include "src/model/same.h"

#include <algorithm>
#include <string>
#include <vector>

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The objects of a field, in the order of their bytes. No message has a map: equal ones have equal
// bytes.
std::vector<std::string> Sorted(const Schema& schema, const FieldDescriptor* field) {
  const Reflection& reflection = *schema.GetReflection();
  std::vector<std::string> texts;
  for (int i = 0; i < reflection.FieldSize(schema, field); ++i) {
    texts.push_back(reflection.GetRepeatedMessage(schema, field, i).SerializePartialAsString());
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace

bool SayTheSame(const Schema& a, const Schema& b) {
  const Reflection& reflection = *a.GetReflection();
  const google::protobuf::Descriptor& type = *a.GetDescriptor();
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;  // what files include
    const int size = reflection.FieldSize(a, field);
    if (size != reflection.FieldSize(b, field)) return false;
    if (size > 0) fields.push_back(field);
  }
  return std::all_of(fields.begin(), fields.end(), [&](const FieldDescriptor* field) {
    return Sorted(a, field) == Sorted(b, field);
  });
}

}  // namespace autogen::model
