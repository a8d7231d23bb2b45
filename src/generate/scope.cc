#include "src/generate/scope.h"

#include <algorithm>

#include "src/model/new_schema.h"
#include "src/model/no_schema.h"
#include "src/model/object_id.h"

namespace autogen::generate {

std::set<std::string> SchemasOf(const Schema& model) {
  using google::protobuf::FieldDescriptor;
  std::set<std::string> names;
  if (model::IsInNoSchema(model)) return {std::string(model::kNoSchema)};
  for (const Namespace& n : model.schema()) names.insert(n.name());
  const google::protobuf::Descriptor* root = Schema::descriptor();
  const google::protobuf::Reflection* r = model.GetReflection();
  for (int i = 0; i < root->field_count(); ++i) {
    const FieldDescriptor* f = root->field(i);
    if (f->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const FieldDescriptor* schema = f->message_type()->FindFieldByName("schema");
    if (schema == nullptr || schema->is_repeated()) continue;
    for (int k = 0; k < r->FieldSize(model, f); ++k) {
      const google::protobuf::Message& object = r->GetRepeatedMessage(model, f, k);
      std::string name = object.GetReflection()->GetString(object, schema);
      if (name.empty()) name = model::RuleOf(schema).default_schema();
      if (!name.empty()) names.insert(name);
    }
  }
  if (names.empty()) names.insert("public");
  return names;
}

void DeclareSchemas(const std::set<std::string>& names, Schema* schema) {
  google::protobuf::RepeatedPtrField<Namespace> declared;
  declared.Swap(schema->mutable_schema());
  for (const std::string& name : names) {
    const Namespace* found = nullptr;
    for (const Namespace& n : declared) {
      if (n.name() == name) found = &n;
    }
    if (found != nullptr) {
      *schema->add_schema() = *found;
    } else {
      schema->add_schema()->set_name(name);
    }
  }
}

namespace {

Namespace* PublicOf(Schema* schema) {
  for (Namespace& n : *schema->mutable_schema()) {
    if (n.name() == "public") return &n;
  }
  return nullptr;
}

void AddPublicOf(const Schema& other, Namespace* to) {
  const auto from = std::find_if(other.schema().begin(), other.schema().end(),
                                 [](const Namespace& n) { return n.name() == "public"; });
  if (to == nullptr || from == other.schema().end()) return;
  if (!to->has_comment() && from->has_comment()) to->set_comment(from->comment());
  if (to->owner().empty()) to->set_owner(from->owner());
}

}  // namespace

WithPublicOf::WithPublicOf(const Schema& other, Schema* model) : public_(PublicOf(model)) {
  if (public_ != nullptr) before_ = *public_;
  AddPublicOf(other, public_);
}

WithPublicOf::~WithPublicOf() {
  if (public_ != nullptr) *public_ = before_;
}

void AddSchemas(const std::set<std::string>& schemas, const Schema& other, model::Snapshot* side) {
  std::shared_ptr<Schema> schema = model::CopySchema(*side->schema);
  DeclareSchemas(schemas, schema.get());
  AddPublicOf(other, PublicOf(schema.get()));
  side->schema = std::move(schema);
}

}  // namespace autogen::generate
