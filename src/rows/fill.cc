#include "src/rows/fill.h"

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

}  // namespace

absl::StatusOr<Filling> FillTables(postgres::Connection& connection, const model::Catalog& catalog,
                                   const std::set<model::ObjectId>& tables) {
  FillOrder order(catalog);
  for (const ObjectId& id : tables) order.Add(id);
  // Without the right to it the triggers fire; what they refuse is left out.
  (void)connection.Exec("SET session_replication_role = replica");
  RETURN_IF_ERROR(MakeFillFunctions(connection));
  Filling filling;
  for (const Table* table : order.order) {
    TableFiller filler(connection, catalog, *table);
    FilledTable filled;
    filled.id = {TABLE, model::SchemaOrPublic(table->schema()), "", table->name()};
    filled.relation = sql::Qualified(filled.id.schema, filled.id.name);
    filled.columns = filler.ColumnNames();
    filled.key.assign(table->primary_key().column().begin(), table->primary_key().column().end());
    ASSIGN_OR_RETURN(filled.rows, filler.Run());
    if (filled.rows == 0) {
      filling.unfilled.push_back(filled.relation);
      continue;
    }
    filling.rows += filled.rows;
    filling.tables.push_back(std::move(filled));
  }
  RETURN_IF_ERROR(DropFillFunctions(connection));
  return filling;
}

absl::Status DeleteOrphans(postgres::Connection& connection, const model::Catalog& catalog,
                           const Filling& filling) {
  for (int round = 0; round < 10; ++round) {
    int64_t deleted = 0;
    for (const FilledTable& filled : filling.tables) {
      const Table* table = model::FindTable(&catalog, filled.id.schema, filled.id.name);
      if (table == nullptr) continue;
      for (const ForeignKey& f : table->foreign_key()) {
        std::vector<std::string> target = TargetColumns(catalog, f), conditions, equal;
        if (target.size() != static_cast<size_t>(f.column_size()) || f.not_valid()) continue;
        for (int i = 0; i < f.column_size(); ++i) {
          std::string column = absl::StrCat("child.", sql::Ident(f.column(i)));
          conditions.push_back(absl::StrCat(column, " IS NOT NULL"));
          equal.push_back(
              absl::StrCat("parent.", sql::Ident(target[static_cast<size_t>(i)]), " = ", column));
        }
        ObjectId id = Target(f);
        ASSIGN_OR_RETURN(postgres::Result result,
                         connection.Exec(absl::StrCat(
                             "DELETE FROM ", filled.relation, " AS child WHERE ",
                             absl::StrJoin(conditions, " AND "), " AND NOT EXISTS (SELECT FROM ",
                             sql::Qualified(id.schema, id.name), " AS parent WHERE ",
                             absl::StrJoin(equal, " AND "), ")")));
        deleted += result.affected();
      }
    }
    if (deleted == 0) break;
  }
  return absl::OkStatus();
}

}  // namespace autogen::rows
