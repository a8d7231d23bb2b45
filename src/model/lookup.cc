#include "src/model/lookup.h"

#include <algorithm>

#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::string_view TextOf(const Message& m, const TypeInfo& type, const FieldDescriptor* f) {
  if (f == nullptr) return "";
  // The schema's strings are plain std::string fields: the reference is into the message.
  std::string unused;
  return type.reflection->GetStringReference(m, f, &unused);
}

bool IsRelation(Kind kind) {
  return kind == TABLE || kind == VIEW || kind == MATERIALIZED_VIEW || kind == SEQUENCE ||
         kind == COMPOSITE_TYPE;
}

}  // namespace

Lookup::Lookup(const Schema& schema) {
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    Kind kind = f.type->kind;
    ForEachValue(schema, f, [&](const Message& m, const TypeInfo& type) {
      absl::string_view in = TextOf(m, type, type.schema);
      absl::string_view name = TextOf(m, type, type.name);
      objects_.insert(Key(kind, in, name));
      if (kind == SCHEMA) {
        schemas_.insert(name);
      } else if (kind == EXTENSION) {
        extension_schemas_.insert(in);
      } else if (kind != DEFAULT_PRIVILEGES && !in.empty()) {
        schemas_.insert(in);
      }
      if (IsRelation(kind)) relations_.emplace(std::make_pair(in, name), &m);
    });
  }
}

bool Lookup::Has(Kind kind, absl::string_view schema, absl::string_view name) const {
  if (objects_.contains(Key(kind, schema, name))) return true;
  if (kind == FUNCTION) return objects_.contains(Key(AGGREGATE, schema, name));
  if (kind == TABLE) {
    return objects_.contains(Key(VIEW, schema, name)) ||
           objects_.contains(Key(MATERIALIZED_VIEW, schema, name)) ||
           objects_.contains(Key(SEQUENCE, schema, name));
  }
  return false;
}

const Message* Lookup::FindRelation(absl::string_view schema, absl::string_view name) const {
  auto it = relations_.find(std::make_pair(schema, name));
  return it == relations_.end() ? nullptr : it->second;
}

const Table* Lookup::FindTable(absl::string_view schema, absl::string_view name) const {
  const Message* m = FindRelation(schema, name);
  return m == nullptr ? nullptr : google::protobuf::DynamicCastToGenerated<Table>(m);
}

std::vector<std::string> Lookup::TableNames(absl::string_view schema) const {
  std::vector<std::string> names;
  for (const auto& [key, m] : relations_) {
    if (key.first == schema) names.emplace_back(key.second);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool Lookup::Columns(const Table& table, std::vector<std::string>* names) const {
  names->clear();
  return Columns(table, 0, names);
}

bool Lookup::Columns(const Table& table, int depth, std::vector<std::string>* names) const {
  auto add = [&](const std::string& name) {
    if (depth == 0 || std::find(names->begin(), names->end(), name) == names->end()) {
      names->push_back(name);
    }
  };
  for (const Column& c : table.column()) add(c.name());
  // A circle of parents is an error that is found elsewhere.
  if (depth > 100) return false;
  bool whole = true;
  auto parent = [&](const std::string& schema, const std::string& name) {
    const Table* t = FindTable(schema, name);
    if (t == nullptr || !Columns(*t, depth + 1, names)) whole = false;
  };
  if (table.has_partition_of()) parent(table.partition_of().schema(), table.partition_of().table());
  for (const Name& name : table.inherits()) parent(name.schema(), name.name());
  if (table.has_of_type()) {
    const Message* m = FindRelation(table.of_type().schema(), table.of_type().name());
    const auto* type =
        m == nullptr ? nullptr : google::protobuf::DynamicCastToGenerated<CompositeType>(m);
    if (type == nullptr) return false;
    for (const CompositeType::Attribute& a : type->attribute()) add(a.name());
  }
  return whole;
}

}  // namespace autogen::model
