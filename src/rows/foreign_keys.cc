#include "src/rows/foreign_keys.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/inheritance.h"
#include "src/sql/quote.h"

namespace autogen::rows {

model::ObjectId Target(const ForeignKey& f) {
  return {TABLE, model::SchemaOrPublic(f.references().schema()), "", f.references().table()};
}

std::vector<std::string> TargetColumns(const model::Catalog& catalog, const ForeignKey& f) {
  const auto& named = f.references().column();
  if (!named.empty()) return {named.begin(), named.end()};
  const model::ObjectId id = Target(f);
  const Table* table = model::FindTable(&catalog, id.schema, id.name);
  if (table == nullptr) return {};
  return {table->primary_key().column().begin(), table->primary_key().column().end()};
}

std::string RefusedBy(const ForeignKey& f, const std::vector<std::string>& keys,
                      const std::string& parent) {
  std::vector<std::string> all, none, equal;
  std::string covered = "SELECT";
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::string column = absl::StrCat("child.", sql::Ident(f.column(static_cast<int>(i))));
    const std::string key = absl::StrCat("parent.", sql::Ident(keys[i]));
    all.push_back(absl::StrCat(column, " IS NOT NULL"));
    none.push_back(absl::StrCat(column, " IS NULL"));
    if (f.period() && i + 1 == keys.size()) {
      covered = absl::StrCat("SELECT ", column, " <@ range_agg(", key, ")");
    } else {
      equal.push_back(absl::StrCat(key, " = ", column));
    }
  }
  std::string condition = absl::StrJoin(all, " AND ");
  if (!parent.empty()) {
    const std::string query = absl::StrCat(
        covered, " FROM ", parent, equal.empty() ? "" : " WHERE ", absl::StrJoin(equal, " AND "));
    absl::StrAppend(&condition, " AND ",
                    f.period() ? absl::StrCat("(", query, ") IS NOT TRUE")
                               : absl::StrCat("NOT EXISTS (", query, ")"));
  }
  if (f.match() == ForeignKey::FULL && keys.size() > 1) {
    condition = absl::StrCat("(", condition, ") OR ((", absl::StrJoin(none, " OR "), ") AND NOT (",
                             absl::StrJoin(none, " AND "), "))");
  }
  return condition;
}

}  // namespace autogen::rows
