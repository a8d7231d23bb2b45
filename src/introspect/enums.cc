// Enums.
#include "src/introspect/readers.h"

namespace autogen::introspect {

void ReadEnums(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Enum* type = builder.schema()->add_enum_();
    type->set_schema(row.String("schema"));
    type->set_name(row.String("name"));
    for (std::string& label : row.Array("labels")) type->add_label(std::move(label));
    builder.Register({kPgType, row.Oid("oid"), 0}, type);
  }
}

}  // namespace autogen::introspect
