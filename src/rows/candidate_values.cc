// The values that a column is tried with, from its type and from what its table compares it with.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/rows/foreign_keys.h"
#include "src/rows/table_filler.h"
#include "src/rows/type_values.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"

namespace autogen::rows {
namespace {

constexpr int kDistinct = 24;  // different values that a unique column may need

std::string BelowDomains(const model::Catalog& catalog, std::string type) {
  for (int depth = 0; depth < 16; ++depth) {
    const sql::SplitName name = sql::SplitQualified(type);
    const int i = catalog.Find({DOMAIN, name.schema, "", name.name});
    if (i < 0) break;
    type = static_cast<const Domain*>(catalog.at(i).message)->type();
  }
  return type;
}

}  // namespace

Candidate TableFiller::CandidateFor(const Column& column) {
  Candidate c;
  c.column = &column;
  c.skipped = column.has_generated() || column.has_identity() ||
              absl::StrContains(column.default_(), "nextval(");
  for (const ForeignKey& f : table_.foreign_key()) {
    std::vector<std::string> target = TargetColumns(catalog_, f);
    for (int i = 0; i < f.column_size() && i < static_cast<int>(target.size()); ++i) {
      if (f.column(i) != column.name() || filled_.count(Target(f)) == 0) continue;
      c.foreign_key = &f;
      c.foreign_column = target[static_cast<size_t>(i)];
      c.skipped = false;
    }
  }
  c.unique = IsUnique(column.name());
  c.values = ValuesOfType(catalog_, column.type(), kDistinct);
  const sql::SplitName type = sql::SplitQualified(BelowDomains(catalog_, column.type()));
  c.labels = catalog_.Find({ENUM, type.schema, "", type.name}) >= 0;
  std::vector<std::string> near = NearValues(column);
  c.values.insert(c.values.begin() + (c.values.empty() ? 0 : 1), near.begin(), near.end());
  for (const Check& check : table_.check()) {
    if (check.not_valid() || check.not_enforced()) continue;
    if (ColumnsOf(check.expression()) != std::vector<std::string>{column.name()}) continue;
    absl::StrAppend(&c.check, c.check.empty() ? "" : " AND ", "(", check.expression(),
                    ") IS NOT FALSE");
  }
  return c;
}

bool TableFiller::IsUnique(const std::string& name) const {
  auto has = [&](const auto& columns) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  if (has(table_.primary_key().column())) return true;
  for (const Unique& u : table_.unique()) {
    if (has(u.column())) return true;
  }
  for (const Index& i : table_.index()) {
    if (!i.unique()) continue;
    for (const IndexKey& k : i.key()) {
      if (k.column() == name || absl::StrContains(k.expression(), name)) return true;
    }
  }
  for (const Exclusion& e : table_.exclude()) {
    for (const IndexKey& k : e.key()) {
      if (k.column() == name) return true;
    }
  }
  return false;
}

std::vector<std::string> TableFiller::NearValues(const Column& column) const {
  std::vector<std::string> values;
  auto add = [&](absl::string_view text) {
    for (std::string& v : ConstantsIn(text, column.type())) values.push_back(std::move(v));
  };
  for (const Check& check : table_.check()) {
    std::vector<std::string> used = ColumnsOf(check.expression());
    if (std::find(used.begin(), used.end(), column.name()) != used.end()) add(check.expression());
  }
  for (const IndexKey& key : table_.partition_by().key()) {
    if (key.column() != column.name()) continue;
    for (const Table& other : catalog_.schema().table()) {
      if (other.partition_of().table() == table_.name()) add(other.partition_of().bound());
    }
  }
  return values;
}

std::vector<std::string> TableFiller::ColumnsOf(absl::string_view expression) const {
  std::vector<std::string> names;
  for (const sql::Reference& r : sql::FindReferences(EXPRESSION, expression)) {
    if (r.reference_class != sql::Reference::Class::kColumn) continue;
    if (std::find(names.begin(), names.end(), r.name) == names.end()) names.push_back(r.name);
  }
  return names;
}

}  // namespace autogen::rows
