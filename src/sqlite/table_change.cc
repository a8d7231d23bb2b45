#include "src/sqlite/table_change.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/sqlite/canonical.h"
#include "src/sqlite/create.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

// 3.53.0 has it, with errors that 3.53.1 repairs.
constexpr int kAltersConstraints = 3053001;

const Column* Find(const Table& table, absl::string_view name) {
  for (const Column& c : table.column()) {
    if (c.name() == name) return &c;
  }
  return nullptr;
}

std::string Written(const google::protobuf::Message& m) { return m.SerializeAsString(); }

// Of the constraints of a table, those that are not in `others`.
template <typename List>
std::vector<typename List::value_type> Without(const List& list, const List& others) {
  std::multiset<std::string> there;
  for (const auto& one : others) there.insert(Written(one));
  std::vector<typename List::value_type> left;
  for (const auto& one : list) {
    auto found = there.find(Written(one));
    if (found != there.end()) {
      there.erase(found);
    } else {
      left.push_back(one);
    }
  }
  return left;
}

template <typename List>
bool SameSet(const List& a, const List& b) {
  return a.size() == b.size() && Without(a, b).empty();
}

bool Names(absl::string_view expression, absl::string_view column) {
  absl::StatusOr<std::vector<Token>> tokens = Tokenize(expression);
  if (!tokens.ok()) return true;
  return absl::c_any_of(*tokens, [&](const Token& t) {
    return (t.kind == Token::Kind::kWord || t.kind == Token::Kind::kQuoted) &&
           absl::EqualsIgnoreCase(NameOf(t), column);
  });
}

template <typename Key>
bool KeyNames(const Key& key, absl::string_view column) {
  return absl::c_linear_search(key.column(), column) ||
         absl::c_any_of(key.key(), [&](const IndexKey& k) {
           return k.column() == column || Names(k.expression(), column);
         });
}

// Whether something of the table but the column itself speaks of it.
bool IsUsed(const Table& table, absl::string_view column) {
  if (KeyNames(table.primary_key(), column)) return true;
  for (const Unique& u : table.unique()) {
    if (KeyNames(u, column)) return true;
  }
  for (const Check& c : table.check()) {
    if (Names(c.expression(), column)) return true;
  }
  for (const ForeignKey& k : table.foreign_key()) {
    if (absl::c_linear_search(k.column(), column)) return true;
  }
  return absl::c_any_of(table.column(), [&](const Column& c) {
    return c.name() != column && Names(c.generated().expression(), column);
  });
}

class Changer {
 public:
  Changer(const Table& before, const Table& after, int version)
      : before_(before), after_(after), alters_constraints_(version >= kAltersConstraints) {}

  TableChange Run() {
    if (!Columns() || !Options() || !Constraints()) return {true, why_, {}};
    return {false, "", std::move(steps_)};
  }

 private:
  bool Rebuild(std::string why) {
    why_ = std::move(why);
    return false;
  }

  // The columns that stay come first, in the same order; what is new follows.
  bool Columns() {
    std::vector<std::string> kept;
    for (const Column& c : before_.column()) {
      if (Find(after_, c.name()) != nullptr) kept.push_back(c.name());
    }
    for (int i = 0; i < after_.column_size(); ++i) {
      const Column& c = after_.column(i);
      const size_t at = static_cast<size_t>(i);
      const Column* was = Find(before_, c.name());
      if (was == nullptr) {
        if (at < kept.size()) return Rebuild(absl::StrCat("column ", c.name(), " is not the last"));
        if (!Add(c)) return false;
        continue;
      }
      if (at >= kept.size() || kept[at] != c.name())
        return Rebuild("the order of its columns changes");
      if (Written(*was) != Written(c) && !AlterNotNull(*was, c))
        return Rebuild(absl::StrCat("column ", c.name(), " changes"));
    }
    if (kept.empty()) return Rebuild("no column of it stays");
    for (const Column& c : before_.column()) {
      if (Find(after_, c.name()) == nullptr && !Drop(c)) return false;
    }
    return true;
  }

  bool AlterNotNull(const Column& was, const Column& c) {
    Column same = was;
    same.set_not_null(c.not_null());
    if (!alters_constraints_ || Written(same) != Written(c) || c.has_generated() ||
        c.has_not_null_constraint() || KeyNames(after_.primary_key(), c.name())) {
      return false;
    }
    if (c.not_null() && !c.default_().empty()) return false;  // a rebuild fills in the default
    constraints_.push_back(
        {absl::StrCat("ALTER TABLE ", QuoteName(after_.name()), " ALTER ", QuoteName(c.name()),
                      c.not_null() ? " SET NOT NULL" : " DROP NOT NULL"),
         c.not_null() ? "set not null" : "drop not null", c.name()});
    return true;
  }

  // A CHECK without a name cannot be named. ADD CHECK is not exact: it refuses rows of which the
  // expression is NULL, which the CHECK itself allows (tried on 3.53.2).
  bool AlterChecks() {
    const std::vector<Check> gone = Without(before_.check(), after_.check());
    if (!alters_constraints_ || !Without(after_.check(), before_.check()).empty() ||
        absl::c_any_of(gone, [](const Check& c) { return c.name().empty(); })) {
      return false;
    }
    const std::string alter = absl::StrCat("ALTER TABLE ", QuoteName(after_.name()));
    for (const Check& c : gone) {
      constraints_.push_back(
          {absl::StrCat(alter, " DROP CONSTRAINT ", QuoteName(c.name())), "drop check", c.name()});
    }
    return true;
  }

  // The foreign keys of one new column alone can be written with it.
  std::vector<ForeignKey> KeysOf(const Column& c) const {
    std::vector<ForeignKey> keys;
    for (const ForeignKey& k : after_.foreign_key()) {
      if (k.column_size() == 1 && k.column(0) == c.name()) keys.push_back(k);
    }
    return keys;
  }

  bool Add(const Column& c) {
    const std::string name = absl::StrCat("column ", c.name());
    if (c.has_generated() && !c.generated().virtual_()) {
      return Rebuild(absl::StrCat(name, " is a stored generated column"));
    }
    const bool constant = c.default_().empty() || (IsPlainDefault(c.default_()) &&
                                                   !absl::StartsWith(c.default_(), "CURRENT_"));
    if (!constant) return Rebuild(absl::StrCat(name, " has a default that is no constant"));
    if (c.not_null() && c.default_().empty() && !c.has_generated()) {
      return Rebuild(absl::StrCat(name, " is NOT NULL without a default"));
    }
    Table rest = after_;
    rest.clear_foreign_key();
    rest.clear_column();
    if (IsUsed(rest, c.name())) return Rebuild(absl::StrCat("a constraint names ", name));
    const std::vector<ForeignKey> keys = KeysOf(c);
    if (!keys.empty() && !c.default_().empty()) {
      return Rebuild(absl::StrCat(name, " refers to another table and has a default"));
    }
    std::string definition = ColumnDefinition(c);
    for (const ForeignKey& k : keys) absl::StrAppend(&definition, " ", ReferencesText(k));
    added_keys_.insert(added_keys_.end(), keys.begin(), keys.end());
    steps_.push_back(
        {absl::StrCat("ALTER TABLE ", QuoteName(after_.name()), " ADD COLUMN ", definition),
         "add column", c.name()});
    return true;
  }

  bool Drop(const Column& c) {
    if (IsUsed(before_, c.name())) {
      return Rebuild(absl::StrCat("a constraint names column ", c.name(), ", which is dropped"));
    }
    drops_.push_back({absl::StrCat("ALTER TABLE ", QuoteName(after_.name()), " DROP COLUMN ",
                                   QuoteName(c.name())),
                      "drop column", c.name()});
    return true;
  }

  bool Options() {
    if (before_.strict() != after_.strict()) return Rebuild("STRICT changes");
    if (before_.without_rowid() != after_.without_rowid()) return Rebuild("WITHOUT ROWID changes");
    return true;
  }

  bool Constraints() {
    if (Written(before_.primary_key()) != Written(after_.primary_key()) ||
        before_.has_primary_key() != after_.has_primary_key()) {
      return Rebuild("its primary key changes");
    }
    if (!SameSet(before_.unique(), after_.unique()))
      return Rebuild("its unique constraints change");
    if (!SameSet(before_.check(), after_.check()) && !AlterChecks()) {
      return Rebuild("its checks change");
    }
    auto keys = before_.foreign_key();
    for (const ForeignKey& k : added_keys_) *keys.Add() = k;
    if (!SameSet(keys, after_.foreign_key())) return Rebuild("its foreign keys change");
    // Dropped first: what is left of the order is that of `after_`.
    steps_.insert(steps_.begin(), drops_.begin(), drops_.end());
    steps_.insert(steps_.end(), constraints_.begin(), constraints_.end());
    return true;
  }

  const Table& before_;
  const Table& after_;
  std::string why_;
  const bool alters_constraints_;
  std::vector<Step> steps_, drops_, constraints_;
  std::vector<ForeignKey> added_keys_;
};

}  // namespace

TableChange ChangeTable(const Table& before, const Table& after, int version) {
  return Changer(before, after, version).Run();
}

bool SameTable(const Table& before, const Table& after) {
  const TableChange change = ChangeTable(before, after, 0);
  return !change.rebuild && change.steps.empty();
}

}  // namespace autogen::sqlite
