#include "src/model/catalog.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::vector<std::string> Strings(const Message& m, const FieldDescriptor* f) {
  const Reflection* r = m.GetReflection();
  std::vector<std::string> values;
  if (f->is_repeated()) {
    for (int i = 0; i < r->FieldSize(m, f); ++i) values.push_back(r->GetRepeatedString(m, f, i));
  } else {
    values.push_back(r->GetString(m, f));
  }
  return values;
}

std::string StringOf(const Message& m, const char* field) {
  const FieldDescriptor* f = m.GetDescriptor()->FindFieldByName(field);
  return f == nullptr || f->is_repeated() ? "" : m.GetReflection()->GetString(m, f);
}

// Walks one object's own fields and finds the objects that its `reference` fields name.
class StructuralEdges {
 public:
  StructuralEdges(const Catalog& catalog,
                  const absl::flat_hash_map<std::string, std::vector<int>>& routines)
      : catalog_(catalog), routines_(routines) {}

  std::vector<Edge> Of(int index) {
    object_ = &catalog_.at(index);
    edges_.clear();
    if (object_->parent >= 0) Add(object_->parent);
    if (object_->id.kind != SCHEMA) Add(catalog_.Find({SCHEMA, "", "", object_->id.schema}));
    Walk(*object_->message);
    if (object_->id.kind == FOREIGN_KEY) ReferencedKey();
    AttachedTo();
    OwnIndexes();
    return std::move(edges_);
  }

 private:
  void Add(int to) {
    if (to >= 0) edges_.push_back({to, field_, false});
  }

  void AddAny(const FieldRule& rule, const std::string& schema, const std::string& name) {
    for (int k = 0; k < rule.reference_size(); ++k) {
      Kind kind = rule.reference(k);
      if (kind == FUNCTION) {
        auto it = routines_.find(absl::StrCat(schema, ".", name));
        if (it != routines_.end()) {
          for (int i : it->second) Add(i);
        }
      } else if (kind == TABLE) {
        Add(catalog_.FindRelation(schema, name));
      } else {
        Add(catalog_.Find({kind, schema, "", name}));
      }
    }
  }

  void Walk(const Message& m) {
    bool top = &m == object_->message;
    for (const FieldInfo& f : InfoOf(m.GetDescriptor()).fields) {
      if (f.type != nullptr && f.type->kind != KIND_UNSPECIFIED) continue;  // an object of its own
      if (top) field_ = f.rule->detachable() ? f.field->name() : "";
      if (f.type != nullptr) {
        ForEachValue(
            m, f, [&](const Message& value, const TypeInfo&) { ReferenceMessage(*f.rule, value); });
      } else if (f.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
                 f.rule->reference_size() > 0) {
        for (const std::string& value : Strings(m, f.field)) {
          if (!value.empty()) ReferenceText(m, *f.rule, value);
        }
      }
    }
    if (top) field_.clear();
  }

  void ReferenceText(const Message& m, const FieldRule& rule, const std::string& value) {
    if (rule.reference(0) == COLUMN)
      return AddColumn(object_->id.schema, object_->id.parent, value);
    if (rule.reference(0) == SCHEMA) return Add(catalog_.Find({SCHEMA, "", "", value}));
    if (rule.reference(0) == TABLE) {
      std::string schema = StringOf(m, "schema");
      return AddAny(rule, SchemaOrPublic(schema), value);
    }
    for (int k = 0; k < rule.reference_size(); ++k) {
      Add(catalog_.Find({rule.reference(k), "", "", value}));
    }
  }

  void ReferenceMessage(const FieldRule& rule, const Message& value) {
    if (const auto* name = google::protobuf::DynamicCastToGenerated<Name>(&value)) {
      AddAny(rule, name->schema().empty() ? rule.default_schema() : name->schema(), name->name());
      return;
    }
    if (const auto* owner = google::protobuf::DynamicCastToGenerated<Sequence::OwnedBy>(&value)) {
      AddColumn(owner->schema().empty() ? object_->id.schema : owner->schema(), owner->table(),
                owner->column());
      return;
    }
    if (const auto* key = google::protobuf::DynamicCastToGenerated<IndexKey>(&value)) {
      if (!key->column().empty()) {
        bool table = object_->id.kind == TABLE;  // a partition key
        AddColumn(object_->id.schema, table ? object_->id.name : object_->id.parent, key->column());
      }
    }
    Walk(value);
  }

  void AddColumn(const std::string& schema, const std::string& relation, const std::string& name) {
    int column = catalog_.Find({COLUMN, schema, relation, name});
    if (column < 0) column = catalog_.Find({VIEW_COLUMN, schema, relation, name});
    // A table's edge to its own column means nothing: the column depends on the table.
    if (column >= 0 && &catalog_.at(catalog_.at(column).parent) != object_) Add(column);
    // An inherited one is created and dropped with the parent's.
    const Table* table = FindTable(&catalog_, schema, relation);
    ObjectId above;
    if (table != nullptr && InheritedColumn(&catalog_, *table, name, &above) != nullptr) {
      Add(catalog_.Find(above));
    }
  }

  // A foreign key needs the key of the other table that makes its target unique, and the target's
  // columns.
  void ReferencedKey() {
    const auto& fk = static_cast<const ForeignKey&>(*object_->message);
    const std::string schema = SchemaOrPublic(fk.references().schema());
    int table = catalog_.FindRelation(schema, fk.references().table());
    if (table < 0) return;
    std::set<std::string> columns(fk.references().column().begin(), fk.references().column().end());
    for (const std::string& c : columns) AddColumn(schema, fk.references().table(), c);
    int weaker = -1;
    for (int child : catalog_.at(table).children) {
      const Object& key = catalog_.at(child);
      std::set<std::string> unique;
      if (key.id.kind == PRIMARY_KEY) {
        const auto& pk = static_cast<const PrimaryKey&>(*key.message);
        unique.insert(pk.column().begin(), pk.column().end());
        if (columns.empty()) return Add(child);
      } else if (key.id.kind == UNIQUE) {
        const auto& u = static_cast<const Unique&>(*key.message);
        unique.insert(u.column().begin(), u.column().end());
      } else if (key.id.kind == INDEX) {
        const auto& index = static_cast<const Index&>(*key.message);
        if (!index.unique() || !index.where().empty()) continue;
        for (const IndexKey& k : index.key()) unique.insert(k.column());
      } else {
        continue;
      }
      if (unique != columns) continue;
      if (key.id.kind != INDEX) return Add(child);
      weaker = child;
    }
    Add(weaker);
  }

  // An index or constraint of a partition that belongs to one of its parent's.
  void AttachedTo() {
    const FieldDescriptor* f = object_->message->GetDescriptor()->FindFieldByName("attached_to");
    if (f == nullptr || object_->parent < 0) return;
    std::string name = object_->message->GetReflection()->GetString(*object_->message, f);
    const Object& table = catalog_.at(object_->parent);
    if (name.empty() || table.id.kind != TABLE) return;
    const auto& partition = static_cast<const Table&>(*table.message).partition_of();
    std::string schema = SchemaOrPublic(partition.schema());
    field_ = "attached_to";
    for (Kind kind : {INDEX, PRIMARY_KEY, UNIQUE, EXCLUSION}) {
      Add(catalog_.Find({kind, schema, partition.table(), name}));
    }
    field_.clear();
  }

  // What CLUSTER and a replica identity name.
  void OwnIndexes() {
    auto add = [&](const char* field, const std::string& name) {
      if (name.empty()) return;
      field_ = field;
      for (Kind kind : {INDEX, PRIMARY_KEY, UNIQUE, EXCLUSION}) {
        Add(catalog_.Find({kind, object_->id.schema, object_->id.name, name}));
      }
      field_.clear();
    };
    if (object_->id.kind == MATERIALIZED_VIEW) {
      add("cluster_on", static_cast<const MaterializedView&>(*object_->message).cluster_on());
    } else if (object_->id.kind == TABLE) {
      const auto& table = static_cast<const Table&>(*object_->message);
      add("cluster_on", table.cluster_on());
      add("replica_identity", table.replica_identity().index());
    }
  }

  const Catalog& catalog_;
  const absl::flat_hash_map<std::string, std::vector<int>>& routines_;
  const Object* object_ = nullptr;
  std::vector<Edge> edges_;
  std::string field_;
};

bool EdgeLess(const Edge& a, const Edge& b) {
  return std::tie(a.to, a.field, a.weak) < std::tie(b.to, b.field, b.weak);
}

bool EdgeSame(const Edge& a, const Edge& b) { return a.to == b.to && a.field == b.field; }

}  // namespace

absl::StatusOr<std::unique_ptr<Catalog>> Catalog::Build(std::shared_ptr<const Schema> schema,
                                                        std::vector<Dependency> dependencies) {
  std::unique_ptr<Catalog> catalog(new Catalog());
  catalog->schema_ = std::move(schema);
  catalog->dependencies_ = std::move(dependencies);

  // Objects, parents before children.
  std::string twice;
  auto add = [&](const Message& m, const TypeInfo& type, int parent, auto&& self) -> void {
    Object object;
    object.message = &m;
    object.parent = parent;
    if (parent < 0) {
      object.id = IdOf(m);
    } else {
      const Object& around = catalog->at(parent);
      object.id = IdOf(m, around.id.schema, around.id.name);
    }
    int index = static_cast<int>(catalog->objects_.size());
    if (!catalog->index_.emplace(object.id, index).second) twice = Describe(object.id);
    catalog->objects_.push_back(std::move(object));
    if (parent >= 0) catalog->objects_[static_cast<size_t>(parent)].children.push_back(index);
    for (const FieldInfo& f : type.messages) {
      if (f.type->kind == KIND_UNSPECIFIED) continue;
      ForEachValue(m, f, [&](const Message& child, const TypeInfo& child_type) {
        self(child, child_type, index, self);
      });
    }
  };
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    if (f.type->kind == KIND_UNSPECIFIED) continue;
    ForEachValue(*catalog->schema_, f,
                 [&](const Message& m, const TypeInfo& type) { add(m, type, -1, add); });
  }
  if (!twice.empty()) {
    return absl::AlreadyExistsError(absl::StrCat(twice, " is declared twice"));
  }

  return catalog;
}

void Catalog::FindEdges() const {
  absl::flat_hash_map<std::string, std::vector<int>> routines;
  for (size_t i = 0; i < objects_.size(); ++i) {
    const Object& o = objects_[i];
    if (o.id.kind == FUNCTION || o.id.kind == AGGREGATE) {
      routines[absl::StrCat(o.id.schema, ".", StringOf(*o.message, "name"))].push_back(
          static_cast<int>(i));
    }
  }

  size_t n = objects_.size();
  needs_.resize(n);
  needed_by_.resize(n);
  StructuralEdges structural(*this, routines);
  for (size_t i = 0; i < n; ++i) needs_[i] = structural.Of(static_cast<int>(i));
  for (const Dependency& d : dependencies_) {
    int from = Find(d.dependent);
    int to = Find(d.referenced);
    // A view's columns stand and fall with it.
    if (to >= 0 && d.referenced.kind == VIEW_COLUMN) to = at(to).parent;
    if (from >= 0 && to >= 0 && from != to) {
      needs_[static_cast<size_t>(from)].push_back({to, d.field, d.weak});
    }
  }
  for (size_t i = 0; i < n; ++i) {
    std::vector<Edge>& edges = needs_[i];
    std::sort(edges.begin(), edges.end(), EdgeLess);
    edges.erase(std::unique(edges.begin(), edges.end(), EdgeSame), edges.end());
    for (const Edge& e : edges) {
      needed_by_[static_cast<size_t>(e.to)].push_back({static_cast<int>(i), e.field, e.weak});
    }
  }
}

int Catalog::Find(const ObjectId& id) const {
  auto it = index_.find(id);
  return it == index_.end() ? -1 : it->second;
}

int Catalog::FindRelation(absl::string_view schema, absl::string_view name) const {
  for (Kind kind : {TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, COMPOSITE_TYPE}) {
    int i = Find({kind, std::string(schema), "", std::string(name)});
    if (i >= 0) return i;
  }
  return -1;
}

}  // namespace autogen::model
