#include "src/diff/type_steps.h"

#include <algorithm>
#include <vector>

#include "src/diff/inherited.h"
#include "src/model/inheritance.h"
#include "src/model/type_change.h"

namespace autogen::diff {
namespace {

Column ColumnAt(const model::Catalog& catalog, const model::ObjectId& id) {
  Column column;
  const int own = catalog.Find(id);
  if (own < 0) {
    model::FromParent(&catalog, id, &column);
    return column;
  }
  return model::WholeColumn(&catalog, id, static_cast<const Column&>(*catalog.at(own).message));
}

}  // namespace

TypeStep TypeStepOf(const Draft& d, int table, const std::string& column) {
  TypeStep step;
  const model::ObjectId& t = d.before.at(table).id;
  const model::ObjectId id{COLUMN, t.schema, t.name, column};
  std::vector<int> columns = ColumnsAbove(d.before, table, column);
  if (const int own = d.before.Find(id); own >= 0) columns.insert(columns.begin(), own);
  if (columns.empty()) return step;
  step.column = columns.front();
  if (std::none_of(columns.begin(), columns.end(),
                   [&](int c) { return d.fate[static_cast<size_t>(c)] == Fate::kAlter; })) {
    return step;
  }
  const Column before = ColumnAt(d.before, id), after = ColumnAt(d.after, id);
  step.before = model::SplitType(before.type()).base;
  step.after = model::SplitType(after.type()).base;
  const bool retyped =
      std::any_of(columns.begin(), columns.end(), [&](int c) { return d.retyped.count(c) > 0; });
  const bool collation = before.collation().name() != after.collation().name() ||
                         before.collation().schema() != after.collation().schema();
  step.other = retyped || collation;
  step.changes = step.other || before.type() != after.type();
  return step;
}

int ChangedKeyColumn(const Draft& d, int table) {
  const auto& partitioned = static_cast<const Table&>(d.Before(table));
  if (!partitioned.has_partition_by()) return -1;
  for (const Column& column : model::WholeColumns(d.before, partitioned)) {
    if (!model::IsInKeys(partitioned.partition_by().key(), column.name())) continue;
    const TypeStep step = TypeStepOf(d, table, column.name());
    if (step.changes) return step.column;
  }
  return -1;
}

}  // namespace autogen::diff
