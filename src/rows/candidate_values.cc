// The values that a column is tried with, from its type and from what its table compares it with.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/model/inheritance.h"
#include "src/rows/foreign_keys.h"
#include "src/rows/table_filler.h"
#include "src/rows/values.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"
#include "src/sql/scan.h"

namespace autogen::rows {
namespace {

constexpr int kDistinct = 24;  // different values that a unique column may need

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
  AddTypeValues(column.type(), &c);
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

void TableFiller::AddTypeValues(const std::string& type, Candidate* c) {
  sql::SplitName name = sql::SplitQualified(type);
  int i = catalog_.Find({ENUM, name.schema, "", name.name});
  if (i >= 0) {
    for (const std::string& label : static_cast<const Enum*>(catalog_.at(i).message)->label()) {
      c->values.push_back(absl::StrCat(sql::Literal(label), "::", type));
    }
    c->labels = true;
    return;
  }
  i = catalog_.Find({DOMAIN, name.schema, "", name.name});
  if (i < 0) {
    for (std::string& v : TypicalValues(type, kDistinct)) c->values.push_back(std::move(v));
    return;
  }
  const auto& domain = *static_cast<const Domain*>(catalog_.at(i).message);
  for (const DomainCheck& check : domain.check()) {
    for (const std::string& literal : Literals(check.expression(), domain.type())) {
      c->values.push_back(literal);
    }
  }
  AddTypeValues(domain.type(), c);
  for (std::string& value : c->values) absl::StrAppend(&value, "::", type);
}

std::vector<std::string> TableFiller::NearValues(const Column& column) const {
  std::vector<std::string> values;
  auto add = [&](absl::string_view text) {
    for (std::string& v : Literals(text, column.type())) values.push_back(std::move(v));
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

std::vector<std::string> TableFiller::Literals(absl::string_view text, const std::string& type) {
  std::vector<std::string> values;
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(text);
  if (!tokens.ok()) return values;
  for (const sql::Token& token : *tokens) {
    if (token.kind == sql::Token::Kind::kString) {
      values.push_back(absl::StrCat("(", token.text, ")::", type));
    } else if (token.kind == sql::Token::Kind::kNumber) {
      for (absl::string_view near : {"", " + 1", " - 1"}) {
        values.push_back(absl::StrCat("(", token.text, near, ")::", type));
      }
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
