#include "src/diff/typed_tables.h"

#include <algorithm>
#include <string>
#include <vector>

#include "src/model/inheritance.h"

namespace autogen::diff {
namespace {

const Table& TableAt(const model::Catalog& catalog, int i) {
  return static_cast<const Table&>(*catalog.at(i).message);
}

// A column that is dropped and added stands behind the others.
bool IsRebuilt(const Draft& d, int table, const std::string& column) {
  const model::ObjectId& id = d.before.at(table).id;
  const int b = d.before.Find({COLUMN, id.schema, id.name, column});
  return b >= 0 && d.fate[static_cast<size_t>(b)] == Fate::kRebuild;
}

}  // namespace

bool IsOfType(const model::Catalog& catalog, int table, int type) {
  const model::Object &t = catalog.at(table), &of = catalog.at(type);
  if (t.id.kind != TABLE || of.id.kind != COMPOSITE_TYPE) return false;
  const Table& typed = TableAt(catalog, table);
  return typed.has_of_type() && typed.of_type().name() == of.id.name &&
         model::SchemaOrPublic(typed.of_type().schema()) == of.id.schema;
}

bool ChangesAttributes(const Draft& d, int type) {
  if (d.before.at(type).id.kind != COMPOSITE_TYPE ||
      d.fate[static_cast<size_t>(type)] != Fate::kAlter || !d.Changes(type, "attribute")) {
    return false;
  }
  auto without_comments = [](const google::protobuf::Message& m) {
    CompositeType bare;
    *bare.mutable_attribute() = static_cast<const CompositeType&>(m).attribute();
    for (CompositeType::Attribute& a : *bare.mutable_attribute()) a.clear_comment();
    return bare;
  };
  const google::protobuf::Message& after = d.After(d.to_after[static_cast<size_t>(type)]);
  return !model::ChangedFields(without_comments(d.Before(type)), without_comments(after),
                               d.options.compare)
              .empty();
}

bool HasOtherOrderThanType(const Draft& d, int table) {
  const int a = d.to_after[static_cast<size_t>(table)];
  if (a < 0 || !TableAt(d.after, a).has_of_type()) return false;
  std::vector<std::string> wanted, stay;
  for (const Column& column : TableAt(d.after, a).column()) wanted.push_back(column.name());
  for (const Column& column : model::WholeColumns(d.before, TableAt(d.before, table))) {
    const bool kept = std::find(wanted.begin(), wanted.end(), column.name()) != wanted.end();
    if (kept && !IsRebuilt(d, table, column.name())) stay.push_back(column.name());
  }
  return stay.size() > wanted.size() || !std::equal(stay.begin(), stay.end(), wanted.begin());
}

int TypeOfOtherOrder(const Draft& d, int table) {
  const Table& before = TableAt(d.before, table);
  if (!before.has_of_type() || d.Changes(table, "of_type") || !HasOtherOrderThanType(d, table)) {
    return -1;
  }
  return d.before.Find({COMPOSITE_TYPE, model::SchemaOrPublic(before.of_type().schema()), "",
                        before.of_type().name()});
}

}  // namespace autogen::diff
