// Extensions, enums, domains, composite types, ranges and sequences.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sql/quote.h"
#include "tests/random/makers.h"

namespace autogen::testing {

Statement MakeExtension(World& w, const Statement* like) {
  Statement s;
  s.part = Part::kExtension;
  s.name = like != nullptr ? like->name
                           : w.r.Pick<std::string>({"citext", "hstore", "ltree", "pg_trgm"});
  const std::string schema = w.Schema();
  // The type that it makes has its name; of pg_trgm others use nothing.
  if (s.name != "pg_trgm") s.type = sql::Qualified(schema, s.name);
  s.sql = absl::StrCat("CREATE EXTENSION ", s.name, " SCHEMA ", sql::Ident(schema));
  return s;
}

Statement MakeEnum(World& w, const Statement* like) {
  Statement s = Named(w, Part::kEnum, like, "e");
  std::vector<std::string> labels;
  for (const char* label : {"a", "b", "c", "d", "it's"}) {
    if (w.r.Chance(60)) labels.push_back(label);
  }
  if (labels.empty()) labels.push_back("a");
  if (w.r.Chance(25)) std::reverse(labels.begin(), labels.end());
  for (std::string& label : labels) {
    s.columns.push_back({label, ""});
    label = sql::Literal(label);
  }
  s.sql = absl::StrCat("CREATE TYPE ", QualifiedName(s), " AS ENUM (", absl::StrJoin(labels, ", "),
                       ")");
  return s;
}

Statement MakeDomain(World& w, const Statement* like) {
  Statement s = Named(w, Part::kDomain, like, "d");
  s.type = w.Type();
  s.sql = absl::StrCat("CREATE DOMAIN ", QualifiedName(s), " AS ", s.type);
  if (IsText(s.type) && w.r.Chance(15)) absl::StrAppend(&s.sql, " COLLATE \"C\"");
  if (std::string value = w.Value(s.type); !value.empty() && w.r.Chance(40)) {
    absl::StrAppend(&s.sql, " DEFAULT ", value);
  }
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " NOT NULL");
  if (w.r.Chance(40)) {
    std::string condition = w.Condition({"value", s.type});
    absl::StrAppend(&s.sql, " CONSTRAINT ", w.r.Chance(50) ? "ok" : "fine", " CHECK (", condition,
                    ")");
  }
  return s;
}

Statement MakeComposite(World& w, const Statement* like) {
  Statement s = Named(w, Part::kComposite, like, "ct");
  std::vector<std::string> attributes;
  for (const char* name : {"x", "y", "z"}) {
    if (!w.r.Chance(65)) continue;
    s.columns.push_back({name, w.Type()});
    attributes.push_back(absl::StrCat(name, " ", s.columns.back().type));
  }
  s.sql =
      absl::StrCat("CREATE TYPE ", QualifiedName(s), " AS (", absl::StrJoin(attributes, ", "), ")");
  return s;
}

Statement MakeRange(World& w, const Statement* like) {
  Statement s = Named(w, Part::kRange, like, "rt");
  s.sql = absl::StrCat("CREATE TYPE ", QualifiedName(s), " AS RANGE (subtype = ",
                       w.r.Pick<std::string>({"integer", "text", "date", "float8"}), ")");
  return s;
}

Statement MakeSequence(World& w, const Statement* like) {
  Statement s = Named(w, Part::kSequence, like, "q");
  s.sql = absl::StrCat("CREATE SEQUENCE ", QualifiedName(s));
  if (w.r.Chance(30)) absl::StrAppend(&s.sql, " AS ", w.r.Chance(50) ? "integer" : "smallint");
  if (w.r.Chance(30)) absl::StrAppend(&s.sql, " INCREMENT ", w.r.Chance(50) ? "-2" : "3");
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " MINVALUE -50");
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " MAXVALUE 3000");
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " START -1");
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " CACHE 5");
  if (w.r.Chance(20)) absl::StrAppend(&s.sql, " CYCLE");
  return s;
}

}  // namespace autogen::testing
