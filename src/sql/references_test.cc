#include "src/sql/references.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace autogen::sql {
namespace {

std::string Print(const std::vector<Reference>& references) {
  const char* const kinds[] = {"rel", "type", "func", "op", "coll", "col", "any"};
  return absl::StrJoin(references, " ", [&](std::string* out, const Reference& r) {
    if (r.reference_class == Reference::Class::kOperator && r.schema.empty()) return;
    absl::StrAppend(out, kinds[static_cast<int>(r.reference_class)], ":", r.schema,
                    r.schema.empty() ? "" : ".", r.relation, r.relation.empty() ? "" : ".", r.name);
  });
}

TEST_CASE("references of fragments") {
  struct Row {
    Fragment fragment;
    std::string text;
    std::string references;
  };
  const Row rows[] = {
      {TYPE, "integer", ""},
      {TYPE, "character varying(50)[]", ""},
      {TYPE, "public.mood[]", "type:public.mood"},
      {TYPE, "public.geometry(Point,4326)", "type:public.geometry col:point"},
      {TYPE, "\"char\"", "type:char"},
      {EXPRESSION, "nextval('public.s'::regclass)", "rel:public.s type:regclass func:nextval"},
      {EXPRESSION, "nextval('s')", "rel:s func:nextval"},
      {EXPRESSION, "nextval('public.\"S x\"')", "rel:public.S x func:nextval"},
      {EXPRESSION, "'public.f(integer)'::regprocedure", "type:regprocedure func:public.f"},
      {EXPRESSION, "lower(t.email) COLLATE public.nocase",
       "func:lower coll:public.nocase col:t.email"},
      {EXPRESSION, "a OPERATOR(public.===) b", "op:public.=== col:a col:b"},
      {EXPRESSION, "CASE WHEN public.f(a) THEN 'x'::public.mood END",
       "type:public.mood func:public.f col:a"},
      {QUERY, "WITH c AS (SELECT 1 FROM c) SELECT c.x, d.y FROM c JOIN s.t d ON true",
       "rel:c rel:s.t col:c.x col:s.t.y"},
      {QUERY, "WITH RECURSIVE c AS (SELECT 1 UNION SELECT x FROM c) SELECT 1 FROM c", "col:x"},
      {PARTITION_BOUND, "FOR VALUES IN ('a'::public.mood)", "type:public.mood"},
      {SIGNATURE, "public.f(integer, public.t)", "type:public.t func:public.f"},
      {SIGNATURE, "public.<(public.t,public.t)", "type:public.t op:public.<"},
      {ROUTINE_BODY, "BEGIN ATOMIC SELECT public.g(a) FROM s.t; END",
       "rel:s.t func:public.g col:a"},
      {RULE_DEFINITION,
       "CREATE RULE r AS ON INSERT TO s.v DO INSTEAD INSERT INTO s.t VALUES (new.a)",
       "rel:s.t rel:s.v col:new.a"},
      // Newer than libpg_query: names only.
      {EXPRESSION, "JSON_VALUE(s.t, '$.a' RETURNING public.mood)",
       "any:json_value any:public.mood any:s.t"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    std::string found = Print(FindReferences(row.fragment, row.text));
    while (found.find("  ") != std::string::npos) found.erase(found.find("  "), 1);
    CHECK(found == row.references);
  }
}

TEST_CASE("references of whole statements") {
  CHECK(Print(FindReferencesInStatements("SELECT 1 FROM a; DELETE FROM b.c")) == "rel:a rel:b.c");
}

}  // namespace
}  // namespace autogen::sql
