#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/rows/finder.h"
#include "src/sql/quote.h"

namespace autogen::rows {

using diff::Action;

void Finder::KeyColumns(const Operation& op, const Names& columns, bool primary, bool overlaps,
                        bool nulls) {
  if (op.action != Action::kCreate) return;
  google::protobuf::RepeatedPtrField<IndexKey> keys;
  std::vector<std::string> names(columns.begin(), columns.end());
  for (const std::string& name : names) keys.Add()->set_column(name);
  Projection p(plan_, op.id.schema, op.id.parent);
  if (primary && Matters(op, p, names)) {
    std::vector<std::string> conditions;
    for (const std::string& name : names) {
      conditions.push_back(absl::StrCat(sql::Ident(name), " IS NULL"));
    }
    Add(p, names, true, absl::StrJoin(conditions, " OR "),
        absl::StrCat(Short(op.id), ": NULL in the primary key"));
  }
  if (!overlaps) return Unique_(op, keys, "", nulls);
  const std::string period = sql::Ident(names.back());
  if (Matters(op, p, names)) {
    Add(p, names, true, absl::StrCat("isempty(", period, ")"),
        absl::StrCat(Short(op.id), ": ", period, " is empty"));
  }
  for (IndexKey& key : keys) key.set_operator_("=");
  keys.rbegin()->set_operator_("&&");
  Clashes(op, keys, "", " overlaps");
}

void Finder::Unique_(const Operation& op, const Keys& keys, const std::string& predicate,
                     bool nulls_not_distinct) {
  Projection p(plan_, op.id.schema, op.id.parent);
  std::vector<std::string> columns, texts, conditions;
  if (!CollectKeys(p, keys, predicate, &columns, &texts)) return;
  if (!Matters(op, p, columns)) return;
  if (!predicate.empty()) conditions.push_back(absl::StrCat("(", predicate, ")"));
  for (const std::string& text : texts) {
    if (!nulls_not_distinct) conditions.push_back(absl::StrCat(text, " IS NOT NULL"));
  }
  std::optional<std::string> from = p.From(columns, true);
  std::optional<std::string> placed = p.From(columns, true, kRowId);
  if (!from.has_value()) return;
  std::string where =
      conditions.empty() ? "" : absl::StrCat(" WHERE ", absl::StrJoin(conditions, " AND "));
  std::string list = absl::StrJoin(texts, ", ");
  Push(p,
       absl::StrCat("SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM ", *from, where,
                    " GROUP BY ", list, " HAVING count(*) > 1) AS repeated"),
       absl::StrCat("SELECT ", kRowId, " FROM (SELECT ", kRowId,
                    ", row_number() OVER (PARTITION BY ", list, ") AS n FROM ", *placed, where,
                    ") AS repeated WHERE n > 1"),
       absl::StrCat(Short(op.id), ": ", absl::StrJoin(texts, ", "), " has duplicates"));
}

bool Finder::CollectKeys(const Projection& p, const Keys& keys, const std::string& predicate,
                         std::vector<std::string>* columns, std::vector<std::string>* texts) {
  if (!p.exists()) return false;
  auto use = [&](const std::string& column) {
    if (std::find(columns->begin(), columns->end(), column) == columns->end()) {
      columns->push_back(column);
    }
  };
  for (const IndexKey& key : keys) {
    if (!key.column().empty()) {
      use(key.column());
      texts->push_back(sql::Ident(key.column()));
      continue;
    }
    for (const std::string& column : p.ColumnsIn(key.expression())) use(column);
    texts->push_back(absl::StrCat("(", key.expression(), ")"));
  }
  for (const std::string& column : p.ColumnsIn(predicate)) use(column);
  return true;
}

void Finder::Excluded(const Operation& op) {
  const auto& e = static_cast<const Exclusion&>(*op.after);
  Clashes(op, e.key(), e.where(), " conflicts");
}

void Finder::Clashes(const Operation& op, const Keys& keys, const std::string& predicate,
                     absl::string_view how) {
  Projection p(plan_, op.id.schema, op.id.parent);
  std::vector<std::string> columns, texts, conditions;
  if (!CollectKeys(p, keys, predicate, &columns, &texts) || !Matters(op, p, columns)) return;
  std::optional<std::string> placed = p.From(columns, true, kRowId);
  if (!placed.has_value()) return;
  std::string list = kRowId;
  for (int i = 0; i < keys.size(); ++i) {
    std::string k = absl::StrCat("key", i + 1);
    absl::StrAppend(&list, ", ", texts[static_cast<size_t>(i)], " AS ", k);
    const std::string& op_name = keys[i].operator_();
    conditions.push_back(absl::StrCat("a.", k, absl::StrContains(op_name, '.') ? " OPERATOR(" : " ",
                                      op_name, absl::StrContains(op_name, '.') ? ") " : " ", "b.",
                                      k));
  }
  std::string rows = absl::StrCat("(SELECT ", list, " FROM ", *placed,
                                  predicate.empty() ? "" : absl::StrCat(" WHERE ", predicate), ")");
  // Each pair once: the later row of the two.
  std::string clash = absl::StrCat(" FROM ", rows, " AS a WHERE EXISTS (SELECT FROM ", rows,
                                   " AS b WHERE (b.tableoid, b.ctid) < (a.tableoid, a.ctid) AND ",
                                   absl::StrJoin(conditions, " AND "), ")");
  Push(p, absl::StrCat("SELECT count(*)", clash), absl::StrCat("SELECT ", kRowId, clash),
       absl::StrCat(Short(op.id), ": ", absl::StrJoin(texts, ", "), how));
}

}  // namespace autogen::rows
