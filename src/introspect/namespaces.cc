// Schemas and extensions.
#include <algorithm>

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
  const std::vector<std::string>& excluded = builder.options().exclude_extensions;
  for (Row row(result); row.Next();) {
    if (std::find(excluded.begin(), excluded.end(), row.Text("name")) != excluded.end()) continue;
    Extension* extension = builder.schema()->add_extension();
    extension->set_name(row.String("name"));
    extension->set_schema(row.String("schema"));
    extension->set_version(row.String("version"));
    builder.Register({kPgExtension, row.Oid("oid")}, extension);
  }
}

void ReadOtherSchemas(const postgres::Result& result, Builder& builder) {
  Options excluded;
  excluded.exclude = builder.options().exclude;
  // Patterns that are none were an error before anything was read.
  const auto wanted = SelectedSchemas(excluded);
  if (!wanted.ok()) return;
  for (Row row(result); row.Next();) {
    const std::string name = row.String("name");
    if (!(*wanted)(name)) continue;
    const std::vector<std::string> relations = row.Array("relations");
    const bool own = !relations.empty() &&
                     std::all_of(relations.begin(), relations.end(), [&](const std::string& r) {
                       return IsOwnTable(name, r, builder.options());
                     });
    if (!own) builder.AddUnmanaged(kUnnamedSchema, name);
  }
}

}  // namespace autogen::introspect
