#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/render/bound_condition.h"
#include "src/rows/finder.h"
#include "src/rows/foreign_keys.h"
#include "src/sql/quote.h"

namespace autogen::rows {

using diff::Action;

void Finder::Checked(const Operation& op) {
  const auto& c = static_cast<const Check&>(*op.after);
  if (c.not_valid() || c.not_enforced() || c.inherited()) return;
  if (op.action == Action::kAlter && !Changed(op, "not_valid")) return;
  Projection p(plan_, op.id.schema, op.id.parent);
  std::vector<std::string> columns = p.ColumnsIn(c.expression());
  if (!Matters(op, p, columns)) return;
  Add(p, columns, c.no_inherit(), absl::StrCat("NOT (", c.expression(), ")"),
      absl::StrCat(Short(op.id), ": a row violates it"));
}

void Finder::Orphans(const Operation& op) {
  const auto& f = static_cast<const ForeignKey&>(*op.after);
  if (f.not_valid() || f.not_enforced()) return;
  if (op.action == Action::kAlter && !Changed(op, "not_valid") && !Changed(op, "not_enforced")) {
    return;
  }
  Projection child(plan_, op.id.schema, op.id.parent);
  std::vector<std::string> columns(f.column().begin(), f.column().end());
  Projection parent(plan_, model::SchemaOrPublic(f.references().schema()), f.references().table());
  const std::vector<std::string> keys = TargetColumns(*plan_.after, f);
  if (keys.size() != columns.size()) return;
  if (!Matters(op, child, columns) && (!child.exists() || !Matters(op, parent, keys))) return;
  const bool some_null = std::any_of(columns.begin(), columns.end(),
                                     [&](const std::string& c) { return child.IsNull(c); });
  if (some_null && f.match() == ForeignKey::SIMPLE) return;
  std::optional<std::string> rows = child.Query(columns, true, kRowId, "child");
  std::optional<std::string> target = parent.Query(keys, true, "", "parent");
  if (!rows.has_value() || (parent.exists() && !target.has_value())) return;
  const std::string condition = RefusedBy(f, keys, target.value_or(""));
  std::string from = absl::StrCat(" FROM ", *rows, " WHERE ", condition);
  Push(child, absl::StrCat("SELECT count(*)", from), absl::StrCat("SELECT ", kRowId, from),
       absl::StrCat(Short(op.id), f.period() ? ": a row's period is not covered"
                                            : ": a row references a missing row"));
}

void Finder::Partition(const Operation& op) {
  const auto& table = static_cast<const Table&>(*op.after);
  if (!table.has_partition_of()) return;
  if (op.action == Action::kAlter && !Changed(op, "partition_of")) return;
  std::string schema = model::SchemaOrPublic(table.partition_of().schema());
  int i = plan_.after->Find({TABLE, schema, "", table.partition_of().table()});
  if (i < 0) return;
  const auto& parent = static_cast<const Table&>(*plan_.after->at(i).message);
  std::vector<std::string> keys, columns, texts;
  for (const IndexKey& key : parent.partition_by().key()) {
    keys.push_back(key.column().empty() ? absl::StrCat("(", key.expression(), ")")
                                        : sql::Ident(key.column()));
  }
  std::string condition = render::BoundCondition(table.partition_of().bound(), keys);
  if (condition.empty()) return;
  Projection own(plan_, op.id.schema, op.id.name);
  if (CollectKeys(own, parent.partition_by().key(), "", &columns, &texts)) {
    Add(own, columns, false, absl::StrCat("NOT (", condition, ")"),
        absl::StrCat(Short(op.id), ": a row is outside ", table.partition_of().bound()));
  }
  for (const Table& other : plan_.after->schema().table()) {
    const Table::PartitionOf& of = other.partition_of();
    if (of.bound() != "DEFAULT" || of.table() != parent.name() ||
        model::SchemaOrPublic(of.schema()) != schema) {
      continue;
    }
    Projection rest(plan_, model::SchemaOrPublic(other.schema()), other.name());
    std::vector<std::string> used;
    texts.clear();
    if (!CollectKeys(rest, parent.partition_by().key(), "", &used, &texts)) continue;
    Add(rest, used, false, condition,
        absl::StrCat(Short({TABLE, model::SchemaOrPublic(other.schema()), "", other.name()}),
                     ": a row belongs into ", Short(op.id)));
  }
}

}  // namespace autogen::rows
