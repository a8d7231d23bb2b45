// Keys, checks, exclusions, foreign keys, indexes, statistics.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sql/quote.h"
#include "tests/random/makers.h"

namespace autogen::testing {
namespace {

// The relation that `s` belongs to, where it has a column.
const Statement* Home(World& w, const Statement& s) {
  const Statement* home = w.Find(RelationName(s));
  return home == nullptr || w.Columns(*home).empty() ? nullptr : home;
}

std::string AddConstraint(const Statement& s) {
  return absl::StrCat("ALTER TABLE ", RelationName(s), " ADD CONSTRAINT ", sql::Ident(s.name), " ");
}

std::string Deferral(World& w) {
  if (!w.r.Chance(15)) return "";
  return w.r.Chance(50) ? " DEFERRABLE" : " DEFERRABLE INITIALLY DEFERRED";
}

// One or two different columns of it, or all of a partition key beside one.
std::vector<ColumnInfo> Some(World& w, const Statement& relation) {
  std::vector<ColumnInfo> some = {w.AnyColumn(relation)};
  bool partitioned = !relation.strategy.empty() || !relation.parent.empty();
  ColumnInfo second = partitioned ? ColumnInfo{"k", "integer"} : w.AnyColumn(relation);
  if (second.name != some[0].name && (partitioned || w.r.Chance(35))) some.push_back(second);
  return some;
}

std::string Names(const std::vector<ColumnInfo>& columns) {
  return absl::StrJoin(columns, ", ", [](std::string* out, const ColumnInfo& c) {
    absl::StrAppend(out, sql::Ident(c.name));
  });
}

}  // namespace

Statement MakeKey(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = HungOn(w, Part::kKey, like, table, "key");
  const Statement* home = Home(w, s);
  if (home == nullptr) return {};
  s.columns = Some(w, *home);
  std::string nulls;
  bool unique = w.r.Chance(70);
  if (unique && w.version >= 150000 && w.r.Chance(15)) nulls = " NULLS NOT DISTINCT";
  s.sql = absl::StrCat(AddConstraint(s), unique ? "UNIQUE" : "PRIMARY KEY", nulls, " (",
                       Names(s.columns), ")");
  ColumnInfo include = w.AnyColumn(*home);
  if (w.r.Chance(10) && include.name != s.columns[0].name) {
    absl::StrAppend(&s.sql, " INCLUDE (", sql::Ident(include.name), ")");
  }
  absl::StrAppend(&s.sql, Deferral(w));
  return s;
}

Statement MakeCheck(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = HungOn(w, Part::kCheck, like, table, "check");
  const Statement* home = Home(w, s);
  if (home == nullptr) return {};
  std::string condition = w.Condition(w.AnyColumn(*home));
  if (w.r.Chance(30)) condition = absl::StrCat(condition, " OR ", w.Condition(w.AnyColumn(*home)));
  s.sql = absl::StrCat(AddConstraint(s), "CHECK (", condition, ")",
                       w.r.Chance(10) ? " NO INHERIT" : "", w.r.Chance(10) ? " NOT VALID" : "");
  return s;
}

Statement MakeExclusion(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = HungOn(w, Part::kExclusion, like, table, "excl");
  const Statement* home = Home(w, s);
  if (home == nullptr) return {};
  ColumnInfo column = w.AnyColumn(*home, "int4range");
  if (column.name.empty()) column = w.AnyColumn(*home, "integer");
  if (column.name.empty()) return {};
  bool range = column.type == "int4range";
  s.sql = absl::StrCat(AddConstraint(s), "EXCLUDE USING ", range ? "gist" : "btree", " (",
                       sql::Ident(column.name), range ? " WITH &&" : " WITH =", ")");
  if (w.r.Chance(30)) absl::StrAppend(&s.sql, " WHERE (", w.Condition(column), ")");
  absl::StrAppend(&s.sql, Deferral(w));
  return s;
}

Statement MakeForeignKey(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = HungOn(w, Part::kForeignKey, like, table, "fk");
  const Statement* home = Home(w, s);
  const Statement* key = w.Any({Part::kKey});
  const Statement* target = key == nullptr || w.r.Chance(40) ? w.AnyTable() : nullptr;
  if (home == nullptr) return {};
  std::string references, own;
  if (target != nullptr) {
    ColumnInfo column = w.AnyColumn(*home, "integer");
    if (column.name.empty()) return {};
    own = sql::Ident(column.name);
    references = absl::StrCat(QualifiedName(*target), " (k)");
  } else {
    std::vector<ColumnInfo> columns;
    for (const ColumnInfo& c : key->columns) {
      columns.push_back(w.AnyColumn(*home, c.type));
      if (columns.back().name.empty()) return {};
    }
    own = Names(columns);
    references = absl::StrCat(RelationName(*key), " (", Names(key->columns), ")");
  }
  s.sql = absl::StrCat(AddConstraint(s), "FOREIGN KEY (", own, ") REFERENCES ", references);
  if (w.r.Chance(10)) absl::StrAppend(&s.sql, " MATCH FULL");
  static const auto* const kActions =
      new std::vector<std::string>{"CASCADE", "SET NULL", "RESTRICT", "SET DEFAULT"};
  if (w.r.Chance(40)) absl::StrAppend(&s.sql, " ON DELETE ", w.r.Pick(*kActions));
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " ON UPDATE ", w.r.Pick(*kActions));
  absl::StrAppend(&s.sql, Deferral(w), w.r.Chance(10) ? " NOT VALID" : "");
  return s;
}

Statement MakeIndex(World& w, const Statement* like) {
  const Statement* relation =
      w.Any({Part::kTable, Part::kTable, Part::kTable, Part::kMaterializedView});
  if (relation == nullptr) return {};
  Statement s = HungOn(w, Part::kIndex, like, relation, "ix");
  const Statement* home = Home(w, s);
  if (home == nullptr) return {};
  std::vector<std::string> keys;
  std::string method;
  for (const ColumnInfo& c : Some(w, *home)) {
    if (c.type == "jsonb" || absl::EndsWith(c.type, "[]")) {
      method = " USING gin";
      keys = {sql::Ident(c.name)};
      break;
    }
    std::string key = w.r.Chance(20) ? absl::StrCat("(", w.Expression(c), ")") : sql::Ident(c.name);
    if (IsText(c.type) && w.r.Chance(20)) absl::StrAppend(&key, " COLLATE \"C\"");
    if (c.type == "text" && w.r.Chance(20)) absl::StrAppend(&key, " text_pattern_ops");
    if (w.r.Chance(20)) absl::StrAppend(&key, " DESC");
    if (w.r.Chance(10)) absl::StrAppend(&key, " NULLS FIRST");
    keys.push_back(key);
  }
  s.sql = absl::StrCat("CREATE ", method.empty() && w.r.Chance(20) ? "UNIQUE " : "", "INDEX ",
                       sql::Ident(s.name), " ON ", w.r.Chance(5) ? "ONLY " : "", RelationName(s),
                       method, " (", absl::StrJoin(keys, ", "), ")");
  if (method.empty() && w.r.Chance(10)) {
    absl::StrAppend(&s.sql, " INCLUDE (", sql::Ident(w.AnyColumn(*home).name), ")");
  }
  if (w.r.Chance(10)) absl::StrAppend(&s.sql, " WITH (fillfactor=60)");
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " WHERE ", w.Condition(w.AnyColumn(*home)));
  return s;
}

Statement MakeStatistics(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = Named(w, Part::kStatistics, like, "stat");
  ColumnInfo a = w.AnyColumn(*table), b = w.AnyColumn(*table);
  if (a.name.empty() || a.name == b.name) return {};
  std::string second = w.version >= 140000 && w.r.Chance(25)
                           ? absl::StrCat("(", w.Expression(b), ")")
                           : sql::Ident(b.name);
  s.sql = absl::StrCat("CREATE STATISTICS ", QualifiedName(s), w.r.Chance(40) ? " (ndistinct)" : "",
                       " ON ", sql::Ident(a.name), ", ", second, " FROM ", QualifiedName(*table));
  return s;
}

}  // namespace autogen::testing
