// The rows of a table that is dropped and recreated are saved in a temporary table.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;

// With those that it has from its parents.
std::vector<Column> AllColumns(const model::Catalog* catalog, const Table& table) {
  std::vector<Column> columns;
  absl::flat_hash_set<std::string> seen;
  for (const Column& own : table.column()) {
    const model::ObjectId id{COLUMN, table.schema(), table.name(), own.name()};
    columns.push_back(model::WholeColumn(catalog, id, own));
    seen.insert(own.name());
  }
  for (const Name& name : table.inherits()) {
    const Table* parent = model::FindTable(catalog, name.schema(), name.name());
    if (parent == nullptr) continue;
    for (Column& column : AllColumns(catalog, *parent)) {
      if (seen.insert(column.name()).second) columns.push_back(std::move(column));
    }
  }
  return columns;
}

bool IsPlain(const Table* table) {
  return table != nullptr && !table->has_foreign() && !table->has_partition_by() &&
         !table->has_partition_of();
}

bool IsMadeAnew(const model::ObjectId& id, const Context& context) {
  auto has = [&](Action action) {
    return std::any_of(
        context.plan.operations.begin(), context.plan.operations.end(),
        [&](const diff::Operation& op) { return op.action == action && op.id == id; });
  };
  return has(Action::kDrop) && has(Action::kCreate);
}

// The columns to copy. None where the table is not recreated, or a column changes its type.
std::vector<Column> ColumnsToKeep(const model::ObjectId& id, const Context& context) {
  if (!IsMadeAnew(id, context)) return {};
  const model::Catalog* before = context.plan.before.get();
  const model::Catalog* after = context.plan.after.get();
  const Table* old_table = model::FindTable(before, id.schema, id.name);
  const Table* new_table = model::FindTable(after, id.schema, id.name);
  if (!IsPlain(old_table) || !IsPlain(new_table)) return {};
  const std::vector<Column> had = AllColumns(before, *old_table);
  std::vector<Column> kept;
  for (Column& column : AllColumns(after, *new_table)) {
    auto old = std::find_if(had.begin(), had.end(),
                            [&](const Column& c) { return c.name() == column.name(); });
    if (column.has_generated()) continue;
    if (old == had.end()) continue;
    if (old->type() != column.type()) return {};
    kept.push_back(std::move(column));
  }
  return kept;
}

std::string NameAside(const model::ObjectId& id) {
  return sql::Ident(ClipUtf8(absl::StrCat("autogen_rows_", id.name), model::kMaxNameBytes));
}

std::string List(const std::vector<Column>& columns) {
  return absl::StrJoin(columns, ", ", [](std::string* out, const Column& column) {
    absl::StrAppend(out, sql::Ident(column.name()));
  });
}

}  // namespace

bool SaveRows(const model::ObjectId& id, Context& context) {
  const std::vector<Column> columns = ColumnsToKeep(id, context);
  if (columns.empty()) return false;
  context.Add(absl::StrCat("CREATE TEMPORARY TABLE ", NameAside(id), " AS SELECT ", List(columns),
                           " FROM ONLY ", sql::Qualified(id.schema, id.name)));
  return true;
}

void RestoreRows(const diff::Operation& op, Context& context) {
  const model::ObjectId& id = op.id;
  const std::vector<Column> columns = ColumnsToKeep(id, context);
  if (columns.empty()) return;
  const std::string table = sql::Qualified(id.schema, id.name);
  const bool identity =
      std::any_of(columns.begin(), columns.end(), [](const Column& c) { return c.has_identity(); });
  context.Add(op,
              absl::StrCat("INSERT INTO ", table, " (", List(columns), ")",
                           identity ? " OVERRIDING SYSTEM VALUE" : "", " SELECT ", List(columns),
                           " FROM pg_temp.", NameAside(id)),
              "restore its rows");
  for (const Column& column : columns) {
    if (!column.has_identity()) continue;
    const std::string name = sql::Ident(column.name());
    context.Add(absl::StrCat("SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(",
                             sql::Literal(table), ", ", sql::Literal(column.name()), "), max(",
                             name, ")) FROM ONLY ", table, " HAVING max(", name, ") > 0"));
  }
  context.Add(absl::StrCat("DROP TABLE pg_temp.", NameAside(id)));
}

}  // namespace autogen::render
