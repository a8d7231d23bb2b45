#include "src/model/outside.h"

#include <deque>
#include <set>
#include <utility>

#include "src/model/inheritance.h"
#include "src/model/new_schema.h"
#include "src/model/references.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The schema that an object lies in; "" of one that has none.
std::string SchemaOf(const Message& object) {
  const char* field = KindOf(object) == SCHEMA ? "name" : "schema";
  const FieldDescriptor* f = object.GetDescriptor()->FindFieldByName(field);
  if (f == nullptr || f->is_repeated()) return "";
  std::string name = object.GetReflection()->GetString(object, f);
  return name.empty() ? RuleOf(f).default_schema() : name;
}

// Every object that is not nested.
template <typename Visit>
void ForEachTop(const Schema& schema, const Visit& visit) {
  const Reflection* r = schema.GetReflection();
  for (int i = 0; i < Schema::descriptor()->field_count(); ++i) {
    const FieldDescriptor* f = Schema::descriptor()->field(i);
    if (f->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    for (int k = 0; k < r->FieldSize(schema, f); ++k) visit(f, r->GetRepeatedMessage(schema, f, k));
  }
}

void Add(const FieldDescriptor* f, const Message& object, Schema* schema) {
  schema->GetReflection()->AddMessage(schema, f)->CopyFrom(object);
}

std::set<ObjectId> TopIds(const Schema& schema) {
  std::set<ObjectId> ids;
  ForEachTop(schema,
             [&](const FieldDescriptor*, const Message& object) { ids.insert(IdOf(object)); });
  return ids;
}

// Copies the objects of `from` that `to` lacks.
void AddMissing(const Schema& from, Schema* to) {
  std::set<ObjectId> there = TopIds(*to);
  ForEachTop(from, [&](const FieldDescriptor* f, const Message& object) {
    if (there.insert(IdOf(object)).second) Add(f, object, to);
  });
}

std::pair<std::string, std::string> NameOf(const std::string& schema, const std::string& name) {
  return {SchemaOrPublic(schema), name};
}

// The tables of both that others inherit from, or are partitions of.
std::set<std::pair<std::string, std::string>> Parents(const Schema& schema) {
  std::set<std::pair<std::string, std::string>> parents;
  for (const Table& t : schema.table()) {
    for (const Name& parent : t.inherits()) parents.insert(NameOf(parent.schema(), parent.name()));
    if (t.has_partition_of()) {
      parents.insert(NameOf(t.partition_of().schema(), t.partition_of().table()));
    }
  }
  return parents;
}

// A table with its columns and what makes them unique.
void Strip(Table* table) {
  for (Column& c : *table->mutable_column()) {
    c.clear_default_();
    c.clear_identity();
    c.clear_generated();
    c.clear_option();
  }
  google::protobuf::RepeatedPtrField<Index> unique;
  for (const Index& i : table->index()) {
    if (i.unique()) *unique.Add() = i;
  }
  *table->mutable_index() = unique;
  table->clear_check();
  table->clear_exclude();
  table->clear_foreign_key();
  table->clear_rewrite_rule();
  table->clear_trigger();
  table->clear_policy();
  table->clear_row_security();
  table->clear_force_row_security();
  table->clear_foreign();
  table->clear_cluster_on();
  table->clear_replica_identity();
}

std::shared_ptr<Schema> Stripped(const Schema& outside,
                                 const std::set<std::pair<std::string, std::string>>& parents) {
  auto schema = CopySchema(outside);
  for (Table& t : *schema->mutable_table()) {
    const bool in_family = t.inherits_size() > 0 || t.has_partition_of() ||
                           parents.count(NameOf(t.schema(), t.name())) > 0;
    if (!in_family) Strip(&t);
  }
  for (View& v : *schema->mutable_view()) {
    v.clear_rewrite_rule();
    v.clear_trigger();
  }
  for (MaterializedView& v : *schema->mutable_materialized_view()) {
    v.clear_index();
    v.set_no_data(true);
  }
  schema->clear_default_privileges();
  return schema;
}

// Follows the edges of one schema from what is inside to what is not.
class Walk {
 public:
  Walk(const Catalog& catalog, const std::set<ObjectId>& outside, std::set<ObjectId>* found)
      : catalog_(catalog), outside_(outside), found_(*found) {}

  void Run() {
    for (size_t i = 0; i < catalog_.objects().size(); ++i) {
      const int top = Top(static_cast<int>(i));
      if (outside_.count(catalog_.at(top).id) == 0) Follow(static_cast<int>(i));
    }
    while (!queue_.empty()) {
      const int top = queue_.front();
      queue_.pop_front();
      FollowAll(top);
    }
  }

 private:
  int Top(int i) const {
    while (catalog_.at(i).parent >= 0) i = catalog_.at(i).parent;
    return i;
  }

  void FollowAll(int i) {
    Follow(i);
    for (int child : catalog_.at(i).children) FollowAll(child);
  }

  void Follow(int i) {
    for (const Edge& e : catalog_.Needs(i)) {
      // pg_depend knows of a default that was left out.
      const bool gone = e.field == "default" && catalog_.at(i).id.kind == COLUMN &&
                        static_cast<const Column&>(*catalog_.at(i).message).default_().empty();
      const int top = Top(e.to);
      if (gone || outside_.count(catalog_.at(top).id) == 0) continue;
      if (found_.insert(catalog_.at(top).id).second || seen_.count(top) == 0) {
        if (seen_.insert(top).second) queue_.push_back(top);
      }
    }
  }

  const Catalog& catalog_;
  const std::set<ObjectId>& outside_;
  std::set<ObjectId>& found_;
  std::set<int> seen_;
  std::deque<int> queue_;
};

void WalkFrom(const std::shared_ptr<Schema>& merged, std::vector<Dependency> dependencies,
              const std::set<ObjectId>& outside, std::set<ObjectId>* found) {
  absl::StatusOr<std::unique_ptr<Catalog>> catalog =
      Catalog::Build(merged, std::move(dependencies));
  if (catalog.ok()) Walk(**catalog, outside, found).Run();
}

}  // namespace

SplitSchema Split(const Schema& all, const std::function<bool(const std::string&)>& manages) {
  SplitSchema split{NewSchema(), NewSchema()};
  ForEachTop(all, [&](const FieldDescriptor* f, const Message& object) {
    const std::string schema = SchemaOf(object);
    Add(f, object, (schema.empty() || manages(schema) ? split.inside : split.outside).get());
  });
  return split;
}

Outside Together(const Outside& first, const Outside& second) {
  Outside together = first;
  auto schema = CopySchema(*first.schema);
  AddMissing(*second.schema, schema.get());
  together.schema = std::move(schema);
  together.dependencies.insert(together.dependencies.end(), second.dependencies.begin(),
                               second.dependencies.end());
  return together;
}

Outside Needed(const Outside& all, const std::vector<const Snapshot*>& sides) {
  std::set<std::pair<std::string, std::string>> parents = Parents(*all.schema);
  for (const Snapshot* side : sides) parents.merge(Parents(*side->schema));
  const std::shared_ptr<Schema> stripped = Stripped(*all.schema, parents);
  const std::set<ObjectId> outside = TopIds(*stripped);
  std::set<ObjectId> found;
  for (const Extension& e : stripped->extension()) {
    found.insert(IdOf(e));
    found.insert({SCHEMA, "", "", e.schema()});
  }
  for (const Snapshot* side : sides) {
    auto merged = CopySchema(*side->schema);
    AddMissing(*stripped, merged.get());
    std::vector<Dependency> dependencies = TextDependencies(*merged);
    dependencies.insert(dependencies.end(), side->dependencies.begin(), side->dependencies.end());
    dependencies.insert(dependencies.end(), all.dependencies.begin(), all.dependencies.end());
    WalkFrom(merged, std::move(dependencies), outside, &found);
  }
  auto needed = NewSchema();
  ForEachTop(*stripped, [&](const FieldDescriptor* f, const Message& object) {
    if (found.count(IdOf(object)) > 0) Add(f, object, needed.get());
  });
  return {std::move(needed), all.dependencies};
}

Snapshot WithOutside(const Snapshot& snapshot) {
  if (snapshot.outside == nullptr) return snapshot;
  Snapshot merged = snapshot;
  auto schema = CopySchema(*snapshot.schema);
  AddMissing(*snapshot.outside->schema, schema.get());
  merged.schema = std::move(schema);
  merged.outside = nullptr;
  if (!merged.dependencies.empty()) {
    merged.dependencies.insert(merged.dependencies.end(), snapshot.outside->dependencies.begin(),
                               snapshot.outside->dependencies.end());
  }
  return merged;
}

}  // namespace autogen::model
