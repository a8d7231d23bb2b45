#include "src/rows/fill.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/model/inheritance.h"
#include "src/rows/foreign_keys.h"
#include "src/rows/table_filler.h"
#include "src/sql/quote.h"

namespace autogen::rows {
namespace {

using model::ObjectId;

// The tables and what they refer to, those referred to first; roots for partitions.
class FillOrder {
 public:
  explicit FillOrder(const model::Catalog& catalog) : catalog_(catalog) {}

  void Add(ObjectId id) {
    const Table* table = model::FindTable(&catalog_, id.schema, id.name);
    while (table != nullptr && table->has_partition_of()) {
      id = {TABLE, model::SchemaOrPublic(table->partition_of().schema()), "",
            table->partition_of().table()};
      table = model::FindTable(&catalog_, id.schema, id.name);
    }
    if (table == nullptr || table->has_foreign() || !seen_.insert(id).second) return;
    for (const ForeignKey& f : table->foreign_key()) {
      if (Target(f) != id) Add(Target(f));
    }
    order.push_back(table);
  }

  std::vector<const Table*> order;

 private:
  const model::Catalog& catalog_;
  std::set<ObjectId> seen_;
};

// Rows that one foreign key refuses.
struct Refused {
  const ForeignKey* key = nullptr;
  std::string relation;
  std::string condition;  // over "child"
  std::vector<std::string> target_columns;
};

ObjectId RootOf(const model::Catalog& catalog, const Table& table) {
  const Table* root = &table;
  while (root->has_partition_of()) {
    const Table* parent =
        model::FindTable(&catalog, model::SchemaOrPublic(root->partition_of().schema()),
                         root->partition_of().table());
    if (parent == nullptr) break;
    root = parent;
  }
  return {TABLE, model::SchemaOrPublic(root->schema()), "", root->name()};
}

// By the keys of the filled tables and their partitions.
std::vector<Refused> RefusedRows(const model::Catalog& catalog, const Filling& filling) {
  std::set<ObjectId> filled;
  for (const FilledTable& table : filling.tables) filled.insert(table.id);
  std::vector<Refused> refused;
  for (const Table& table : catalog.schema().table()) {
    if (filled.count(RootOf(catalog, table)) == 0) continue;
    for (const ForeignKey& f : table.foreign_key()) {
      std::vector<std::string> keys = TargetColumns(catalog, f);
      if (keys.size() != static_cast<size_t>(f.column_size()) || f.not_valid() ||
          f.not_enforced()) {
        continue;
      }
      const ObjectId target = Target(f);
      std::string condition = RefusedBy(
          f, keys, absl::StrCat(sql::Qualified(target.schema, target.name), " AS parent"));
      refused.push_back({&f, sql::Qualified(model::SchemaOrPublic(table.schema()), table.name()),
                         std::move(condition), std::move(keys)});
    }
  }
  return refused;
}

// Rows whose table was filled before the one that they refer to, or is that one, get the first row
// there; where that is not possible, they stay as they are.
absl::Status ReferToRows(postgres::Connection& connection, const model::Catalog& catalog,
                         const Filling& filling) {
  auto ident = [](std::string* out, const std::string& name) {
    absl::StrAppend(out, sql::Ident(name));
  };
  for (const Refused& r : RefusedRows(catalog, filling)) {
    const ObjectId target = Target(*r.key);
    const std::string keys = absl::StrJoin(r.target_columns, ", ", ident);
    connection
        .Exec(absl::StrCat("UPDATE ", r.relation, " AS child SET (",
                           absl::StrJoin(r.key->column(), ", ", ident), ") = (SELECT ", keys,
                           " FROM ", sql::Qualified(target.schema, target.name), " ORDER BY ", keys,
                           " LIMIT 1) WHERE ", r.condition))
        .IgnoreError();
    if (!connection.alive()) return absl::UnavailableError("the scratch connection is lost");
  }
  return absl::OkStatus();
}

// The triggers of the tables that fire, by their owner's right.
absl::Status SwitchTriggers(postgres::Connection& connection,
                            const std::vector<const Table*>& tables, absl::string_view how) {
  for (const Table* table : tables) {
    for (const Trigger& trigger : table->trigger()) {
      if (trigger.enabled() != ORIGIN) continue;
      RETURN_IF_ERROR(connection
                          .Exec(absl::StrCat(
                              "ALTER TABLE ",
                              sql::Qualified(model::SchemaOrPublic(table->schema()), table->name()),
                              " ", how, " TRIGGER ", sql::Ident(trigger.name())))
                          .status());
    }
  }
  return absl::OkStatus();
}

absl::Status CountRows(postgres::Connection& connection, Filling* filling) {
  std::vector<FilledTable> with_rows;
  for (FilledTable& table : filling->tables) {
    ASSIGN_OR_RETURN(postgres::Result count,
                     connection.Exec(absl::StrCat("SELECT count(*) FROM ", table.relation)));
    table.rows = count.Int(0, 0);
    filling->rows += table.rows;
    if (table.rows == 0) {
      filling->unfilled.push_back(table.relation);
    } else {
      with_rows.push_back(std::move(table));
    }
  }
  filling->tables = std::move(with_rows);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Filling> FillTables(postgres::Connection& connection, const model::Catalog& catalog,
                                   const std::set<model::ObjectId>& tables) {
  FillOrder order(catalog);
  for (const ObjectId& id : tables) order.Add(id);
  const bool silent = SilenceTriggers(connection);
  if (!silent) RETURN_IF_ERROR(SwitchTriggers(connection, order.order, "DISABLE"));
  RETURN_IF_ERROR(MakeFillFunctions(connection));
  Filling filling;
  std::set<ObjectId> filled_before;
  for (const Table* table : order.order) {
    TableFiller filler(connection, catalog, *table, filled_before);
    FilledTable filled;
    filled.id = {TABLE, model::SchemaOrPublic(table->schema()), "", table->name()};
    filled.relation = sql::Qualified(filled.id.schema, filled.id.name);
    filled.columns = filler.ColumnNames();
    filled.key.assign(table->primary_key().column().begin(), table->primary_key().column().end());
    RETURN_IF_ERROR(filler.Run());
    filled_before.insert(filled.id);
    filling.tables.push_back(std::move(filled));
  }
  RETURN_IF_ERROR(ReferToRows(connection, catalog, filling));
  RETURN_IF_ERROR(DeleteOrphans(connection, catalog, filling));
  RETURN_IF_ERROR(CountRows(connection, &filling));
  RETURN_IF_ERROR(DropFillFunctions(connection));
  if (!silent) RETURN_IF_ERROR(SwitchTriggers(connection, order.order, "ENABLE"));
  return filling;
}

bool SilenceTriggers(postgres::Connection& connection) {
  return connection.Exec("SET session_replication_role = replica").ok();
}

absl::Status FireTriggers(postgres::Connection& connection) {
  // Who may not set it may not reset it.
  connection.Exec("RESET session_replication_role").IgnoreError();
  return connection.alive() ? absl::OkStatus()
                            : absl::UnavailableError("the scratch connection is lost");
}

absl::Status DeleteOrphans(postgres::Connection& connection, const model::Catalog& catalog,
                           const Filling& filling) {
  std::vector<std::string> deletes;
  for (const Refused& r : RefusedRows(catalog, filling)) {
    deletes.push_back(absl::StrCat("DELETE FROM ", r.relation, " AS child WHERE ", r.condition));
  }
  int64_t deleted = 1;
  while (deleted > 0 && !deletes.empty()) {
    deleted = 0;
    ASSIGN_OR_RETURN(std::vector<postgres::Result> results, connection.Pipeline(deletes));
    for (const postgres::Result& result : results) deleted += result.affected();
  }
  return absl::OkStatus();
}

}  // namespace autogen::rows
