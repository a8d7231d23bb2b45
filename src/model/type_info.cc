#include "src/model/type_info.h"

#include <algorithm>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "autogen/schema.pb.h"
#include "src/model/object_id.h"

namespace autogen::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

std::vector<FieldInfo> ReadingOrder(const TypeInfo& type) {
  auto rank = [&](const FieldInfo& f) {
    const std::string& name = f.field->name();
    if (name == "schema" && f.rule->key() && !f.field->is_repeated()) return 0;
    if (name == "name") return 1;
    // A column's comment comes last on its line; a table's stands at its head.
    if (name == "comment" && type.descriptor->FindFieldByName("schema") != nullptr) return 2;
    bool body = name == "body" || name == "sql_body" || name == "definition_file";
    return type.kind == FUNCTION && body ? 4 : 3;
  };
  std::vector<FieldInfo> fields = type.fields;
  std::stable_sort(fields.begin(), fields.end(),
                   [&](const FieldInfo& a, const FieldInfo& b) { return rank(a) < rank(b); });
  return fields;
}

class Registry {
 public:
  Registry() { Add(Schema::descriptor()); }

  const TypeInfo& Find(const Descriptor* type) const { return *types_.at(type); }

 private:
  const TypeInfo* Add(const Descriptor* type) {
    auto [it, inserted] = types_.emplace(type, nullptr);
    if (!inserted) return it->second.get();
    it->second = std::make_unique<TypeInfo>();
    TypeInfo* info = it->second.get();
    info->descriptor = type;
    info->kind = OptionsOf(type).kind();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* f = type->field(i);
      FieldInfo field{f, &RuleOf(f), nullptr};
      if (f->message_type() != nullptr) field.type = Add(f->message_type());
      info->fields.push_back(field);
      if (field.type != nullptr) info->messages.push_back(field);
      if (f->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
      info->strings.push_back(field);
      if (f->name() == "schema" && !f->is_repeated() && !field.rule->key() &&
          info->kind == KIND_UNSPECIFIED) {
        info->reference_schema = f;
      }
    }
    info->reading = ReadingOrder(*info);
    return info;
  }

  absl::flat_hash_map<const Descriptor*, std::unique_ptr<TypeInfo>> types_;
};

}  // namespace

const TypeInfo& InfoOf(const Descriptor* type) {
  static const auto* const registry = new Registry();
  return registry->Find(type);
}

}  // namespace autogen::model
