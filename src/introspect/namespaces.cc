// Schemas and extensions.
#include "src/introspect/readers.h"

namespace autogen::introspect {

void ReadNamespaces(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Namespace* schema = builder.schema()->add_schema();
    schema->set_name(row.String("name"));
    builder.Register({kPgNamespace, row.Oid("oid")}, schema);
  }
}

void ReadExtensions(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Extension* extension = builder.schema()->add_extension();
    extension->set_name(row.String("name"));
    extension->set_schema(row.String("schema"));
    extension->set_version(row.String("version"));
    builder.Register({kPgExtension, row.Oid("oid")}, extension);
  }
}

}  // namespace autogen::introspect
