#include "src/model/references.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "src/sql/references.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Class = sql::Reference::Class;

// What a mention of each class can be.
enum class NameSpace { kRelation, kType, kRoutine, kOperator, kCollation };

std::vector<NameSpace> SpacesOf(Class c) {
  switch (c) {
    case Class::kRelation:
      return {NameSpace::kRelation};
    case Class::kType:
      return {NameSpace::kType};
    case Class::kFunction:
      return {NameSpace::kRoutine, NameSpace::kType};
    case Class::kOperator:
      return {NameSpace::kOperator};
    case Class::kCollation:
      return {NameSpace::kCollation};
    case Class::kColumn:
      return {};
    case Class::kAny:
      return {NameSpace::kRelation, NameSpace::kType, NameSpace::kRoutine, NameSpace::kCollation};
  }
  return {};
}

std::vector<NameSpace> SpacesOf(Kind kind) {
  switch (kind) {
    case TABLE:
    case VIEW:
    case MATERIALIZED_VIEW:
    case COMPOSITE_TYPE:
      return {NameSpace::kRelation, NameSpace::kType};
    case SEQUENCE:
      return {NameSpace::kRelation};
    case ENUM:
    case BASE_TYPE:
    case RANGE_TYPE:
    case DOMAIN:
      return {NameSpace::kType};
    case FUNCTION:
    case AGGREGATE:
      return {NameSpace::kRoutine};
    case OPERATOR:
      return {NameSpace::kOperator};
    case COLLATION:
      return {NameSpace::kCollation};
    default:  // nothing that a SQL text mentions by name
      return {};
  }
}

class Finder {
 public:
  explicit Finder(const Catalog& catalog) : catalog_(catalog) {
    for (size_t i = 0; i < catalog.objects().size(); ++i) {
      const Object& o = catalog.objects()[i];
      if (o.parent >= 0) continue;
      const FieldDescriptor* name = o.message->GetDescriptor()->FindFieldByName("name");
      if (name == nullptr) continue;
      std::string plain = o.message->GetReflection()->GetString(*o.message, name);
      for (NameSpace space : SpacesOf(o.id.kind)) Insert(space, o.id.schema, plain, i);
      // Casting to a range type's multirange mentions a name that no object carries.
      if (o.id.kind == RANGE_TYPE) {
        const auto& range = static_cast<const RangeType&>(*o.message);
        std::string multi = range.multirange_name();
        if (multi.empty()) {
          size_t at = plain.find("range");
          multi = at == std::string::npos
                      ? plain + "_multirange"
                      : plain.substr(0, at) + "multirange" + plain.substr(at + 5);
        }
        Insert(NameSpace::kType, o.id.schema, multi, i);
        Insert(NameSpace::kRoutine, o.id.schema, plain, i);
      }
    }
  }

  std::vector<Dependency> Run() {
    for (size_t i = 0; i < catalog_.objects().size(); ++i) {
      object_ = &catalog_.objects()[i];
      Walk(*object_->message, "");
      if (object_->id.kind == BASE_TYPE) SupportOf(static_cast<const BaseType&>(*object_->message));
    }
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  void Insert(NameSpace space, const std::string& schema, const std::string& name, size_t i) {
    names_[absl::StrCat(static_cast<int>(space), ":", schema, ".", name)].push_back(
        static_cast<int>(i));
  }

  const std::vector<int>* Lookup(NameSpace space, const std::string& schema,
                                 const std::string& name) const {
    auto it = names_.find(absl::StrCat(static_cast<int>(space), ":", schema, ".", name));
    return it == names_.end() ? nullptr : &it->second;
  }

  void Mention(const sql::Reference& reference, const std::string& field) {
    std::vector<std::string> schemas = {reference.schema};
    if (reference.schema.empty()) schemas = {object_->id.schema, "public"};
    for (NameSpace space : SpacesOf(reference.reference_class)) {
      for (const std::string& schema : schemas) {
        const std::vector<int>* hits = Lookup(space, schema, reference.name);
        if (hits == nullptr) continue;
        for (int hit : *hits) {
          if (Around(hit)) continue;
          found_.push_back({object_->id, catalog_.at(hit).id, field, true});
        }
        break;
      }
    }
  }

  // Whether `hit` is the object itself or the one around it.
  bool Around(int hit) const {
    if (&catalog_.at(hit) == object_) return true;
    return object_->parent >= 0 && object_->parent == hit;
  }

  // The functions and types that CREATE TYPE names; its other values name nothing.
  void SupportOf(const BaseType& type) {
    for (const Option& option : type.definition()) {
      for (sql::Reference& name : sql::FindReferences(TYPE, option.value())) {
        name.reference_class = Class::kFunction;
        Mention(name, "");
      }
    }
  }

  void Walk(const Message& m, const std::string& field) {
    const google::protobuf::Descriptor* type = m.GetDescriptor();
    const Reflection* r = m.GetReflection();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor* f = type->field(i);
      const FieldRule& rule = RuleOf(f);
      const std::string& name = field.empty() && rule.detachable() ? f->name() : field;
      if (f->cpp_type() == FieldDescriptor::CPPTYPE_STRING && rule.sql() != NOT_SQL) {
        if (f->is_repeated()) {
          for (int k = 0; k < r->FieldSize(m, f); ++k) {
            Text(rule.sql(), r->GetRepeatedString(m, f, k), name);
          }
        } else {
          Text(rule.sql(), r->GetString(m, f), name);
        }
      } else if (f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                 OptionsOf(f->message_type()).kind() == KIND_UNSPECIFIED) {
        if (f->is_repeated()) {
          for (int k = 0; k < r->FieldSize(m, f); ++k) Walk(r->GetRepeatedMessage(m, f, k), name);
        } else if (r->HasField(m, f)) {
          Walk(r->GetMessage(m, f), name);
        }
      }
    }
  }

  void Text(Fragment fragment, const std::string& text, const std::string& field) {
    if (text.empty()) return;
    for (const sql::Reference& reference : sql::FindReferences(fragment, text)) {
      Mention(reference, field);
    }
  }

  const Catalog& catalog_;
  const Object* object_ = nullptr;
  absl::flat_hash_map<std::string, std::vector<int>> names_;
  std::vector<Dependency> found_;
};

// What a circle of views can lead through; everything else that names a view is made after it.
bool LeadsOn(Kind kind) {
  return kind == VIEW || kind == MATERIALIZED_VIEW || kind == FUNCTION || kind == AGGREGATE ||
         kind == OPERATOR;
}

Schema WithoutTables(const Schema& schema) {
  Schema rest;
  *rest.mutable_view() = schema.view();
  *rest.mutable_materialized_view() = schema.materialized_view();
  *rest.mutable_function() = schema.function();
  *rest.mutable_aggregate() = schema.aggregate();
  *rest.mutable_operator_() = schema.operator_();
  return rest;
}

bool Reaches(const std::map<ObjectId, std::vector<ObjectId>>& next, const ObjectId& from,
             const ObjectId& to) {
  std::set<ObjectId> seen;
  std::vector<ObjectId> open = {from};
  while (!open.empty()) {
    const ObjectId id = std::move(open.back());
    open.pop_back();
    auto found = next.find(id);
    if (found == next.end()) continue;
    for (const ObjectId& other : found->second) {
      if (other == to) return true;
      if (seen.insert(other).second) open.push_back(other);
    }
  }
  return false;
}

}  // namespace

bool ReadsItself(const View& view) {
  const std::vector<sql::Reference> names = sql::FindReferences(QUERY, view.definition());
  return std::any_of(names.begin(), names.end(), [&](const sql::Reference& r) {
    return r.reference_class == Class::kRelation && r.name == view.name() &&
           (r.schema.empty() ? view.schema() == "public" : r.schema == view.schema());
  });
}

std::set<ObjectId> ViewsInCircles(const Schema& schema) {
  std::set<ObjectId> found;
  if (schema.view().empty()) return found;
  std::map<ObjectId, std::vector<ObjectId>> next;
  for (Dependency& d : TextDependencies(WithoutTables(schema))) {
    if (LeadsOn(d.dependent.kind) && LeadsOn(d.referenced.kind)) {
      next[d.dependent].push_back(std::move(d.referenced));
    }
  }
  for (const View& view : schema.view()) {
    ObjectId id = IdOf(view);
    if (ReadsItself(view) || Reaches(next, id, id)) found.insert(std::move(id));
  }
  return found;
}

std::vector<Dependency> TextDependencies(const Schema& schema) {
  // The catalog is only read while `schema` lives: no copy.
  std::shared_ptr<const Schema> alias(std::shared_ptr<const Schema>(), &schema);
  absl::StatusOr<std::unique_ptr<Catalog>> catalog = Catalog::Build(alias, {});
  if (!catalog.ok()) return {};  // the caller's own Build says why
  return Finder(**catalog).Run();
}

}  // namespace autogen::model
