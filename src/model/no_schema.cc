#include "src/model/no_schema.h"

#include <string>

namespace autogen::model {
namespace {

template <typename Change>
void ForEachMention(Schema* schema, const Change& change) {
  for (Table& table : *schema->mutable_table()) {
    change(&table);
    for (ForeignKey& key : *table.mutable_foreign_key()) change(key.mutable_references());
  }
  for (View& view : *schema->mutable_view()) change(&view);
}

}  // namespace

void PutInNoSchema(Schema* schema) {
  schema->clear_schema();
  schema->add_schema()->set_name(std::string(kNoSchema));
  ForEachMention(schema, [](auto* message) { message->set_schema(std::string(kNoSchema)); });
}

bool IsInNoSchema(const Schema& schema) {
  return schema.schema_size() == 1 && schema.schema(0).name() == kNoSchema;
}

bool TakeOutNoSchema(Schema* schema) {
  if (!IsInNoSchema(*schema)) return false;
  schema->clear_schema();
  ForEachMention(schema, [](auto* message) {
    if (message->schema() == kNoSchema) message->clear_schema();
  });
  return true;
}

}  // namespace autogen::model
