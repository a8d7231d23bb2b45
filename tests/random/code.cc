// Views, functions, and what calls them.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sql/quote.h"
#include "tests/random/makers.h"

namespace autogen::testing {
namespace {

// "SELECT … FROM …"; its columns go to s->columns.
std::string Query(World& w, Statement* s) {
  const Statement* first = w.AnyRelation();
  if (first == nullptr || QualifiedName(*first) == QualifiedName(*s)) return "";
  std::vector<ColumnInfo> columns = w.Columns(*first);
  std::vector<std::string> outputs;
  std::string from = absl::StrCat(QualifiedName(*first), " a"), where;
  if (!columns.empty()) {
    for (int i = w.r.Below(3); i >= 0; --i) {
      ColumnInfo c = w.r.Pick(columns);
      std::string name = absl::StrCat("o", outputs.size() + 1);
      if (w.r.Chance(25)) {
        outputs.push_back(absl::StrCat(w.Expression(c, "a."), " AS ", name));
        s->columns.push_back({name, IsNumber(c.type) || IsText(c.type) ? c.type : "boolean"});
      } else {
        outputs.push_back(absl::StrCat("a.", sql::Ident(c.name), " AS ", name));
        s->columns.push_back({name, c.type});
      }
    }
    if (w.r.Chance(30)) where = w.Condition(w.r.Pick(columns), "a.");
  } else {
    outputs.push_back("1 AS o1");
    s->columns.push_back({"o1", "integer"});
  }
  const Statement* second = w.r.Chance(30) ? w.AnyRelation() : nullptr;
  if (second != nullptr && QualifiedName(*second) != QualifiedName(*s)) {
    if (w.r.Chance(50)) {
      absl::StrAppend(&from, " CROSS JOIN ", QualifiedName(*second), " b");
      ColumnInfo c = w.AnyColumn(*second);
      if (!c.name.empty()) {
        outputs.push_back(absl::StrCat("b.", sql::Ident(c.name), " AS other"));
        s->columns.push_back({"other", c.type});
      }
    } else {
      where = absl::StrCat(where, where.empty() ? "" : " AND ", "EXISTS (SELECT 1 FROM ",
                           QualifiedName(*second), ")");
    }
  }
  return absl::StrCat("SELECT ", w.r.Chance(5) ? "DISTINCT " : "", absl::StrJoin(outputs, ", "),
                      " FROM ", from, where.empty() ? "" : " WHERE ", where);
}

const Statement* AnyTriggerFunction(World& w) {
  std::vector<const Statement*> found;
  for (const Statement& s : w.all()) {
    if (s.part == Part::kFunction && s.type == "trigger") found.push_back(&s);
  }
  return found.empty() ? nullptr : w.r.Pick(found);
}

// "-- 7" or the like, so that a body can change without its meaning.
std::string Body(World& w, const std::string& returns) {
  std::string value = w.Value(returns);
  const Statement* relation = w.r.Chance(40) ? w.AnyRelation() : nullptr;
  if (relation != nullptr && IsNumber(returns)) {
    return absl::StrCat("SELECT count(*)::", returns, " FROM ", QualifiedName(*relation));
  }
  return absl::StrCat("SELECT ", value.empty() ? "NULL" : value, "::", returns);
}

}  // namespace

Statement MakeView(World& w, const Statement* like) {
  Statement s = Named(w, Part::kView, like, "v");
  std::string query = Query(w, &s);
  if (query.empty()) return {};
  std::vector<std::string> with;
  if (w.r.Chance(10)) with.push_back("security_barrier");
  if (w.version >= 150000 && w.r.Chance(10)) with.push_back("security_invoker");
  s.sql = absl::StrCat("CREATE VIEW ", QualifiedName(s),
                       with.empty() ? "" : absl::StrCat(" WITH (", absl::StrJoin(with, ", "), ")"),
                       " AS ", query, w.r.Chance(8) ? " WITH LOCAL CHECK OPTION" : "");
  return s;
}

Statement MakeMaterializedView(World& w, const Statement* like) {
  Statement s = Named(w, Part::kMaterializedView, like, "mv");
  std::string query = Query(w, &s);
  if (query.empty()) return {};
  s.sql = absl::StrCat("CREATE MATERIALIZED VIEW ", QualifiedName(s), " AS ", query,
                       w.r.Chance(20) ? " WITH NO DATA" : "");
  return s;
}

Statement MakeFunction(World& w, const Statement* like) {
  Statement s = Named(w, Part::kFunction, like, "f");
  int form = w.r.Below(100);
  if (like != nullptr && w.r.Chance(70)) form = like->type == "trigger" ? 0 : 30 + w.r.Below(70);
  std::string create =
      absl::StrCat("CREATE ", form >= 93 ? "PROCEDURE " : "FUNCTION ", QualifiedName(s), "(");
  if (form < 30) {
    s.type = "trigger";
    s.sql = absl::StrCat(create, ") RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN ",
                         w.r.Chance(50) ? "NEW" : "NULL", "; END $$");
    return s;
  }
  std::vector<std::string> arguments;
  int count = w.r.Chance(70) ? 1 : w.r.Below(3);
  const Statement* table = w.r.Chance(15) ? w.AnyRelation() : nullptr;
  for (int i = 0; i < count; ++i) {
    std::string type = i == 0 && like != nullptr && !like->columns.empty() && w.r.Chance(70)
                           ? like->columns[0].type
                       : table != nullptr ? QualifiedName(*table)
                                          : w.Type();
    s.columns.push_back({absl::StrCat("p", i), type});
    arguments.push_back(absl::StrCat(w.r.Chance(80) ? absl::StrCat("p", i, " ") : "", type,
                                     w.r.Chance(10) ? " DEFAULT NULL" : ""));
  }
  absl::StrAppend(&create, absl::StrJoin(arguments, ", "), ")");
  s.type = w.r.Chance(60) ? w.r.Pick<std::string>({"integer", "text", "boolean"}) : w.Type();
  std::string body = Body(w, s.type);
  std::string attributes;
  if (w.r.Chance(70)) absl::StrAppend(&attributes, " IMMUTABLE");
  if (w.r.Chance(10)) absl::StrAppend(&attributes, " STRICT");
  if (w.r.Chance(10)) absl::StrAppend(&attributes, " SECURITY DEFINER");
  if (w.r.Chance(10)) absl::StrAppend(&attributes, " SET search_path = public");
  if (form >= 93) {
    s.type = "procedure";
    s.sql = absl::StrCat(create, " LANGUAGE sql AS $$", body, "$$");
  } else if (form < 50 && w.version >= 140000) {
    s.sql = absl::StrCat(create, " RETURNS ", s.type, " LANGUAGE sql", attributes, " BEGIN ATOMIC ",
                         body, "; END");
  } else if (form < 60) {
    s.sql = absl::StrCat(create, " RETURNS TABLE (one ", s.type, ", two ", w.Type(),
                         ") LANGUAGE plpgsql", attributes, " AS $$ BEGIN END $$");
    s.type = "record";
  } else if (form < 66 && table != nullptr) {
    s.type = absl::StrCat("SETOF ", QualifiedName(*table));
    s.sql = absl::StrCat(create, " RETURNS ", s.type, " LANGUAGE sql", attributes,
                         " AS $$SELECT * FROM ", QualifiedName(*table), "$$");
  } else {
    s.sql = absl::StrCat(create, " RETURNS ", s.type, " LANGUAGE ",
                         w.r.Chance(50) ? "sql" : "plpgsql", attributes, " AS ");
    bool plpgsql = s.sql.find(" LANGUAGE plpgsql") != std::string::npos;
    absl::StrAppend(&s.sql,
                    plpgsql ? "$$ BEGIN RETURN NULL; END $$" : absl::StrCat("$$", body, "$$"));
  }
  return s;
}

Statement MakeAggregate(World& w, const Statement* like) {
  Statement s = Named(w, Part::kAggregate, like, "agg");
  s.sql = absl::StrCat("CREATE AGGREGATE ", QualifiedName(s),
                       "(integer) (SFUNC = int4pl, STYPE = ", "integer",
                       w.r.Chance(50) ? ", INITCOND = '0'" : "", ")");
  return s;
}

Statement MakeTrigger(World& w, const Statement* like) {
  const Statement* table = w.Any({Part::kTable, Part::kTable, Part::kView});
  const Statement* function = AnyTriggerFunction(w);
  if (table == nullptr || function == nullptr) return {};
  Statement s = HungOn(w, Part::kTrigger, like, table, "trg");
  const Statement* home = w.Find(RelationName(s));
  if (home == nullptr) return {};
  bool view = home->part == Part::kView;
  std::string events = w.r.Pick<std::string>({"INSERT", "DELETE", "INSERT OR DELETE", "UPDATE"});
  ColumnInfo column = w.AnyColumn(*home);
  if (events == "UPDATE" && !column.name.empty() && w.r.Chance(50) && !view) {
    absl::StrAppend(&events, " OF ", sql::Ident(column.name));
  }
  bool row = view || w.r.Chance(60);
  bool constraint = !view && row && w.r.Chance(12);
  s.sql =
      absl::StrCat("CREATE ", constraint ? "CONSTRAINT " : "", "TRIGGER ", sql::Ident(s.name), " ",
                   view                           ? "INSTEAD OF"
                   : constraint || w.r.Chance(50) ? "AFTER"
                                                  : "BEFORE",
                   " ", events, " ON ", RelationName(s), " FOR EACH ", row ? "ROW" : "STATEMENT");
  bool has_new = events.find("DELETE") == std::string::npos;
  if (row && has_new && !view && !column.name.empty() && w.r.Chance(25)) {
    absl::StrAppend(&s.sql, " WHEN (", w.Condition(column, "new."), ")");
  }
  absl::StrAppend(&s.sql, " EXECUTE FUNCTION ", QualifiedName(*function), "(",
                  w.r.Chance(20) ? "'x', '2'" : "", ")");
  if (w.r.Chance(8) && !view) {
    absl::StrAppend(&s.sql, "; ALTER TABLE ", RelationName(s), " DISABLE TRIGGER ",
                    sql::Ident(s.name));
  }
  return s;
}

Statement MakePolicy(World& w, const Statement* like) {
  const Statement* table = w.AnyTable();
  if (table == nullptr) return {};
  Statement s = HungOn(w, Part::kPolicy, like, table, "pol");
  const Statement* home = w.Find(RelationName(s));
  ColumnInfo column = home == nullptr ? ColumnInfo{} : w.AnyColumn(*home);
  if (column.name.empty()) return {};
  std::string condition = w.Condition(column);
  const Statement* other = w.r.Chance(30) ? w.AnyRelation() : nullptr;
  if (other != nullptr) {
    condition = absl::StrCat("EXISTS (SELECT 1 FROM ", QualifiedName(*other), ")");
  }
  std::string command = w.r.Pick<std::string>({"", " FOR SELECT", " FOR INSERT", " FOR UPDATE"});
  s.sql = absl::StrCat("CREATE POLICY ", sql::Ident(s.name), " ON ", RelationName(s),
                       w.r.Chance(15) ? " AS RESTRICTIVE" : "", command,
                       w.r.Chance(20) ? " TO pg_monitor" : "");
  if (command != " FOR INSERT") absl::StrAppend(&s.sql, " USING (", condition, ")");
  if (command != " FOR SELECT" && (command == " FOR INSERT" || w.r.Chance(40))) {
    absl::StrAppend(&s.sql, " WITH CHECK (", w.Condition(column), ")");
  }
  return s;
}

Statement MakeRule(World& w, const Statement* like) {
  const Statement* relation = w.Any({Part::kTable, Part::kView});
  const Statement* other = w.AnyTable();
  if (relation == nullptr || other == nullptr) return {};
  Statement s = HungOn(w, Part::kRule, like, relation, "rule");
  s.sql = absl::StrCat(
      "CREATE RULE ", sql::Ident(s.name), " AS ON ",
      w.r.Pick<std::string>({"INSERT", "UPDATE", "DELETE"}), " TO ", RelationName(s), " DO ",
      w.r.Chance(50) ? "INSTEAD " : "",
      w.r.Chance(60) ? "NOTHING" : absl::StrCat("DELETE FROM ", QualifiedName(*other)));
  return s;
}

}  // namespace autogen::testing
