#include <algorithm>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "src/model/check.h"
#include "src/model/diagnose.h"
#include "src/model/names.h"
#include "src/model/object_id.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class NameChecker {
 public:
  explicit NameChecker(Problems* problems) : problems_(problems) {}

  void Object(const Message& m, const TypeInfo& type) {
    Name(m, type);
    for (const FieldInfo& f : type.messages) {
      if (f.type->kind != KIND_UNSPECIFIED) Children(m, f);
    }
    if (type.kind == TABLE) Constraints(static_cast<const Table&>(m));
  }

  // Top-level objects: each identity once.
  void Once(const Message& m) {
    auto [it, inserted] = objects_.emplace(IdOf(m), &m);
    if (!inserted) Twice(m, *it->second, Describe(it->first));
  }

  // Names that live in one catalog: pg_class, or pg_type.
  void Unique(const char* catalog, const std::string& schema, const std::string& name,
              const Message& m) {
    if (name.empty()) return;
    auto [it, inserted] = shared_.emplace(absl::StrCat(catalog, "\n", schema, "\n", name), &m);
    if (inserted || it->second == &m) return;
    const Message& other = *it->second;
    // The same kind twice is reported by Once().
    if (other.GetDescriptor() == m.GetDescriptor() && KindOf(m) != INDEX) return;
    Twice(m, other,
          absl::StrCat("the name ", schema, ".", name, " (here of a ", TypeWords(m.GetDescriptor()),
                       ", there of a ", TypeWords(other.GetDescriptor()), ")"));
  }

 private:
  void Twice(const Message& m, const Message& other, absl::string_view what) {
    std::string place = problems_->PlaceOf(other);
    problems_->Add(m, "name",
                   absl::StrCat(what, " is declared twice",
                                place.empty() ? "" : absl::StrCat(", first at ", place),
                                "; rename or remove one"),
                   {"duplicate-name", ""});
  }

  void Name(const Message& m, const TypeInfo& type) {
    const FieldDescriptor* f = type.name;
    if (f == nullptr) return;
    const std::string& name = type.reflection->GetStringReference(m, f, &scratch_);
    if (name.empty()) {
      problems_->Add(m, "", absl::StrCat(TypeWords(type.descriptor), " needs a name"),
                     {"missing", ""});
    } else if (name.size() > kMaxNameBytes) {
      problems_->Add(m, "name",
                     absl::StrCat("the name \"", name, "\" has ", name.size(),
                                  " bytes; PostgreSQL allows 63: shorten it"),
                     {"name-length", ""});
    }
  }

  void Children(const Message& parent, const FieldInfo& f) {
    const FieldDescriptor* name = f.type->name;
    std::vector<std::pair<absl::string_view, const Message*>> named;
    ForEachValue(parent, f, [&](const Message& m, const TypeInfo& type) {
      Object(m, type);
      named.emplace_back(type.reflection->GetStringReference(m, name, &scratch_), &m);
    });
    // Constraints of a table share a name space.
    if (f.type->kind >= PRIMARY_KEY && f.type->kind <= FOREIGN_KEY) return;
    std::stable_sort(named.begin(), named.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (size_t i = 1; i < named.size(); ++i) {
      if (named[i].first.empty() || named[i].first != named[i - 1].first) continue;
      Twice(*named[i].second, *named[i - 1].second,
            absl::StrCat(TypeWords(f.type->descriptor), " ", named[i].first));
    }
  }

  void Constraints(const Table& t) {
    std::map<absl::string_view, const Message*> seen;
    auto add = [&](const std::string& name, const Message& m) {
      auto [it, inserted] = seen.emplace(name, &m);
      if (!inserted && !name.empty()) {
        Twice(m, *it->second, absl::StrCat("constraint ", name, " of table ", t.name()));
      }
    };
    if (t.has_primary_key()) add(t.primary_key().name(), t.primary_key());
    for (const auto& c : t.unique()) add(c.name(), c);
    for (const Check& c : t.check()) add(c.name(), c);
    for (const Exclusion& c : t.exclude()) add(c.name(), c);
    for (const ForeignKey& c : t.foreign_key()) add(c.name(), c);
  }

  Problems* problems_;
  std::string scratch_;
  std::map<ObjectId, const Message*> objects_;
  absl::flat_hash_map<std::string, const Message*> shared_;
};

// An identity column's sequence has a name among the relations too.
void CheckRelations(const Table& t, NameChecker* checker) {
  checker->Unique("class", t.schema(), t.name(), t);
  if (t.has_primary_key()) {
    checker->Unique("class", t.schema(), t.primary_key().name(), t.primary_key());
  }
  for (const Unique& c : t.unique()) checker->Unique("class", t.schema(), c.name(), c);
  for (const Exclusion& c : t.exclude()) checker->Unique("class", t.schema(), c.name(), c);
  for (const Index& i : t.index()) checker->Unique("class", t.schema(), i.name(), i);
  for (const Column& c : t.column()) {
    if (c.has_identity()) {
      checker->Unique("class", t.schema(), c.identity().sequence_name(), c.identity());
    }
  }
}

}  // namespace

void CheckNames(const Schema& schema, Problems* problems) {
  NameChecker checker(problems);
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    ForEachValue(schema, f, [&](const Message& m, const TypeInfo& type) {
      checker.Object(m, type);
      checker.Once(m);
    });
  }
  for (const Table& t : schema.table()) CheckRelations(t, &checker);
  for (const View& v : schema.view()) checker.Unique("class", v.schema(), v.name(), v);
  for (const MaterializedView& v : schema.materialized_view()) {
    checker.Unique("class", v.schema(), v.name(), v);
    for (const Index& i : v.index()) checker.Unique("class", v.schema(), i.name(), i);
  }
  for (const Sequence& s : schema.sequence()) checker.Unique("class", s.schema(), s.name(), s);
  for (const CompositeType& t : schema.composite_type()) {
    checker.Unique("class", t.schema(), t.name(), t);
    checker.Unique("type", t.schema(), t.name(), t);
  }
  // A relation has a row type of its own name.
  for (const Table& t : schema.table()) checker.Unique("type", t.schema(), t.name(), t);
  for (const View& v : schema.view()) checker.Unique("type", v.schema(), v.name(), v);
  for (const MaterializedView& v : schema.materialized_view()) {
    checker.Unique("type", v.schema(), v.name(), v);
  }
  for (const Enum& t : schema.enum_()) checker.Unique("type", t.schema(), t.name(), t);
  for (const Domain& t : schema.domain()) checker.Unique("type", t.schema(), t.name(), t);
  for (const RangeType& t : schema.range_type()) checker.Unique("type", t.schema(), t.name(), t);
  for (const BaseType& t : schema.base_type()) checker.Unique("type", t.schema(), t.name(), t);
}

}  // namespace autogen::model
