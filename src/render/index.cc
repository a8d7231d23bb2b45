#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/render/definition.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

bool OnPartitionedTable(const Operation& op, const Context& context) {
  const Table* table = TableOf(op.id, context);
  return table != nullptr && table->has_partition_by();
}

// Without ONLY PostgreSQL makes an index on each partition itself; with it the partitions' own
// indexes are attached afterwards.
bool MakeOnly(const Operation& op, const Context& context) {
  return OnPartitionedTable(op, context) &&
         (static_cast<const Index&>(*op.after).invalid() || HasAttachedIndexes(op.id, context));
}

// Of a table or materialized view that is there: no CONCURRENTLY for the index of a partitioned
// table, nor outside a transaction while rows wait in temporary tables.
bool IsOnline(const Operation& op, const Context& context) {
  return context.online.Covers(op) && !OnPartitionedTable(op, context) &&
         context.rows.saved.empty();
}

std::string Definition(const Operation& op, const Index& i, bool concurrently,
                       const Context& context) {
  std::string text = absl::StrCat("CREATE ", i.unique() ? "UNIQUE " : "", "INDEX ",
                                  concurrently ? "CONCURRENTLY " : "", sql::Ident(op.id.name),
                                  " ON ", MakeOnly(op, context) ? "ONLY " : "", SqlRelation(op.id));
  if (!i.method().empty()) absl::StrAppend(&text, " USING ", sql::Ident(i.method()));
  absl::StrAppend(&text, " (", IndexKeys(i.key()), ")");
  if (i.include_size() > 0) absl::StrAppend(&text, " INCLUDE (", IdentList(i.include()), ")");
  if (i.nulls_not_distinct()) absl::StrAppend(&text, " NULLS NOT DISTINCT");
  if (i.with_size() > 0) absl::StrAppend(&text, " WITH (", WithOptions(i.with()), ")");
  if (!i.tablespace().empty()) absl::StrAppend(&text, " TABLESPACE ", sql::Ident(i.tablespace()));
  if (!i.where().empty()) absl::StrAppend(&text, " WHERE ", i.where());
  return text;
}

// Statistics targets of expressions: by the number of the key.
void SetStatistics(const Operation& op, const Index* before, const Index& after, Context& context) {
  for (int k = 0; k < after.key_size(); ++k) {
    bool had = before != nullptr && k < before->key_size() && before->key(k).has_statistics();
    const IndexKey& key = after.key(k);
    int32_t old = had ? before->key(k).statistics() : -1;
    int32_t target = key.has_statistics() ? key.statistics() : -1;
    if (old == target) continue;
    context.Add(absl::StrCat("ALTER INDEX ", sql::Qualified(op.id.schema, op.id.name),
                             " ALTER COLUMN ", k + 1, " SET STATISTICS ", target));
  }
}

absl::Status Create(const Operation& op, Context& context) {
  const auto& i = static_cast<const Index&>(*op.after);
  if (i.nulls_not_distinct() && !context.AtLeast(15)) {
    return absl::UnimplementedError(
        absl::StrCat(model::Describe(op.id), ": NULLS NOT DISTINCT needs PostgreSQL 15"));
  }
  const bool online = IsOnline(op, context);
  const std::optional<Place> replaces =
      online ? context.online.PlaceOfReplacement(op.id) : std::nullopt;
  const std::string old = replaces.has_value() ? context.online.FreeName(op.id, "old") : "";
  const size_t at = context.statements.size();
  if (replaces.has_value()) {
    context.Add(absl::StrCat("ALTER INDEX ", sql::Qualified(op.id.schema, op.id.name),
                             " RENAME TO ", sql::Ident(old)));
  }
  context.Add(op, Definition(op, i, online, context), "create index");
  context.runs_alone = online;
  SetStatistics(op, nullptr, i, context);
  if (replaces.has_value()) {
    context.Add(op, absl::StrCat("DROP INDEX CONCURRENTLY ", sql::Qualified(op.id.schema, old)),
                "drop the index that it replaces");
    context.Move(at, *replaces);
  }
  return absl::OkStatus();
}

absl::Status Finish(const Operation& op, Context& context) {
  if (!context.IsAttached(op.id.schema, op.id.parent)) AttachIndex(op, context);
  return absl::OkStatus();
}

// Whether a partition, on any level, has a key that is attached to the index.
bool HasAttachedKeys(const model::ObjectId& index, const Context& context) {
  for (const Table& table : context.plan.before->schema().table()) {
    const Table::PartitionOf& of = table.partition_of();
    if (of.table() != index.parent || model::SchemaOrPublic(of.schema()) != index.schema) continue;
    if (table.primary_key().attached_to() == index.name) return true;
    for (const Unique& u : table.unique()) {
      if (u.attached_to() == index.name) return true;
    }
    for (const Index& i : table.index()) {
      if (i.attached_to() == index.name &&
          HasAttachedKeys({INDEX, table.schema(), table.name(), i.name()}, context)) {
        return true;
      }
    }
  }
  return false;
}

// What is attached goes with the index; where that is a key, only CASCADE drops it. (What depends
// on the key is dropped before.)
absl::Status Drop(const Operation& op, Context& context) {
  if (IsOnline(op, context) && static_cast<const Index&>(*op.before).attached_to().empty()) {
    const auto& before = static_cast<const Index&>(*op.before);
    if (context.online.PlaceOfReplacement(op.id).has_value()) return absl::OkStatus();
    const Place place = context.online.PlaceOfDrop(before, op.id);
    // In the middle its lock is as short as any.
    if (place != Place::kMain) {
      const size_t at = context.statements.size();
      context.Add(op, absl::StrCat("DROP INDEX CONCURRENTLY ", SqlName(*op.before, op.id)),
                  "drop index");
      context.Move(at, place);
      return absl::OkStatus();
    }
  }
  const bool keys = HasAttachedKeys(op.id, context);
  context.Add(op, absl::StrCat("DROP INDEX ", SqlName(*op.before, op.id), keys ? " CASCADE" : ""),
              "drop index", keys ? "with the keys of partitions that are attached to it" : "");
  return absl::OkStatus();
}

absl::Status Alter(const Operation& op, Context& context) {
  if (context.Changed(op, "key")) {
    SetStatistics(op, static_cast<const Index*>(op.before), static_cast<const Index&>(*op.after),
                  context);
  }
  AlterIndexParts(op, context);
  return absl::OkStatus();
}

}  // namespace

void RestoreIndexStatistics(const model::ObjectId& column, Context& context) {
  const Table* table = model::FindTable(context.plan.after.get(), column.schema, column.parent);
  if (table == nullptr) return;
  for (const Index& index : table->index()) {
    Operation op;
    op.id = {INDEX, column.schema, column.parent, index.name()};
    // Sets them itself.
    const bool made = std::any_of(context.plan.operations.begin(), context.plan.operations.end(),
                                  [&](const Operation& other) { return other.id == op.id; });
    if (!made && absl::StrContains(index.SerializeAsString(), column.name)) {
      SetStatistics(op, nullptr, index, context);
    }
  }
}

KindRenderer IndexRenderer() {
  return {.create = Create, .drop = Drop, .alter = Alter, .finish = Finish};
}

}  // namespace autogen::render
