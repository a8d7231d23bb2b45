#include "src/model/expand.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class SchemaFiller {
 public:
  explicit SchemaFiller(const Lookup& lookup)
      : lookup_(lookup),
        paths_([](const TypeInfo& type) { return type.reference_schema != nullptr; }) {}

  // Fills references in `m` and what is inside it; `own` is the schema of the object around them.
  void Fill(Message* m, const TypeInfo& type, const std::string& own) {
    for (const FieldInfo& f : paths_.From(type)) {
      ForEachMutableValue(m, f, [&](Message* value, const TypeInfo& value_type) {
        if (value_type.reference_schema != nullptr) Reference(value, value_type, *f.rule, own);
        Fill(value, value_type, own);
      });
    }
  }

 private:
  void Reference(Message* m, const TypeInfo& type, const FieldRule& rule, const std::string& own) {
    const Reflection* r = type.reflection;
    std::string scratch;
    if (!r->GetStringReference(*m, type.reference_schema, &scratch).empty()) return;
    // A Name has its rule on the field that holds it; the other messages on their own fields.
    bool is_name = type.descriptor == Name::descriptor();
    const FieldRule& by =
        is_name ? rule : type.reference_schema->options().GetExtension(autogen::rule);
    std::string schema = by.default_schema();
    if (schema.empty()) schema = own;
    if (schema == "public" && own != "public" && Exists(*m, type, rule, own)) schema = own;
    r->SetString(m, type.reference_schema, schema);
  }

  bool Exists(const Message& m, const TypeInfo& type, const FieldRule& rule,
              const std::string& own) const {
    const FieldDescriptor* name = type.descriptor->FindFieldByName("table");
    if (name == nullptr) name = type.descriptor->FindFieldByName("name");
    if (name == nullptr) return false;
    std::string scratch;
    const std::string& value = m.GetReflection()->GetStringReference(m, name, &scratch);
    if (type.descriptor != Name::descriptor()) return lookup_.Has(TABLE, own, value);
    for (int i = 0; i < rule.reference_size(); ++i) {
      if (lookup_.Has(rule.reference(i), own, value)) return true;
    }
    // An operator's commutator and negator.
    return rule.reference_size() == 0 && lookup_.Has(OPERATOR, own, value);
  }

  const Lookup& lookup_;
  const Paths paths_;
};

}  // namespace

void FillSchemas(Schema* schema) {
  std::string scratch;
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    const FieldDescriptor* own = f.type->schema;
    if (own == nullptr) continue;
    const std::string& by_default = own->options().GetExtension(rule).default_schema();
    if (by_default.empty()) continue;
    ForEachMutableValue(schema, f, [&](Message* m, const TypeInfo& type) {
      const Reflection* r = type.reflection;
      if (r->GetStringReference(*m, own, &scratch).empty()) r->SetString(m, own, by_default);
    });
  }
  Lookup lookup(*schema);
  SchemaFiller filler(lookup);
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    ForEachMutableValue(schema, f, [&](Message* m, const TypeInfo& type) {
      filler.Fill(m, type, OwnSchema(*m, type));
    });
  }
}

std::string OwnSchema(const Message& object, const TypeInfo& type) {
  return type.schema == nullptr ? "public" : type.reflection->GetString(object, type.schema);
}

}  // namespace autogen::model
