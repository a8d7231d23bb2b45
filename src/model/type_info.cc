#include "src/model/type_info.h"

#include <memory>

#include "autogen/schema.pb.h"
#include "src/model/object_id.h"

namespace autogen::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

int ReadingRank(const FieldDescriptor* f, const FieldRule& rule, Kind kind) {
  const std::string& name = f->name();
  // A column's comment comes last on its line; a table's stands at its head.
  bool top_level = f->containing_type()->FindFieldByName("schema") != nullptr;
  bool body = name == "body" || name == "sql_body" || name == "definition_file";
  int group = name == "schema" && rule.key() && !f->is_repeated() ? 0
              : name == "name"                                    ? 1
              : name == "comment" && top_level                    ? 2
              : kind == FUNCTION && body                          ? 4
                                                                  : 3;
  return group * 1000 + f->index();
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
    info->reflection =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->GetReflection();
    info->kind = OptionsOf(type).kind();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* f = type->field(i);
      const FieldRule& rule = RuleOf(f);
      FieldInfo field{f, &rule, nullptr, info->reflection, ReadingRank(f, rule, info->kind)};
      if (f->message_type() != nullptr) field.type = Add(f->message_type());
      info->fields.push_back(field);
      if (field.type != nullptr) info->messages.push_back(field);
      if (f->cpp_type() != FieldDescriptor::CPPTYPE_STRING || f->is_repeated()) continue;
      if (f->name() == "name") info->name = f;
      if (f->name() != "schema") continue;
      (info->kind == KIND_UNSPECIFIED ? info->reference_schema : info->schema) = f;
    }
    return info;
  }

  absl::flat_hash_map<const Descriptor*, std::unique_ptr<TypeInfo>> types_;
};

}  // namespace

const TypeInfo& InfoOf(const Descriptor* type) {
  static const auto* const registry = new Registry();
  return registry->Find(type);
}

Paths::Paths(const std::function<bool(const TypeInfo&)>& wanted) {
  Add(InfoOf(Schema::descriptor()), wanted);
}

// True where a wanted type is `type` or stands inside it. No type of the schema holds itself.
bool Paths::Add(const TypeInfo& type, const std::function<bool(const TypeInfo&)>& wanted) {
  auto it = fields_.find(&type);
  if (it == fields_.end()) {
    std::vector<FieldInfo> fields;
    for (const FieldInfo& f : type.messages) {
      if (Add(*f.type, wanted)) fields.push_back(f);
    }
    it = fields_.emplace(&type, std::move(fields)).first;
  }
  return !it->second.empty() || wanted(type);
}

}  // namespace autogen::model
