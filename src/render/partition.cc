// Partitions and children of INHERITS: what a table has from its parents.

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/model/compare.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/render/definition.h"
#include "src/render/online_ways.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;

const Table* ParentOf(const Table& table, const Context& context) {
  if (!table.has_partition_of()) return nullptr;
  return model::FindTable(context.plan.after.get(), ParentSchema(table),
                          table.partition_of().table());
}

// All columns of a table that may itself be a partition, in the order of the topmost parent.
std::vector<Column> AllColumns(const Table& table, const Context& context) {
  std::vector<Column> columns;
  const Table* parent = ParentOf(table, context);
  if (parent != nullptr) columns = AllColumns(*parent, context);
  for (Column& c : columns) {
    // Identity comes with ATTACH (PostgreSQL 17) or not at all.
    c.clear_identity();
    c.clear_comment();
    c.clear_grant();
    c.clear_revoke();
    c.clear_security_label();
  }
  for (const Column& own : table.column()) {
    auto it = std::find_if(columns.begin(), columns.end(),
                           [&](const Column& c) { return c.name() == own.name(); });
    if (it == columns.end()) {
      columns.push_back(own);
      continue;
    }
    std::string type = it->type();
    *it = own;
    if (it->type().empty()) it->set_type(type);
  }
  return columns;
}

}  // namespace

std::vector<Column> ColumnsToMake(const Operation& op, const Table& table, const Context& context) {
  std::vector<Column> folded;
  bool inherited = false;
  for (const Operation& child : op.folded) {
    if (child.id.kind != COLUMN) continue;
    folded.push_back(static_cast<const Column&>(*child.after));
    inherited |= folded.back().inherited();
  }
  const Table* whole = model::FindTable(context.plan.after.get(), op.id.schema, op.id.name);
  if (whole == nullptr) whole = &table;
  if (whole->has_partition_of()) {
    // A partition that lists every column itself keeps its own order.
    std::vector<Column> all = AllColumns(*whole, context);
    return all.size() == folded.size() && !inherited ? folded : all;
  }
  folded.erase(
      std::remove_if(folded.begin(), folded.end(), [](const Column& c) { return c.inherited(); }),
      folded.end());
  return folded;
}

std::vector<Check> ParentChecks(const Table& table, const Context& context) {
  std::vector<Check> checks;
  absl::flat_hash_set<std::string> known;
  absl::flat_hash_set<std::string> valid;  // those that are it here, also where the parent's is not
  for (const Check& c : table.check()) {
    if (!c.inherited()) known.insert(c.name());
    if (c.inherited() && !c.not_valid()) valid.insert(c.name());
  }
  for (const Table* parent = ParentOf(table, context); parent != nullptr;
       parent = ParentOf(*parent, context)) {
    for (const Check& c : parent->check()) {
      if (c.no_inherit() || !known.insert(c.name()).second) continue;
      checks.push_back(c);
      if (valid.contains(c.name())) checks.back().clear_not_valid();
    }
  }
  return checks;
}

void TakeNulls(const Operation& op, Context& context) {
  const auto& table = static_cast<const Table&>(*op.after);
  if (context.AtLeast(18)) return;
  for (const Operation& child : op.folded) {
    if (child.id.kind != COLUMN || table.inherits_size() == 0) continue;
    const auto& column = static_cast<const Column&>(*child.after);
    if (column.inherited() || column.not_null()) continue;
    const Column* parent = model::InheritedColumn(context.plan.after.get(), table, column.name());
    if (parent == nullptr || !model::HandsDownNotNull(*parent)) continue;
    context.Add(absl::StrCat(AlterTable(child.id, context), " ALTER COLUMN ",
                             sql::Ident(column.name()), " DROP NOT NULL"));
  }
}

absl::Status RenderInheritedColumns(const Operation& op, Context& context) {
  const auto& table = static_cast<const Table&>(*op.after);
  if (table.inherits_size() == 0) return absl::OkStatus();
  for (const Operation& child : op.folded) {
    if (child.id.kind != COLUMN) continue;
    const auto& column = static_cast<const Column&>(*child.after);
    if (!column.inherited()) continue;
    RETURN_IF_ERROR(RendererFor(COLUMN).create(child, context));
  }
  return absl::OkStatus();
}

void NameExclusion(const model::ObjectId& id, const Exclusion& exclusion, Context& context) {
  const std::string generated = model::PartsOf(exclusion, id.parent).Plain();
  if (exclusion.attached_to().empty() || exclusion.name() == generated) return;
  context.Add(absl::StrCat(AlterTable(id, context), " RENAME CONSTRAINT ", sql::Ident(generated),
                           " TO ", sql::Ident(exclusion.name())));
}

void AttachPartition(const Operation& op, const Table& table, Context& context) {
  if (!table.has_partition_of()) return;
  const std::vector<std::string> after = PrepareAttach(op, table, context);
  context.Add(op,
              absl::StrCat("ALTER TABLE ONLY ", ParentName(table), " ATTACH PARTITION ",
                           SqlName(table, op.id), " ", table.partition_of().bound()),
              "attach partition");
  for (const std::string& drop : after) context.Add(drop);
  auto attach = [&](const std::string& parent, const std::string& index) {
    if (parent.empty() || context.IsYetToBeMade(op.id.schema, op.id.name, index)) return;
    context.Add(absl::StrCat("ALTER INDEX ", sql::Qualified(ParentSchema(table), parent),
                             " ATTACH PARTITION ", sql::Qualified(op.id.schema, index)));
  };
  attach(table.primary_key().attached_to(), table.primary_key().name());
  for (const Unique& u : table.unique()) attach(u.attached_to(), u.name());
  for (const Exclusion& e : table.exclude()) {
    if (context.IsYetToBeMade(op.id.schema, op.id.name, e.name())) continue;
    NameExclusion({EXCLUSION, op.id.schema, op.id.name, e.name()}, e, context);
  }
  for (const Index& i : table.index()) attach(i.attached_to(), i.name());
  context.Attached(op.id.schema, op.id.name);
}

std::string ParentSchema(const Table& table) {
  return model::SchemaOrPublic(table.partition_of().schema());
}

std::string ParentName(const Table& table) {
  return sql::Qualified(ParentSchema(table), table.partition_of().table());
}

}  // namespace autogen::render
