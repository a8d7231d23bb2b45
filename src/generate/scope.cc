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

std::shared_ptr<Schema> WithSchemas(const Schema& schema, const std::set<std::string>& names) {
  auto copy = model::CopySchema(schema);
  copy->clear_schema();
  for (const std::string& name : names) {
    const Namespace* declared = nullptr;
    for (const Namespace& n : schema.schema()) {
      if (n.name() == name) declared = &n;
    }
    if (declared != nullptr) {
      *copy->add_schema() = *declared;
    } else {
      copy->add_schema()->set_name(name);
    }
  }
  return copy;
}

void AddPublicOf(const Schema& other, Schema* model) {
  auto is_public = [](const Namespace& n) { return n.name() == "public"; };
  auto to =
      std::find_if(model->mutable_schema()->begin(), model->mutable_schema()->end(), is_public);
  auto from = std::find_if(other.schema().begin(), other.schema().end(), is_public);
  if (to == model->mutable_schema()->end() || from == other.schema().end()) return;
  if (!to->has_comment() && from->has_comment()) to->set_comment(from->comment());
  if (to->owner().empty()) to->set_owner(from->owner());
}

void AddSchemas(const std::set<std::string>& schemas, const Schema& other, model::Snapshot* side) {
  std::shared_ptr<Schema> schema = WithSchemas(*side->schema, schemas);
  AddPublicOf(other, schema.get());
  side->schema = std::move(schema);
}

}  // namespace autogen::generate
