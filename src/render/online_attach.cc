#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/render/bound_condition.h"
#include "src/render/online_ways.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

// The column that a table is partitioned by. Nothing where it is by several or by an expression, or
// where it is compared in another way than in a CHECK: the server would not see that a CHECK
// implies the bounds.
std::vector<std::string> PlainKey(const Table& parent) {
  std::vector<std::string> columns;
  if (parent.partition_by().key_size() != 1) return columns;
  for (const IndexKey& key : parent.partition_by().key()) {
    if (key.column().empty() || key.has_collation() || key.has_opclass()) return {};
    columns.push_back(key.column());
  }
  return columns;
}

const Table* DefaultPartition(const Table& table, const Context& context) {
  if (table.partition_of().bound() == "DEFAULT") return nullptr;
  for (const Table& other : context.plan.after->schema().table()) {
    const Table::PartitionOf& of = other.partition_of();
    if (of.bound() == "DEFAULT" && of.table() == table.partition_of().table() &&
        ParentSchema(other) == ParentSchema(table)) {
      return &other;
    }
  }
  return nullptr;
}

// A name that no CHECK of the table has on either side, for the sake of `partition`.
std::string FreeCheckName(const Table& table, const Table& partition, const Context& context) {
  const std::string label = &table == &partition ? "" : partition.name();
  const std::string schema = model::SchemaOrPublic(table.schema());
  const auto taken = [&](const std::string& name) {
    for (const auto* catalog : {context.plan.before.get(), context.plan.after.get()}) {
      const Table* side = model::FindTable(catalog, schema, table.name());
      if (side == nullptr) continue;
      for (const Check& check : side->check()) {
        if (check.name() == name) return true;
      }
    }
    return false;
  };
  std::string name = model::ObjectName(table.name(), label, "bounds");
  for (int i = 1; taken(name); ++i) {
    name = model::ObjectName(table.name(), label, absl::StrCat("bounds", i));
  }
  return name;
}

// Whether all its rows lie in it, and it can be looked at before the plan changes anything.
bool CanLookAt(const Table& table, const std::vector<std::string>& key, const Context& context) {
  const std::string schema = model::SchemaOrPublic(table.schema());
  const model::ObjectId check{CHECK, schema, table.name(), ""};
  return context.online.IsInUse(schema, table.name()) && !table.has_partition_by() &&
         !table.has_foreign() && context.online.CanBuildFirst(check, key);
}

// Adds and validates the CHECK of a table, for the sake of `partition`; returns what drops it.
std::string Look(const Operation& op, const Table& table, const Table& partition,
                 const std::string& condition, Context& context) {
  const std::string alter = absl::StrCat(
      "ALTER TABLE ", sql::Qualified(model::SchemaOrPublic(table.schema()), table.name()));
  const std::string name = sql::Ident(FreeCheckName(table, partition, context));
  size_t at = context.statements.size();
  context.Add(op,
              absl::StrCat(alter, " ADD CONSTRAINT ", name, " CHECK (", condition, ") NOT VALID"),
              "forbid rows outside the bounds");
  context.Move(at, Place::kFirst, kShort);
  at = context.statements.size();
  context.Add(op, absl::StrCat(alter, " VALIDATE CONSTRAINT ", name),
              "look for rows outside the bounds");
  context.Move(at, Place::kFirst, kValidatedApart);
  return absl::StrCat(alter, " DROP CONSTRAINT ", name);
}

}  // namespace

std::vector<std::string> PrepareAttach(const Operation& op, const Table& table, Context& context) {
  const Table* parent =
      model::FindTable(context.plan.after.get(), ParentSchema(table), table.partition_of().table());
  // What waits in temporary tables is not there to be looked at.
  if (parent == nullptr || !context.rows.saved.empty()) return {};
  const std::vector<std::string> key = PlainKey(*parent);
  std::vector<std::string> names;
  for (const std::string& column : key) names.push_back(sql::Ident(column));
  const std::string condition = BoundCondition(table.partition_of().bound(), names);
  if (condition.empty()) return {};
  std::vector<std::string> drops;
  if (CanLookAt(table, key, context)) drops.push_back(Look(op, table, table, condition, context));
  const Table* rest = DefaultPartition(table, context);
  if (rest != nullptr && CanLookAt(*rest, key, context)) {
    drops.push_back(Look(op, *rest, table, absl::StrCat("NOT (", condition, ")"), context));
  }
  return drops;
}

}  // namespace autogen::render
