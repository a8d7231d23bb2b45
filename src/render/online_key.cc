#include <vector>

#include "absl/strings/str_cat.h"
#include "src/render/definition.h"
#include "src/render/online_ways.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

template <typename Key>
std::vector<std::string> ColumnsOf(const Key& key) {
  std::vector<std::string> columns(key.column().begin(), key.column().end());
  columns.insert(columns.end(), key.include().begin(), key.include().end());
  return columns;
}

template <typename Key>
std::string IndexDefinition(const std::string& name, const model::ObjectId& id, const Key& key,
                            bool nulls_not_distinct) {
  std::string text = absl::StrCat("CREATE UNIQUE INDEX CONCURRENTLY ", sql::Ident(name), " ON ",
                                  SqlRelation(id), " (", IdentList(key.column()), ")");
  if (key.include_size() > 0) absl::StrAppend(&text, " INCLUDE (", IdentList(key.include()), ")");
  if (nulls_not_distinct) absl::StrAppend(&text, " NULLS NOT DISTINCT");
  if (key.with_size() > 0) absl::StrAppend(&text, " WITH (", WithOptions(key.with()), ")");
  if (!key.tablespace().empty()) {
    absl::StrAppend(&text, " TABLESPACE ", sql::Ident(key.tablespace()));
  }
  return text;
}

template <typename Key>
bool Add(const Operation& op, const Key& key, bool nulls_not_distinct, absl::string_view keyword,
         absl::string_view what, Context& context) {
  const Table* table = TableOf(op.id, context);
  if (!context.online.Covers(op) || table == nullptr || table->has_partition_by() ||
      key.without_overlaps()) {
    return false;
  }
  const bool first = context.online.CanBuildFirst(op.id, ColumnsOf(key));
  // Outside a transaction, in the middle of the script: not while rows wait in temporary tables.
  if (!first && !context.rows.saved.empty()) return false;
  const std::string index =
      context.online.IsFree(op.id) ? op.id.name : context.online.FreeName(op.id, "new");
  const size_t at = context.statements.size();
  context.Add(op, IndexDefinition(index, op.id, key, nulls_not_distinct),
              absl::StrCat("build the index of the ", what));
  if (first) context.Move(at, Place::kFirst);
  context.runs_alone = !first;
  std::string add =
      absl::StrCat(AlterTable(op.id, context), " ADD CONSTRAINT ", sql::Ident(op.id.name), " ",
                   keyword, " USING INDEX ", sql::Ident(index));
  if (key.deferrable() || key.initially_deferred()) absl::StrAppend(&add, " DEFERRABLE");
  if (key.initially_deferred()) absl::StrAppend(&add, " INITIALLY DEFERRED");
  context.Add(op, add, absl::StrCat("add ", what));
  return true;
}

}  // namespace

bool AddKeyOnline(const Operation& op, Context& context) {
  if (op.id.kind == PRIMARY_KEY) {
    return Add(op, static_cast<const PrimaryKey&>(*op.after), false, "PRIMARY KEY", "primary key",
               context);
  }
  if (op.id.kind != UNIQUE) return false;
  const auto& unique = static_cast<const Unique&>(*op.after);
  return Add(op, unique, unique.nulls_not_distinct(), "UNIQUE", "unique constraint", context);
}

}  // namespace autogen::render
