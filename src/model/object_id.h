// The identity of one object of a schema.
#ifndef AUTOGEN_MODEL_OBJECT_ID_H_
#define AUTOGEN_MODEL_OBJECT_ID_H_

#include <google/protobuf/message.h>

#include <string>
#include <tuple>

#include "absl/strings/string_view.h"
#include "autogen/options.pb.h"

namespace autogen::model {

// Plain names, unquoted. `parent` is the relation, type or domain on which a nested object hangs;
// `schema` is then the parent's. `name` of a routine, operator, cast … holds its signature:
// "f(integer, text)".
struct ObjectId {
  Kind kind = KIND_UNSPECIFIED;
  std::string schema;
  std::string parent;
  std::string name;

  auto Key() const { return std::tie(kind, schema, parent, name); }
  friend bool operator==(const ObjectId& a, const ObjectId& b) { return a.Key() == b.Key(); }
  friend bool operator!=(const ObjectId& a, const ObjectId& b) { return !(a == b); }
  friend bool operator<(const ObjectId& a, const ObjectId& b) { return a.Key() < b.Key(); }
  template <typename H>
  friend H AbslHashValue(H h, const ObjectId& id) {
    return H::combine(std::move(h), static_cast<int>(id.kind), id.schema, id.parent, id.name);
  }
};

// "table public.tasks", "column public.tasks.title", "function public.f(integer)": for people.
std::string Describe(const ObjectId& id);
// The same without the kind: "public.tasks.title".
std::string DisplayName(const ObjectId& id);

// The object options of a message type; kind KIND_UNSPECIFIED where it has none.
const ObjectOptions& OptionsOf(const google::protobuf::Descriptor* type);
const FieldRule& RuleOf(const google::protobuf::FieldDescriptor* field);
inline Kind KindOf(const google::protobuf::Message& m) {
  return OptionsOf(m.GetDescriptor()).kind();
}

// The identity of `object`; for nested objects `parent_schema` and `parent` come from the object
// around it. An empty schema field takes its rule's default_schema.
ObjectId IdOf(const google::protobuf::Message& object, absl::string_view parent_schema = "",
              absl::string_view parent = "");

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_OBJECT_ID_H_
