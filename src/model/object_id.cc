#include "src/model/object_id.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "autogen/external.pb.h"
#include "autogen/routine.pb.h"
#include "src/model/no_schema.h"

namespace autogen::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The value of a string field, or "" where the message has none of that name.
std::string StringField(const Message& m, const char* name) {
  const FieldDescriptor* field = m.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return "";
  return m.GetReflection()->GetString(m, field);
}

// How a constraint without a name is known, which SQLite's may be: "(a, b)", "(a > 0)",
// "(owner) REFERENCES users".
std::string WhatItSays(const Message& m) {
  auto keys = [](const auto& constraint) {
    std::vector<std::string> names(constraint.column().begin(), constraint.column().end());
    for (const IndexKey& key : constraint.key()) {
      names.push_back(absl::StrCat(key.column().empty() ? key.expression() : key.column(),
                                   key.has_collation() ? " COLLATE " : "", key.collation().name(),
                                   key.descending() ? " DESC" : ""));
    }
    return absl::StrCat("(", absl::StrJoin(names, ", "), ")");
  };
  switch (KindOf(m)) {
    case PRIMARY_KEY:
      return "primary key";
    case UNIQUE:
      return keys(static_cast<const Unique&>(m));
    case CHECK:
      return absl::StrCat("(", static_cast<const Check&>(m).expression(), ")");
    default: {
      const auto& key = static_cast<const ForeignKey&>(m);
      return absl::StrCat("(", absl::StrJoin(key.column(), ", "), ") REFERENCES ",
                          key.references().table());
    }
  }
}

// The types that tell overloaded routines apart: pg_proc.proargtypes.
std::string InputTypes(const google::protobuf::RepeatedPtrField<Argument>& arguments) {
  std::vector<std::string> types;
  for (const Argument& a : arguments) {
    if (a.mode() == Argument::OUT || a.mode() == Argument::TABLE) continue;
    types.push_back(a.type());
  }
  return absl::StrJoin(types, ", ");
}

std::string LocalName(const Message& m) {
  switch (KindOf(m)) {
    case FUNCTION: {
      const auto& f = static_cast<const Function&>(m);
      return absl::StrCat(f.name(), "(", InputTypes(f.argument()), ")");
    }
    case AGGREGATE: {
      const auto& a = static_cast<const Aggregate&>(m);
      std::string direct = InputTypes(a.argument());
      std::string ordered = InputTypes(a.order_by());
      if (!a.ordered_set() && !a.hypothetical()) {
        return absl::StrCat(a.name(), "(", direct.empty() ? "*" : direct, ")");
      }
      return absl::StrCat(a.name(), "(", direct, direct.empty() ? "" : " ", "ORDER BY ", ordered,
                          ")");
    }
    case OPERATOR: {
      const auto& o = static_cast<const Operator&>(m);
      return absl::StrCat(o.name(), "(", o.left().empty() ? "NONE" : o.left(), ",",
                          o.right().empty() ? "NONE" : o.right(), ")");
    }
    case OPERATOR_CLASS:
    case OPERATOR_FAMILY:
      return absl::StrCat(StringField(m, "name"), " USING ", StringField(m, "method"));
    case CAST: {
      const auto& c = static_cast<const Cast&>(m);
      return absl::StrCat("(", c.source(), " AS ", c.target(), ")");
    }
    case TRANSFORM: {
      const auto& t = static_cast<const Transform&>(m);
      return absl::StrCat("FOR ", t.type(), " LANGUAGE ", t.language());
    }
    case USER_MAPPING: {
      const auto& u = static_cast<const UserMapping&>(m);
      return absl::StrCat("FOR ", u.user(), " SERVER ", u.server());
    }
    case DEFAULT_PRIVILEGES: {
      const auto& d = static_cast<const DefaultPrivileges&>(m);
      std::string name =
          absl::StrCat("FOR ROLE ", d.role(), " ON ", DefaultPrivileges::ObjectType_Name(d.on()));
      if (!d.schema().empty()) absl::StrAppend(&name, " IN SCHEMA ", d.schema());
      return name;
    }
    case COLUMN:  // most objects are columns: without a search for the field
      return static_cast<const Column&>(m).name();
    case PRIMARY_KEY:
    case UNIQUE:
    case CHECK:
    case FOREIGN_KEY: {
      const std::string name = StringField(m, "name");
      return name.empty() ? WhatItSays(m) : name;
    }
    default:  // every other kind is identified by its name alone
      return StringField(m, "name");
  }
}

}  // namespace

const ObjectOptions& OptionsOf(const Descriptor* type) {
  return type->options().GetExtension(object);
}

const FieldRule& RuleOf(const FieldDescriptor* field) {
  return field->options().GetExtension(rule);
}

ObjectId IdOf(const Message& m, absl::string_view parent_schema, absl::string_view parent) {
  ObjectId id;
  id.kind = KindOf(m);
  id.name = LocalName(m);
  id.schema = std::string(parent_schema);
  id.parent = std::string(parent);
  const FieldDescriptor* schema = m.GetDescriptor()->FindFieldByName("schema");
  if (schema != nullptr && !schema->is_repeated() && RuleOf(schema).key() &&
      id.kind != DEFAULT_PRIVILEGES) {
    id.schema = m.GetReflection()->GetString(m, schema);
    if (id.schema.empty()) id.schema = RuleOf(schema).default_schema();
  }
  return id;
}

std::string DisplayName(const ObjectId& id) {
  std::string name;
  for (const std::string& part : {id.schema, id.parent, id.name}) {
    if (part.empty() || part == kNoSchema) continue;
    if (!name.empty()) name.push_back('.');
    name.append(part);
  }
  return name;
}

std::string Describe(const ObjectId& id) {
  std::string kind = absl::AsciiStrToLower(Kind_Name(id.kind));
  return absl::StrCat(absl::StrReplaceAll(kind, {{"_", " "}}), " ", DisplayName(id));
}

}  // namespace autogen::model
