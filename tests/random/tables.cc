// Tables, columns and what is set on them.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sql/quote.h"
#include "tests/random/makers.h"

namespace autogen::testing {
namespace {

std::string Bound(World& w, const Statement& parent) {
  if (parent.strategy != "HASH" && w.r.Chance(20)) return "DEFAULT";
  int n = w.r.Below(4);
  if (parent.strategy == "RANGE") {
    return absl::StrCat("FOR VALUES FROM (", n * 10, ") TO (", n * 10 + 10, ")");
  }
  if (parent.strategy == "LIST")
    return absl::StrCat("FOR VALUES IN (", n * 2, ", ", n * 2 + 1, ")");
  return absl::StrCat("FOR VALUES WITH (MODULUS 4, REMAINDER ", n, ")");
}

std::string PartitionKey(World& w, Statement* s) {
  s->strategy = w.r.Pick<std::string>({"RANGE", "RANGE", "LIST", "HASH"});
  return absl::StrCat(" PARTITION BY ", s->strategy, " (k)");
}

const Statement* Partitioned(World& w) {
  std::vector<const Statement*> found;
  for (const Statement& s : w.all()) {
    if (s.part == Part::kTable && !s.strategy.empty()) found.push_back(&s);
  }
  return found.empty() ? nullptr : w.r.Pick(found);
}

}  // namespace

Statement MakeTable(World& w, const Statement* like) {
  Statement s = Named(w, Part::kTable, like, "t");
  int form = w.r.Below(100);
  if (like != nullptr && w.r.Chance(60)) {
    // The same form with another detail.
    form = !like->strategy.empty() ? 70 : like->parent.empty() ? 0 : 90;
  }
  const Statement* parent = form >= 80 ? Partitioned(w) : nullptr;
  if (parent != nullptr && QualifiedName(*parent) != QualifiedName(s)) {
    s.parent = QualifiedName(*parent);
    if (w.r.Chance(70)) {
      s.sql = absl::StrCat("CREATE TABLE ", QualifiedName(s), " PARTITION OF ", s.parent, " ",
                           Bound(w, *parent), w.r.Chance(15) ? PartitionKey(w, &s) : "");
    } else {
      s.strategy.clear();
      std::vector<std::string> columns;
      for (const ColumnInfo& c : w.Columns(*parent)) {
        columns.push_back(absl::StrCat(sql::Ident(c.name), " ", c.type));
      }
      s.sql = absl::StrCat("CREATE TABLE ", QualifiedName(s), " (", absl::StrJoin(columns, ", "),
                           "); ALTER TABLE ", s.parent, " ATTACH PARTITION ", QualifiedName(s), " ",
                           Bound(w, *parent));
    }
    return s;
  }
  if (form >= 65 && form < 80) {
    s.columns = {{"k", "integer"}};
    s.sql = absl::StrCat("CREATE TABLE ", QualifiedName(s), " (k integer)", PartitionKey(w, &s));
    return s;
  }
  if (const Statement* type = w.Any({Part::kComposite}); type != nullptr && w.r.Chance(6)) {
    s.columns = type->columns;
    s.sql = absl::StrCat("CREATE TABLE ", QualifiedName(s), " OF ", QualifiedName(*type));
    return s;
  }
  s.sql =
      absl::StrCat("CREATE ", w.r.Chance(8) ? "UNLOGGED " : "", "TABLE ", QualifiedName(s), " (");
  const Statement* up = form >= 63 && form < 65 ? w.AnyTable() : nullptr;
  if (up != nullptr && up->strategy.empty() && QualifiedName(*up) != QualifiedName(s)) {
    s.parent = QualifiedName(*up);
    ColumnInfo merged = w.AnyColumn(*up);
    if (!merged.name.empty() && w.r.Chance(30)) {
      absl::StrAppend(&s.sql, sql::Ident(merged.name), " ", merged.type);
    }
    absl::StrAppend(&s.sql, ") INHERITS (", s.parent, ")");
  } else {
    // Most tables start with a column; a key and others come one by one.
    if (w.r.Chance(80)) {
      s.columns = {{"k", "integer"}};
      absl::StrAppend(&s.sql, w.r.Chance(50) ? "k integer PRIMARY KEY" : "k integer");
    }
    absl::StrAppend(&s.sql, ")");
  }
  if (w.r.Chance(10)) absl::StrAppend(&s.sql, " WITH (fillfactor=", w.r.Chance(50) ? 70 : 80, ")");
  return s;
}

Statement MakeColumn(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = HungOn(w, Part::kColumn, like, table, "c");
  const Statement* home = w.Find(RelationName(s));
  s.type = like != nullptr && w.r.Chance(50) ? like->type : w.Type();
  s.sql = absl::StrCat("ALTER TABLE ", RelationName(s), " ADD COLUMN ", sql::Ident(s.name), " ",
                       s.type);
  if (IsText(s.type) && w.r.Chance(12)) {
    absl::StrAppend(&s.sql, " COLLATE \"", w.r.Chance(50) ? "C" : "POSIX", "\"");
  }
  int how = w.r.Below(100);
  // What numbers itself often changes into what does so in another way.
  if (like != nullptr &&
      (absl::StrContains(like->sql, "serial") || absl::StrContains(like->sql, "IDENTITY")) &&
      w.r.Chance(70)) {
    how = w.r.Below(20);
    if (!IsNumber(s.type)) s.type = "integer";
    s.sql = absl::StrCat("ALTER TABLE ", RelationName(s), " ADD COLUMN ", sql::Ident(s.name), " ",
                         s.type);
  }
  std::string value = w.Value(s.type);
  if (how < 8 && (s.type == "integer" || s.type == "bigint")) {
    absl::StrAppend(&s.sql, " GENERATED ", w.r.Chance(50) ? "ALWAYS" : "BY DEFAULT", " AS IDENTITY",
                    w.r.Chance(40) ? " (START 10 INCREMENT 5)" : "");
  } else if (how < 12 && (s.type == "integer" || s.type == "bigint")) {
    s.sql = absl::StrCat("ALTER TABLE ", RelationName(s), " ADD COLUMN ", sql::Ident(s.name),
                         s.type == "integer" ? " serial" : " bigserial");
  } else if (how < 22 && home != nullptr) {
    ColumnInfo other = w.AnyColumn(*home, s.type);
    if (!other.name.empty() && other.name != s.name) {
      bool is_virtual = w.version >= 180000 && w.r.Chance(50);
      absl::StrAppend(&s.sql, " GENERATED ALWAYS AS (",
                      w.r.Chance(50) ? w.Expression(other) : sql::Ident(other.name), ") ",
                      is_virtual ? "VIRTUAL" : "STORED");
    }
  } else if (how < 30 && IsNumber(s.type)) {
    if (const Statement* q = w.Any({Part::kSequence}); q != nullptr) {
      absl::StrAppend(&s.sql, " DEFAULT nextval(", sql::Literal(QualifiedName(*q)), "::regclass)");
    }
  } else if (how < 60 && !value.empty()) {
    absl::StrAppend(&s.sql, " DEFAULT ", value);
  } else if (how < 64) {
    if (const Statement* f = w.FunctionOf("integer", s.type); f != nullptr) {
      absl::StrAppend(&s.sql, " DEFAULT ", QualifiedName(*f), "(1)");
    }
  }
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " NOT NULL");
  return s;
}

Statement MakeTableOption(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = HungOn(w, Part::kTableOption, like, table, "option");
  std::string alter = absl::StrCat("ALTER TABLE ", RelationName(s), " ");
  std::vector<std::string> indexes;
  for (const Statement& o : w.all()) {
    bool index = o.part == Part::kIndex || o.part == Part::kKey;
    if (index && o.schema == s.schema && o.relation == s.relation) indexes.push_back(o.name);
  }
  switch (w.r.Below(6)) {
    case 0:
      s.sql = absl::StrCat(alter, "ENABLE ROW LEVEL SECURITY");
      break;
    case 1:
      s.sql = absl::StrCat(alter, "FORCE ROW LEVEL SECURITY");
      break;
    case 2:
      s.sql = absl::StrCat(alter, "REPLICA IDENTITY ", w.r.Chance(50) ? "FULL" : "NOTHING");
      break;
    case 3:
      if (!indexes.empty()) {
        s.sql = absl::StrCat(alter, "REPLICA IDENTITY USING INDEX ", sql::Ident(w.r.Pick(indexes)));
      }
      break;
    case 4:
      if (!indexes.empty()) {
        s.sql = absl::StrCat(alter, "CLUSTER ON ", sql::Ident(w.r.Pick(indexes)));
      }
      break;
    case 5:
      s.sql =
          absl::StrCat(alter, "SET (autovacuum_enabled = ", w.r.Chance(50) ? "true" : "false", ")");
      break;
  }
  return s;
}

Statement MakeColumnOption(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = HungOn(w, Part::kColumnOption, like, table, "option");
  const Statement* home = w.Find(RelationName(s));
  ColumnInfo column = home == nullptr ? ColumnInfo{} : w.AnyColumn(*home);
  if (column.name.empty()) return {};
  std::string value = w.Value(column.type);
  std::vector<std::string> options = {
      "SET NOT NULL", "SET STATISTICS 50", "SET (n_distinct = 5)",
      value.empty() ? "DROP DEFAULT" : absl::StrCat("SET DEFAULT ", value)};
  if (IsText(column.type) || column.type == "jsonb") {
    options.push_back("SET STORAGE external");
    options.push_back("SET STORAGE main");
    if (w.version >= 140000) options.push_back("SET COMPRESSION pglz");
  }
  s.sql = absl::StrCat("ALTER TABLE ", w.r.Chance(10) ? "ONLY " : "", RelationName(s),
                       " ALTER COLUMN ", sql::Ident(column.name), " ", w.r.Pick(options));
  return s;
}

Statement MakeOwnedBy(World& w, const Statement* like) {
  const Statement* sequence = w.Any({Part::kSequence});
  const Statement* table = w.AnyTable();
  if (sequence == nullptr || table == nullptr) return {};
  Statement s = HungOn(w, Part::kOwnedBy, like, sequence, "owner");
  ColumnInfo column = w.AnyColumn(*table);
  if (column.name.empty()) return {};
  s.sql = absl::StrCat("ALTER SEQUENCE ", RelationName(s), " OWNED BY ", QualifiedName(*table), ".",
                       sql::Ident(column.name));
  return s;
}

}  // namespace autogen::testing
