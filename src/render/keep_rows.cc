// The rows of a table that is dropped and recreated are saved in a temporary table.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/model/type_change.h"
#include "src/render/continue_numbers.h"
#include "src/render/replaced_type.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;
using model::ObjectId;

// With those that it has from its parents.
std::vector<Column> AllColumns(const model::Catalog* catalog, const Table& table) {
  std::vector<Column> columns;
  absl::flat_hash_set<std::string> seen;
  auto add_parent = [&](const std::string& schema, const std::string& name) {
    const Table* parent = model::FindTable(catalog, schema, name);
    if (parent == nullptr) return;
    for (Column& column : AllColumns(catalog, *parent)) {
      if (!seen.insert(column.name()).second) continue;
      column.clear_identity();
      columns.push_back(std::move(column));
    }
  };
  for (const Column& own : table.column()) {
    const model::ObjectId id{COLUMN, table.schema(), table.name(), own.name()};
    columns.push_back(model::WholeColumn(catalog, id, own));
    seen.insert(own.name());
  }
  if (table.has_partition_of()) add_parent(ParentSchema(table), table.partition_of().table());
  for (const Name& name : table.inherits()) add_parent(name.schema(), name.name());
  return columns;
}

// A column that both tables have.
struct Kept {
  Column was;
  Column will;
  bool as_text = false;  // its type is dropped while the rows are aside
};

bool Does(Action action, const ObjectId& id, const Context& context) {
  return std::any_of(context.plan.operations.begin(), context.plan.operations.end(),
                     [&](const diff::Operation& op) { return op.action == action && op.id == id; });
}

bool DropsType(const std::string& type, const Context& context) {
  const std::string base = model::SplitType(type).base;
  return std::any_of(context.plan.operations.begin(), context.plan.operations.end(),
                     [&](const diff::Operation& op) {
                       return op.action == Action::kDrop && op.id.kind != TABLE &&
                              op.id.parent.empty() &&
                              sql::Qualified(op.id.schema, op.id.name) == base;
                     });
}

bool IsRecreated(const ObjectId& id, const Context& context) {
  return Does(Action::kDrop, id, context) && Does(Action::kCreate, id, context);
}

// The topmost of the tables that `id` is a partition of; `id` itself where it is none.
ObjectId RootOf(const model::Catalog* catalog, ObjectId id) {
  for (const Table* table = model::FindTable(catalog, id.schema, id.name);
       table != nullptr && table->has_partition_of();
       table = model::FindTable(catalog, id.schema, id.name)) {
    id = {TABLE, ParentSchema(*table), "", table->partition_of().table()};
  }
  return id;
}

// The tables below a partitioned one, theirs too.
std::vector<ObjectId> Below(const model::Catalog* catalog, const ObjectId& root) {
  std::vector<ObjectId> below;
  for (const Table& table : catalog->schema().table()) {
    const ObjectId id = {TABLE, table.schema(), "", table.name()};
    if (table.has_partition_of() && RootOf(catalog, id) == root) below.push_back(id);
  }
  return below;
}

// The tables whose rows go with a table that is recreated: itself, or those of its partitions that
// are not to go on as they are, as others' partitions or as tables of their own.
std::vector<ObjectId> Sources(const ObjectId& id, const Context& context) {
  const model::Catalog* before = context.plan.before.get();
  const model::Catalog* after = context.plan.after.get();
  if (!model::FindTable(before, id.schema, id.name)->has_partition_by()) return {id};
  std::vector<ObjectId> sources;
  for (const ObjectId& part : Below(before, id)) {
    const Table& table = *model::FindTable(before, part.schema, part.name);
    const bool gone = after->Find(part) < 0;
    const bool moves = Does(Action::kCreate, part, context) && RootOf(after, part) == id;
    if (!table.has_partition_by() && !table.has_foreign() && (gone || moves)) {
      sources.push_back(part);
    }
  }
  return sources;
}

// Whether it can have rows of its own, or gets partitions that can.
bool HoldsRows(const model::Catalog* catalog, const ObjectId& id) {
  const Table* table = model::FindTable(catalog, id.schema, id.name);
  if (table == nullptr || table->has_foreign()) return false;
  const std::vector<ObjectId> below = Below(catalog, id);
  return !table->has_partition_by() ||
         std::none_of(below.begin(), below.end(), [&](const ObjectId& part) {
           return model::FindTable(catalog, part.schema, part.name)->has_foreign();
         });
}

// The columns to copy. None where the table is not recreated, or nothing could take the rows.
std::vector<Kept> ColumnsToKeep(const ObjectId& id, const Context& context) {
  const model::Catalog* before = context.plan.before.get();
  const model::Catalog* after = context.plan.after.get();
  if (!IsRecreated(id, context) || !HoldsRows(before, id) || !HoldsRows(after, id)) return {};
  const Table& new_table = *model::FindTable(after, id.schema, id.name);
  if (new_table.has_partition_by() && Below(after, id).empty()) return {};
  if (Sources(id, context).empty()) return {};
  const std::vector<Column> had = AllColumns(before, *model::FindTable(before, id.schema, id.name));
  std::vector<Kept> kept;
  for (Column& column : AllColumns(after, new_table)) {
    auto old = std::find_if(had.begin(), had.end(),
                            [&](const Column& c) { return c.name() == column.name(); });
    if (column.has_generated() || old == had.end()) continue;
    kept.push_back({*old, std::move(column)});
    if (!DropsType(old->type(), context)) continue;
    kept.back().as_text = true;
    kept.back().was.set_type("text");
  }
  return kept;
}

std::string NameAside(const ObjectId& id) {
  return sql::Ident(ClipUtf8(absl::StrCat("autogen_rows_", id.name), model::kMaxNameBytes));
}

std::string List(const std::vector<Kept>& columns) {
  return absl::StrJoin(columns, ", ", [](std::string* out, const Kept& column) {
    absl::StrAppend(out, sql::Ident(column.will.name()));
  });
}

std::string SavedList(const std::vector<Kept>& columns) {
  return absl::StrJoin(columns, ", ", [](std::string* out, const Kept& column) {
    const std::string name = sql::Ident(column.will.name());
    absl::StrAppend(out, name, column.as_text ? absl::StrCat("::text AS ", name) : "");
  });
}

std::string CastList(const std::vector<Kept>& columns, const Context& context) {
  return absl::StrJoin(columns, ", ", [&](std::string* out, const Kept& c) {
    absl::StrAppend(out, sql::Ident(c.will.name()),
                    ChangeOfValues(c.was.type(), c.will.type(), context).cast);
  });
}

// A constraint that is checked at the end of the transaction: until then PostgreSQL alters no table
// that has rows to be checked.
bool IsDeferred(const ObjectId& id, const Context& context) {
  const model::Catalog* after = context.plan.after.get();
  std::vector<ObjectId> tables = Below(after, id);
  tables.push_back(id);
  return std::any_of(tables.begin(), tables.end(), [&](const ObjectId& t) {
    const Table& table = *model::FindTable(after, t.schema, t.name);
    auto any = [](const auto& list) {
      return std::any_of(list.begin(), list.end(),
                         [](const auto& c) { return c.initially_deferred(); });
    };
    return table.primary_key().initially_deferred() || any(table.unique()) ||
           any(table.exclude()) || any(table.foreign_key());
  });
}

void Restore(const ObjectId& id, Context& context) {
  const std::vector<Kept> columns = ColumnsToKeep(id, context);
  const bool identity = std::any_of(columns.begin(), columns.end(),
                                    [](const Kept& c) { return c.will.has_identity(); });
  context.Add(id,
              absl::StrCat("INSERT INTO ", sql::Qualified(id.schema, id.name), " (", List(columns),
                           ")", identity ? " OVERRIDING SYSTEM VALUE" : "", " SELECT ",
                           CastList(columns, context), " FROM pg_temp.", NameAside(id)),
              "restore its rows");
  if (IsDeferred(id, context)) context.Add("SET CONSTRAINTS ALL IMMEDIATE");
  for (const Kept& c : columns) {
    ContinueNumbers(c.will, {COLUMN, id.schema, id.name, c.will.name()}, context);
  }
  context.Add(absl::StrCat("DROP TABLE pg_temp.", NameAside(id)));
}

// The last operation that makes or attaches a table below `root`.
size_t LastBelow(const ObjectId& root, const Context& context) {
  size_t last = 0;
  for (size_t i = 0; i < context.plan.operations.size(); ++i) {
    const diff::Operation& op = context.plan.operations[i];
    const bool joins = op.id.kind == TABLE &&
                       (op.action == Action::kCreate || context.Changed(op, "partition_of"));
    if (joins && RootOf(context.plan.after.get(), op.id) == root) last = i;
  }
  return last;
}

// Once. False where they are lost.
bool Save(const ObjectId& id, Context& context) {
  const std::vector<Kept> columns = ColumnsToKeep(id, context);
  if (columns.empty()) return false;
  if (!context.rows.saved.insert(id).second) return true;
  std::vector<std::string> queries;
  for (const ObjectId& source : Sources(id, context)) {
    queries.push_back(absl::StrCat("SELECT ", SavedList(columns), " FROM ONLY ",
                                   sql::Qualified(source.schema, source.name)));
  }
  context.Add(absl::StrCat("CREATE TEMPORARY TABLE ", NameAside(id), " AS ",
                           absl::StrJoin(queries, "\n    UNION ALL ")));
  return true;
}

}  // namespace

bool SaveRows(const ObjectId& id, Context& context) {
  if (context.plan.before == nullptr || context.plan.after == nullptr) return false;
  const ObjectId root = RootOf(context.plan.before.get(), id);
  const bool kept = Save(root, context);
  if (root == id) return kept;
  const std::vector<ObjectId> sources = Sources(root, context);
  const bool with_root = std::find(sources.begin(), sources.end(), id) != sources.end();
  return kept && with_root ? true : Save(id, context);
}

void RestoreRows(const diff::Operation& op, Context& context) {
  if (!context.rows.saved.contains(op.id)) return;
  if (!static_cast<const Table&>(*op.after).has_partition_by()) return Restore(op.id, context);
  context.rows.waiting[LastBelow(op.id, context)].push_back(op.id);
  context.rows.held[op.id];
}

bool WaitForRows(const diff::Operation& table, const diff::Operation& child, Context& context) {
  if (table.id.kind != TABLE || child.id.kind != TRIGGER || context.rows.held.empty()) return false;
  auto held = context.rows.held.find(RootOf(context.plan.after.get(), table.id));
  if (held == context.rows.held.end()) return false;
  held->second.push_back(&child);
  return true;
}

absl::Status RestoreWaitingRows(size_t operation, Context& context) {
  auto waiting = context.rows.waiting.find(operation);
  if (waiting == context.rows.waiting.end()) return absl::OkStatus();
  for (const ObjectId& id : waiting->second) {
    Restore(id, context);
    auto held = context.rows.held.extract(id);
    for (const diff::Operation* child : held.mapped()) {
      RETURN_IF_ERROR(RenderOperation(*child, context));
    }
  }
  return absl::OkStatus();
}

}  // namespace autogen::render
