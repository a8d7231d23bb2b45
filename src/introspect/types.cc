// Domains, composite, range and base types, collations.
#include "src/base/text.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

// The type itself and its array type, for dependencies.
void RegisterType(Row& row, Builder& builder, google::protobuf::Message* type) {
  builder.Register({kPgType, row.Oid("oid")}, type);
  if (!row.IsNull("array_type")) builder.Register({kPgType, row.Oid("array_type")}, type);
}

// makeMultirangeTypeName() in typecmds.c.
std::string DefaultMultirangeName(const std::string& range) {
  std::string name = range;
  size_t at = name.find("range");
  if (at == std::string::npos) return ClipUtf8(name, 63 - 11) + "_multirange";
  return ClipUtf8(name.insert(at, "multi"), 63);
}

class Definition {
 public:
  explicit Definition(BaseType* type) : type_(type) {}
  void Add(const char* name, std::string value) {
    Option* option = type_->add_definition();
    option->set_name(name);
    option->set_value(std::move(value));
  }
  // The value of the column, unless it is NULL.
  void AddColumn(Row& row, const char* name, const char* column) {
    if (!row.IsNull(column)) Add(name, row.String(column));
  }

 private:
  BaseType* type_;
};

std::string AlignmentOf(absl::string_view c) {
  if (c == "c") return "char";
  if (c == "s") return "int2";
  return c == "d" ? "double" : "";
}

std::string StorageOf(absl::string_view c) {
  if (c == "e") return "external";
  if (c == "x") return "extended";
  return c == "m" ? "main" : "";
}

void ReadDefinition(Row& row, BaseType* type) {
  Definition d(type);
  d.AddColumn(row, "input", "input");
  d.AddColumn(row, "output", "output");
  d.AddColumn(row, "receive", "receive");
  d.AddColumn(row, "send", "send");
  d.AddColumn(row, "typmod_in", "typmod_in");
  d.AddColumn(row, "typmod_out", "typmod_out");
  d.AddColumn(row, "analyze", "analyze");
  d.AddColumn(row, "subscript", "subscript");
  if (row.Int("length") >= 0) d.Add("internallength", row.String("length"));
  if (row.Bool("passed_by_value")) d.Add("passedbyvalue", "true");
  if (std::string a = AlignmentOf(row.Text("alignment")); !a.empty()) d.Add("alignment", a);
  if (std::string s = StorageOf(row.Text("storage")); !s.empty()) d.Add("storage", s);
  if (row.Text("category") != "U") d.Add("category", row.String("category"));
  if (row.Bool("preferred")) d.Add("preferred", "true");
  d.AddColumn(row, "default", "default");
  d.AddColumn(row, "element", "element");
  if (row.Text("delimiter") != ",") d.Add("delimiter", row.String("delimiter"));
  if (row.Bool("collatable")) d.Add("collatable", "true");
}

}  // namespace

void ReadDomains(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Domain* d = builder.schema()->add_domain();
    d->set_schema(row.String("schema"));
    d->set_name(row.String("name"));
    d->set_type(row.String("type"));
    ReadName(row, "collation", [d] { return d->mutable_collation(); });
    d->set_default_(row.String("default"));
    d->set_not_null(row.Bool("not_null"));
    if (row.Text("not_null_name") != d->name() + "_not_null") {
      d->set_not_null_name(row.String("not_null_name"));
    }
    RegisterType(row, builder, d);
    if (!row.IsNull("not_null_oid")) builder.Register({kPgConstraint, row.Oid("not_null_oid")}, d);
  }
}

void ReadDomainChecks(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    auto* domain = builder.FindAs<Domain>({kPgType, row.Oid("domain")});
    if (domain == nullptr) continue;
    DomainCheck* check = domain->add_check();
    check->set_name(row.String("name"));
    check->set_expression(StripParentheses(row.Text("expression")));
    check->set_not_valid(!row.Bool("validated"));
    builder.Register({kPgConstraint, row.Oid("oid")}, check, domain->schema(), domain->name());
  }
}

void ReadCompositeTypes(const postgres::Result& result, Builder& builder) {
  CompositeType* type = nullptr;
  uint32_t last = 0;
  for (Row row(result); row.Next();) {
    const uint32_t oid = row.Oid("oid");
    const uint32_t relation = row.Oid("relation");
    if (oid != last) {
      last = oid;
      type = builder.schema()->add_composite_type();
      type->set_schema(row.String("schema"));
      type->set_name(row.String("name"));
      RegisterType(row, builder, type);
      builder.Register({kPgClass, relation}, type);
    }
    if (row.IsNull("attribute")) continue;
    CompositeType::Attribute* a = type->add_attribute();
    a->set_name(row.String("attribute"));
    a->set_type(row.String("type"));
    ReadName(row, "collation", [a] { return a->mutable_collation(); });
    a->set_comment(row.String("comment"));
  }
}

void ReadRangeTypes(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    RangeType* r = builder.schema()->add_range_type();
    r->set_schema(row.String("schema"));
    r->set_name(row.String("name"));
    r->set_subtype(row.String("subtype"));
    ReadName(row, "opclass_schema", "opclass_name", [r] { return r->mutable_subtype_opclass(); });
    ReadName(row, "collation", [r] { return r->mutable_collation(); });
    ReadName(row, "canonical", [r] { return r->mutable_canonical(); });
    ReadName(row, "diff", [r] { return r->mutable_subtype_diff(); });
    if (row.Text("multirange_name") != DefaultMultirangeName(r->name())) {
      r->set_multirange_name(row.String("multirange_name"));
    }
    RegisterType(row, builder, r);
    for (const char* column : {"multirange", "multirange_array"}) {
      if (!row.IsNull(column)) builder.Register({kPgType, row.Oid(column)}, r);
    }
  }
}

void ReadBaseTypes(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    BaseType* type = builder.schema()->add_base_type();
    type->set_schema(row.String("schema"));
    type->set_name(row.String("name"));
    if (row.Bool("defined")) ReadDefinition(row, type);
    RegisterType(row, builder, type);
  }
}

void ReadCollations(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    Collation* c = builder.schema()->add_collation();
    c->set_schema(row.String("schema"));
    c->set_name(row.String("name"));
    const absl::string_view provider = row.Text("provider");
    if (provider == "c") {
      if (row.Text("lc_collate") == row.Text("lc_ctype")) {
        c->set_locale(row.String("lc_collate"));
      } else {
        c->set_lc_collate(row.String("lc_collate"));
        c->set_lc_ctype(row.String("lc_ctype"));
      }
    } else {
      c->set_provider(provider == "i" ? "icu" : "builtin");
      c->set_locale(row.String("locale"));
    }
    c->set_nondeterministic(!row.Bool("deterministic"));
    c->set_rules(row.String("rules"));
    builder.Register({kPgCollation, row.Oid("oid")}, c);
  }
}

}  // namespace autogen::introspect
