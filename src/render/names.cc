// The names of objects in SQL.

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/external.pb.h"
#include "autogen/routine.pb.h"
#include "autogen/table.pb.h"
#include "src/render/definition.h"
#include "src/render/kind.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using google::protobuf::Message;

// The types that tell overloaded routines apart: pg_proc.proargtypes.
std::string InputTypes(const google::protobuf::RepeatedPtrField<Argument>& arguments) {
  std::vector<std::string> types;
  for (const Argument& a : arguments) {
    if (a.mode() != Argument::OUT && a.mode() != Argument::TABLE) types.push_back(a.type());
  }
  return absl::StrJoin(types, ", ");
}

// All arguments, with their modes: without those PostgreSQL looks for a procedure by its input
// arguments and by all of them, and finds two where another has as many (LookupFuncWithArgs).
std::string ProcedureTypes(const google::protobuf::RepeatedPtrField<Argument>& arguments) {
  return absl::StrJoin(arguments, ", ", [](std::string* out, const Argument& a) {
    absl::StrAppend(out, Argument::Mode_Name(a.mode()), " ", a.type());
  });
}

// VARIADIC is part of an aggregate's name: PostgreSQL folds an equal one on both sides of ORDER BY
// into one argument.
std::string AggregateTypes(const google::protobuf::RepeatedPtrField<Argument>& arguments) {
  return absl::StrJoin(arguments, ", ", [](std::string* out, const Argument& a) {
    absl::StrAppend(out, a.mode() == Argument::VARIADIC ? "VARIADIC " : "", a.type());
  });
}

std::string AggregateTypes(const Aggregate& a) {
  std::string direct = AggregateTypes(a.argument());
  if (!a.ordered_set() && !a.hypothetical()) return direct.empty() ? "*" : direct;
  return absl::StrCat(direct, direct.empty() ? "" : " ", "ORDER BY ", AggregateTypes(a.order_by()));
}

// CREATE USER MAPPING FOR PUBLIC: the keyword, not a role of that name.
std::string RoleName(const std::string& role) { return role == "PUBLIC" ? role : sql::Ident(role); }

}  // namespace

std::string SqlName(const Message& object, const model::ObjectId& id) {
  switch (id.kind) {
    case FUNCTION: {
      const auto& f = static_cast<const Function&>(object);
      return absl::StrCat(sql::Qualified(id.schema, f.name()), "(",
                          f.procedure() ? ProcedureTypes(f.argument()) : InputTypes(f.argument()),
                          ")");
    }
    case AGGREGATE: {
      const auto& a = static_cast<const Aggregate&>(object);
      return absl::StrCat(sql::Qualified(id.schema, a.name()), "(", AggregateTypes(a), ")");
    }
    case OPERATOR: {
      const auto& o = static_cast<const Operator&>(object);
      return absl::StrCat(sql::Ident(id.schema), ".", o.name(), " (",
                          o.left().empty() ? "NONE" : o.left(), ", ",
                          o.right().empty() ? "NONE" : o.right(), ")");
    }
    case OPERATOR_CLASS: {
      const auto& c = static_cast<const OperatorClass&>(object);
      return absl::StrCat(sql::Qualified(id.schema, c.name()), " USING ", sql::Ident(c.method()));
    }
    case OPERATOR_FAMILY: {
      const auto& f = static_cast<const OperatorFamily&>(object);
      return absl::StrCat(sql::Qualified(id.schema, f.name()), " USING ", sql::Ident(f.method()));
    }
    case CAST: {
      const auto& c = static_cast<const Cast&>(object);
      return absl::StrCat("(", c.source(), " AS ", c.target(), ")");
    }
    case TRANSFORM: {
      const auto& t = static_cast<const Transform&>(object);
      return absl::StrCat("FOR ", t.type(), " LANGUAGE ", sql::Ident(t.language()));
    }
    case USER_MAPPING: {
      const auto& u = static_cast<const UserMapping&>(object);
      return absl::StrCat("FOR ", RoleName(u.user()), " SERVER ", sql::Ident(u.server()));
    }
    case INDEX:
      return sql::Qualified(id.schema, id.name);
    default:  // a plain name, qualified unless it belongs to another object
      return sql::Qualified(id.parent.empty() ? id.schema : "", id.name);
  }
}

std::string SqlKeyword(const Message& object) {
  switch (model::KindOf(object)) {
    case TABLE:
      return static_cast<const Table&>(object).has_foreign() ? "FOREIGN TABLE" : "TABLE";
    case FUNCTION:
      return static_cast<const Function&>(object).procedure() ? "PROCEDURE" : "FUNCTION";
    default:  // the kind's own keywords
      return model::OptionsOf(object.GetDescriptor()).sql();
  }
}

std::string SqlTarget(const Message& object, const model::ObjectId& id) {
  std::string keyword = SqlKeyword(object);
  std::string name = SqlName(object, id);
  switch (id.kind) {
    case COLUMN:
    case VIEW_COLUMN:
      return absl::StrCat(keyword, " ", SqlRelation(id), ".", name);
    case DOMAIN_CHECK:
      return absl::StrCat(keyword, " ", name, " ON DOMAIN ", SqlRelation(id));
    case PRIMARY_KEY:
    case UNIQUE:
    case CHECK:
    case EXCLUSION:
    case FOREIGN_KEY:
    case RULE:
    case TRIGGER:
    case POLICY:
      return absl::StrCat(keyword, " ", name, " ON ", SqlRelation(id));
    default:  // an object of its own
      return absl::StrCat(keyword, " ", name);
  }
}

std::string SqlRelation(const model::ObjectId& id) { return sql::Qualified(id.schema, id.parent); }

std::string SqlName(const Name& name, absl::string_view default_schema) {
  return sql::Qualified(name.schema().empty() ? default_schema : name.schema(), name.name());
}

std::string CatalogName(const Name& name) {
  bool bare = name.schema().empty() || name.schema() == "pg_catalog";
  return bare ? sql::Ident(name.name()) : sql::Qualified(name.schema(), name.name());
}

std::string IdentList(const google::protobuf::RepeatedPtrField<std::string>& names) {
  return absl::StrJoin(names, ", ", [](std::string* out, const std::string& name) {
    absl::StrAppend(out, sql::Ident(name));
  });
}

std::string NoteName(const model::ObjectId& id) {
  std::string name = model::DisplayName(id);
  if (id.schema == "public") name.erase(0, id.schema.size() + 1);
  return name;
}

}  // namespace autogen::render
