#include "src/model/same.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::io::CodedInputStream;

// Each object as its field's tag and its bytes, in their order; they point into `bytes`. No message
// has a map: equal ones have equal bytes. (By reflection it would take the descriptors of all
// types, which are costlier to build than most schemas are to read.)
std::vector<absl::string_view> Objects(const std::string& bytes) {
  std::vector<absl::string_view> objects;
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  CodedInputStream in(data, static_cast<int>(bytes.size()));
  int begin = 0;
  uint32_t length = 0;
  // Every field of Schema is a message or a text: a tag, a length, so many bytes.
  while (in.ReadTag() != 0 && in.ReadVarint32(&length) && in.Skip(static_cast<int>(length))) {
    const int end = in.CurrentPosition();
    objects.push_back(absl::string_view(bytes).substr(static_cast<size_t>(begin),
                                                      static_cast<size_t>(end - begin)));
    begin = end;
  }
  objects.push_back(absl::string_view(bytes).substr(static_cast<size_t>(begin)));
  std::sort(objects.begin(), objects.end());
  return objects;
}

std::vector<absl::string_view> Without(const std::vector<absl::string_view>& objects,
                                       const std::vector<absl::string_view>& others) {
  std::vector<absl::string_view> left;
  std::set_difference(objects.begin(), objects.end(), others.begin(), others.end(),
                      std::back_inserter(left));
  return left;
}

bool IsUnordered(const FieldInfo& f) {
  if (f.rule->set()) return true;
  // What a relation has beside its columns is known by its name.
  return f.type != nullptr && f.type->kind != KIND_UNSPECIFIED && f.type->kind != COLUMN;
}

void SortTexts(Message* m, const FieldInfo& f) {
  std::vector<std::string> texts;
  for (int i = 0; i < f.reflection->FieldSize(*m, f.field); ++i) {
    texts.push_back(f.reflection->GetRepeatedString(*m, f.field, i));
  }
  std::sort(texts.begin(), texts.end());
  for (size_t i = 0; i < texts.size(); ++i) {
    f.reflection->SetRepeatedString(m, f.field, static_cast<int>(i), std::move(texts[i]));
  }
}

// A column of a view that says nothing but its name belongs to the query.
bool SaysNothing(const Message& m, const TypeInfo& type) {
  if (type.kind != VIEW_COLUMN) return false;
  std::vector<const FieldDescriptor*> set;
  type.reflection->ListFields(m, &set);
  return set.size() == 1 && set.front() == type.name;
}

void Normalise(Message* m, const TypeInfo& type);

void NormaliseMessages(Message* m, const FieldInfo& f) {
  ForEachMutableValue(m, f, Normalise);
  if (!f.field->is_repeated()) return;
  std::vector<std::pair<std::string, Message*>> values;
  while (f.reflection->FieldSize(*m, f.field) > 0) {
    Message* value = f.reflection->ReleaseLast(m, f.field);
    if (SaysNothing(*value, *f.type)) {
      delete value;
    } else {
      values.emplace_back(value->SerializePartialAsString(), value);
    }
  }
  std::reverse(values.begin(), values.end());
  if (IsUnordered(f)) std::sort(values.begin(), values.end());
  for (auto& [bytes, value] : values) f.reflection->AddAllocatedMessage(m, f.field, value);
}

// Leaves out what is never compared (see compare.h) and puts what has no order into one.
void Normalise(Message* m, const TypeInfo& type) {
  for (const FieldInfo& f : type.fields) {
    if (f.rule->hint() || f.rule->derived()) {
      f.reflection->ClearField(m, f.field);
    } else if (f.type != nullptr) {
      NormaliseMessages(m, f);
    } else if (f.field->is_repeated() && IsUnordered(f) &&
               f.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      SortTexts(m, f);
    }
  }
}

std::string Normalised(const std::vector<absl::string_view>& objects) {
  std::string bytes;
  for (absl::string_view object : objects) bytes.append(object.data(), object.size());
  Schema schema;
  if (!schema.ParsePartialFromString(bytes)) return bytes;
  Normalise(&schema, InfoOf(Schema::descriptor()));
  return schema.SerializePartialAsString();
}

}  // namespace

bool SayTheSame(const Schema& a, const Schema& b) {
  const std::string bytes[] = {a.SerializePartialAsString(), b.SerializePartialAsString()};
  const std::vector<absl::string_view> objects[] = {Objects(bytes[0]), Objects(bytes[1])};
  if (objects[0].size() != objects[1].size()) return false;
  const std::vector<absl::string_view> left[] = {Without(objects[0], objects[1]),
                                                 Without(objects[1], objects[0])};
  if (left[0].size() != left[1].size()) return false;
  return left[0].empty() || Normalised(left[0]) == Normalised(left[1]);
}

}  // namespace autogen::model
