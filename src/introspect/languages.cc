// Languages, transforms, casts, access methods and conversions.
#include "src/introspect/readers.h"

namespace autogen::introspect {
void ReadLanguages(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Language* language = builder.schema()->add_language();
    language->set_name(row.String("name"));
    language->set_trusted(row.Bool("trusted"));
    ReadName(row, "handler", [language] { return language->mutable_handler(); });
    ReadName(row, "inline", [language] { return language->mutable_inline_(); });
    ReadName(row, "validator", [language] { return language->mutable_validator(); });
    builder.Register({kPgLanguage, row.Oid("oid")}, language);
  }
}

void ReadTransforms(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Transform* transform = builder.schema()->add_transform();
    transform->set_type(row.String("type"));
    transform->set_language(row.String("language"));
    transform->set_from_sql(row.String("from_sql"));
    transform->set_to_sql(row.String("to_sql"));
    builder.Register({kPgTransform, row.Oid("oid")}, transform);
  }
}

void ReadCasts(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Cast* cast = builder.schema()->add_cast();
    cast->set_source(row.String("source"));
    cast->set_target(row.String("target"));
    cast->set_function(row.String("function"));
    cast->set_inout(row.Text("method") == "i");
    if (row.Text("context") == "a") cast->set_context(Cast::ASSIGNMENT);
    if (row.Text("context") == "i") cast->set_context(Cast::IMPLICIT);
    builder.Register({kPgCast, row.Oid("oid")}, cast);
  }
}

void ReadAccessMethods(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    AccessMethod* method = builder.schema()->add_access_method();
    method->set_name(row.String("name"));
    method->set_table(row.Bool("is_table"));
    ReadName(row, "handler", [method] { return method->mutable_handler(); });
    builder.Register({kPgAm, row.Oid("oid")}, method);
  }
}

void ReadConversions(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Conversion* conversion = builder.schema()->add_conversion();
    conversion->set_schema(row.String("schema"));
    conversion->set_name(row.String("name"));
    conversion->set_default_(row.Bool("default"));
    conversion->set_from(row.String("from"));
    conversion->set_to(row.String("to"));
    ReadName(row, "function", [conversion] { return conversion->mutable_function(); });
    builder.Register({kPgConversion, row.Oid("oid")}, conversion);
  }
}

}  // namespace autogen::introspect
