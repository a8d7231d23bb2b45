#include "src/model/names.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/sql/column_name.h"
#include "src/sql/references.h"

namespace autogen::model {
namespace {

// ChooseIndexColumnNames: a name that is there already gets a number.
void AddColumnName(const std::string& name, std::vector<std::string>* names) {
  std::string unique = name;
  for (int i = 1; std::find(names->begin(), names->end(), unique) != names->end(); ++i) {
    std::string digits = absl::StrCat(i);
    unique = absl::StrCat(ClipUtf8(name, kMaxNameBytes - digits.size()), digits);
  }
  names->push_back(std::move(unique));
}

// ChooseIndexNameAddition.
std::string Addition(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined.push_back('_');
    joined.append(name);
    if (joined.size() > kMaxNameBytes) break;
  }
  return joined;
}

template <typename Keys, typename Include>
std::string KeyAddition(const Keys& keys, const Include& include) {
  std::vector<std::string> names;
  for (const IndexKey& key : keys) {
    std::string name = key.column();
    if (name.empty()) name = sql::ExpressionColumnName(key.expression());
    AddColumnName(name.empty() ? "expr" : name, &names);
  }
  for (const std::string& column : include) AddColumnName(column, &names);
  return Addition(names);
}

}  // namespace

std::string ObjectName(absl::string_view first, absl::string_view second, absl::string_view label) {
  size_t available = kMaxNameBytes - (label.empty() ? 0 : label.size() + 1) - !second.empty();
  size_t first_bytes = first.size();
  size_t second_bytes = second.size();
  while (first_bytes + second_bytes > available) {
    --(first_bytes > second_bytes ? first_bytes : second_bytes);
  }
  std::string name = ClipUtf8(first, first_bytes);
  if (!second.empty()) absl::StrAppend(&name, "_", ClipUtf8(second, second_bytes));
  if (!label.empty()) absl::StrAppend(&name, "_", label);
  return name;
}

std::string NotNullName(const Column& column, const ObjectId& id) {
  const std::string& name = column.not_null_constraint().name();
  return name.empty() ? ObjectName(id.parent, id.name, "not_null") : name;
}

NameParts PartsOf(const PrimaryKey& key, absl::string_view table) {
  return {std::string(table), "", "pkey", true, true};
}

NameParts PartsOf(const Unique& key, absl::string_view table) {
  std::vector<std::string> names;
  for (const std::string& column : key.column()) AddColumnName(column, &names);
  for (const std::string& column : key.include()) AddColumnName(column, &names);
  return {std::string(table), Addition(names), "key", true, true};
}

NameParts PartsOf(const Exclusion& exclusion, absl::string_view table) {
  return {std::string(table), KeyAddition(exclusion.key(), exclusion.include()), "excl", true,
          true};
}

NameParts PartsOf(const ForeignKey& key, absl::string_view table) {
  return {std::string(table), Addition({key.column().begin(), key.column().end()}), "fkey", false,
          true};
}

NameParts PartsOf(const Index& index, absl::string_view table) {
  return {std::string(table), KeyAddition(index.key(), index.include()), "idx", true, false};
}

NameParts PartsOf(const DomainCheck& check, absl::string_view domain) {
  return {std::string(domain), "", "check", false, true};
}

NameParts PartsOf(const Check& check, absl::string_view table,
                  const std::vector<std::string>& columns) {
  std::set<std::string> used;
  for (const sql::Reference& r : sql::FindReferences(EXPRESSION, check.expression())) {
    bool may_be_column = r.reference_class == sql::Reference::Class::kColumn ||
                         r.reference_class == sql::Reference::Class::kAny;
    if (may_be_column && std::find(columns.begin(), columns.end(), r.name) != columns.end()) {
      used.insert(r.name);
    }
  }
  return {std::string(table), used.size() == 1 ? *used.begin() : "", "check", false, true};
}

// ChooseExtendedStatisticNameAddition.
NameParts PartsOf(const Statistics& statistics) {
  std::vector<std::string> names(statistics.column().begin(), statistics.column().end());
  names.insert(names.end(), static_cast<size_t>(statistics.expression_size()), "expr");
  return {statistics.table().name(), Addition(names), "stat"};
}

NameParts SequenceParts(absl::string_view table, absl::string_view column) {
  return {std::string(table), std::string(column), "seq", true, false};
}

std::string MultirangeName(absl::string_view range) {
  size_t at = range.find("range");
  if (at == absl::string_view::npos) {
    return absl::StrCat(ClipUtf8(range, kMaxNameBytes - sizeof "_multirange" + 1), "_multirange");
  }
  return ClipUtf8(absl::StrCat(range.substr(0, at), "multi", range.substr(at)), kMaxNameBytes);
}

TakenNames::TakenNames(const Schema& schema) {
  auto indexes = [&](const std::string& in, const auto& list) {
    for (const Index& i : list) Take(in, i.name(), true, false);
  };
  for (const Table& t : schema.table()) {
    Take(t.schema(), t.name(), true, false);
    for (const Check& c : t.check()) Take(t.schema(), c.name(), false, true);
    Take(t.schema(), t.primary_key().name(), true, true);
    for (const Unique& u : t.unique()) Take(t.schema(), u.name(), true, true);
    for (const Exclusion& e : t.exclude()) Take(t.schema(), e.name(), true, true);
    for (const ForeignKey& f : t.foreign_key()) Take(t.schema(), f.name(), false, true);
    for (const Column& c : t.column()) {
      Take(t.schema(), c.references().name(), false, true);
      Take(t.schema(), c.identity().sequence_name(), true, false);
    }
    indexes(t.schema(), t.index());
  }
  for (const View& v : schema.view()) Take(v.schema(), v.name(), true, false);
  for (const MaterializedView& v : schema.materialized_view()) {
    Take(v.schema(), v.name(), true, false);
    indexes(v.schema(), v.index());
  }
  for (const Sequence& s : schema.sequence()) Take(s.schema(), s.name(), true, false);
  for (const CompositeType& t : schema.composite_type()) {
    Take(t.schema(), t.name(), true, false);
  }
  for (const Domain& d : schema.domain()) {
    for (const DomainCheck& c : d.check()) Take(d.schema(), c.name(), false, true);
  }
}

void TakenNames::Take(absl::string_view schema, absl::string_view name, bool relation,
                      bool constraint) {
  if (name.empty()) return;
  if (relation) ++relations_[Key(schema, name)];
  if (constraint) ++constraints_[Key(schema, name)];
}

int TakenNames::Relations(absl::string_view schema, absl::string_view name) const {
  auto it = relations_.find(Key(schema, name));
  return it == relations_.end() ? 0 : it->second;
}

int TakenNames::Constraints(absl::string_view schema, absl::string_view name) const {
  auto it = constraints_.find(Key(schema, name));
  return it == constraints_.end() ? 0 : it->second;
}

std::string TakenNames::Choose(absl::string_view schema, const NameParts& parts) {
  std::string label = parts.label;
  for (int pass = 1;; ++pass) {
    std::string name = ObjectName(parts.first, parts.second, label);
    // A relation's name may be a constraint's where it is no constraint itself.
    bool taken = (parts.relation && Relations(schema, name) > 0) ||
                 (parts.constraint && Constraints(schema, name) > 0);
    if (!taken) {
      Take(schema, chosen_.emplace_back(name), parts.relation, parts.constraint);
      return name;
    }
    label = absl::StrCat(parts.label, pass);
  }
}

}  // namespace autogen::model
