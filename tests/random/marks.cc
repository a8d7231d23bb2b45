// Comments, grants and publications: what is put on other objects.
#include "absl/strings/str_cat.h"
#include "src/sql/quote.h"
#include "tests/random/makers.h"

namespace autogen::testing {
namespace {

// "TABLE public.t", as COMMENT ON takes it; "" for what this file does not name.
std::string Described(World& w, const Statement& s) {
  std::string on = absl::StrCat(sql::Ident(s.name), " ON ", RelationName(s));
  switch (s.part) {
    case Part::kSchema:
      return absl::StrCat("SCHEMA ", sql::Ident(s.name));
    case Part::kExtension:
      return absl::StrCat("EXTENSION ", sql::Ident(s.name));
    case Part::kEnum:
    case Part::kComposite:
    case Part::kRange:
      return absl::StrCat("TYPE ", QualifiedName(s));
    case Part::kDomain:
      return absl::StrCat("DOMAIN ", QualifiedName(s));
    case Part::kSequence:
      return absl::StrCat("SEQUENCE ", QualifiedName(s));
    case Part::kTable:
      return absl::StrCat("TABLE ", QualifiedName(s));
    case Part::kColumn:
      return absl::StrCat("COLUMN ", RelationName(s), ".", sql::Ident(s.name));
    case Part::kKey:
    case Part::kCheck:
    case Part::kExclusion:
    case Part::kForeignKey:
      return absl::StrCat("CONSTRAINT ", on);
    case Part::kIndex:
      return absl::StrCat("INDEX ", sql::Qualified(s.schema, s.name));
    case Part::kStatistics:
      return absl::StrCat("STATISTICS ", QualifiedName(s));
    case Part::kView:
      if (w.r.Chance(50)) return absl::StrCat("COLUMN ", QualifiedName(s), ".o1");
      return absl::StrCat("VIEW ", QualifiedName(s));
    case Part::kMaterializedView:
      if (w.r.Chance(50)) return absl::StrCat("COLUMN ", QualifiedName(s), ".o1");
      return absl::StrCat("MATERIALIZED VIEW ", QualifiedName(s));
    case Part::kFunction:
      return absl::StrCat("ROUTINE ", QualifiedName(s));
    case Part::kAggregate:
      return absl::StrCat("AGGREGATE ", QualifiedName(s), "(integer)");
    case Part::kTrigger:
      return absl::StrCat("TRIGGER ", on);
    case Part::kPolicy:
      return absl::StrCat("POLICY ", on);
    case Part::kRule:
      return absl::StrCat("RULE ", on);
    case Part::kPublication:
      return absl::StrCat("PUBLICATION ", sql::Ident(s.name));
    case Part::kTableOption:
    case Part::kColumnOption:
    case Part::kOwnedBy:
    case Part::kComment:
    case Part::kGrant:
      return "";
  }
  return "";
}

}  // namespace

Statement MakeComment(World& w, const Statement* like) {
  Statement s;
  s.part = Part::kComment;
  if (like != nullptr) {
    s.name = like->name;
  } else if (!w.all().empty()) {
    s.name = Described(w, w.r.Pick(w.all()));
  }
  if (s.name.empty()) return {};
  s.sql = absl::StrCat("COMMENT ON ", s.name, " IS ",
                       w.r.Pick<std::string>({"'one'", "'two'", "'it''s \\ three'"}));
  return s;
}

Statement MakeGrant(World& w, const Statement* like) {
  Statement s;
  s.part = Part::kGrant;
  const Statement* target =
      w.Any({Part::kTable, Part::kView, Part::kMaterializedView, Part::kSequence, Part::kFunction,
             Part::kSchema, Part::kDomain, Part::kEnum, Part::kColumn});
  if (target == nullptr) return {};
  std::string privilege = "ALL", on;
  switch (target->part) {
    case Part::kTable:
    case Part::kView:
    case Part::kMaterializedView:
      privilege = w.r.Pick<std::string>({"SELECT", "ALL", "INSERT, UPDATE"});
      on = absl::StrCat("TABLE ", QualifiedName(*target));
      break;
    case Part::kColumn:
      privilege =
          absl::StrCat(w.r.Chance(50) ? "SELECT (" : "UPDATE (", sql::Ident(target->name), ")");
      on = absl::StrCat("TABLE ", RelationName(*target));
      break;
    case Part::kSequence:
      on = absl::StrCat("SEQUENCE ", QualifiedName(*target));
      break;
    case Part::kFunction:
      on = absl::StrCat("ROUTINE ", QualifiedName(*target));
      break;
    case Part::kSchema:
      on = absl::StrCat("SCHEMA ", sql::Ident(target->name));
      break;
    default:
      on = absl::StrCat("TYPE ", QualifiedName(*target));
      break;
  }
  bool revoke = w.r.Chance(25);
  std::string role = w.r.Pick<std::string>({"PUBLIC", "pg_monitor", "pg_signal_backend"});
  s.name = like != nullptr && w.r.Chance(50) ? like->name : absl::StrCat(on, " ", role);
  s.sql =
      absl::StrCat(revoke ? "REVOKE " : "GRANT ", privilege, " ON ", on, revoke ? " FROM " : " TO ",
                   role, !revoke && role != "PUBLIC" && w.r.Chance(15) ? " WITH GRANT OPTION" : "");
  return s;
}

Statement MakePublication(World& w, const Statement* like) {
  Statement s;
  s.part = Part::kPublication;
  s.name = like != nullptr ? like->name : w.Name("pub");
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  s.sql =
      absl::StrCat("CREATE PUBLICATION ", sql::Ident(s.name), " FOR TABLE ", QualifiedName(*table));
  if (w.version >= 150000 && w.r.Chance(30)) {
    ColumnInfo c = w.AnyColumn(*table);
    if (!c.name.empty()) {
      absl::StrAppend(&s.sql, w.r.Chance(50) ? absl::StrCat(" (", sql::Ident(c.name), ")")
                                             : absl::StrCat(" WHERE (", w.Condition(c), ")"));
    }
  }
  if (w.r.Chance(30)) absl::StrAppend(&s.sql, " WITH (publish = 'insert, update')");
  return s;
}

}  // namespace autogen::testing
