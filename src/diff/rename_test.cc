// Declared renames: which of them are possible, and in which order they run.
#include <doctest/doctest.h>

#include <string>

#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CatalogOf;
using testing::CheckTexts;

std::string RenamesText(absl::string_view before, absl::string_view after) {
  auto current = CatalogOf(before), wanted = CatalogOf(after);
  Plan plan;
  AddRenames(DeclaredRenames(*current, *wanted), *current, &plan);
  return testing::PlanText(plan);
}

std::string InvertedText(absl::string_view before, absl::string_view after) {
  auto current = CatalogOf(before), wanted = CatalogOf(after);
  Plan plan;
  AddRenames(Invert(DeclaredRenames(*current, *wanted)), *wanted, &plan);
  return testing::PlanText(plan);
}

TEST_CASE("a rename is declared by the new object") {
  CheckTexts(
      {
          {"a table", R"(table { name: "a" })", R"(table { name: "b" renamed_from: "a" })",
           "rename table public.a to public.b", "rename table public.b to public.a"},
          {"a column", R"(table { name: "t" column { name: "a" type: "text" } })",
           R"(table { name: "t" column { name: "b" type: "text" renamed_from: "a" } })",
           "rename column public.t.a to public.t.b", "rename column public.t.b to public.t.a"},
          {"to another schema", R"(schema { name: "s" } table { name: "t" })",
           R"(schema { name: "s" }
              table { schema: "s" name: "t" renamed_from_schema: "public" })",
           "rename table public.t to s.t", "rename table s.t to public.t"},
          {"with another name there",
           R"(schema { name: "s" } view { name: "v" definition: "SELECT 1" })",
           R"(schema { name: "s" } view { schema: "s" name: "w" definition: "SELECT 1"
                renamed_from: "v" renamed_from_schema: "public" })",
           "rename view public.v to s.w", "rename view s.w to public.v"},
          {"a routine keeps its signature",
           R"(function { name: "f" argument { type: "integer" } returns: "integer" language: "sql"
                        body: "SELECT 1" })",
           R"(function { name: "g" argument { type: "integer" } returns: "integer" language: "sql"
                        body: "SELECT 1" renamed_from: "f" })",
           "rename function public.f(integer) to public.g(integer)",
           "rename function public.g(integer) to public.f(integer)"},
          {"an aggregate",
           R"(aggregate { name: "a" argument { type: "bigint" } stype: "bigint"
                         sfunc { schema: "pg_catalog" name: "int8pl" } })",
           R"(aggregate { name: "b" argument { type: "bigint" } stype: "bigint"
                         sfunc { schema: "pg_catalog" name: "int8pl" } renamed_from: "a" })",
           "rename aggregate public.a(bigint) to public.b(bigint)",
           "rename aggregate public.b(bigint) to public.a(bigint)"},
          {"a check of a domain",
           R"(domain { name: "d" type: "integer" check { name: "a" expression: "VALUE > 0" } })",
           R"(domain { name: "d" type: "integer" check { name: "b" expression: "VALUE > 0"
                                                        renamed_from: "a" } })",
           "rename domain check public.d.a to public.d.b",
           "rename domain check public.d.b to public.d.a"},
      },
      RenamesText, InvertedText);
}

TEST_CASE("a rename is possible where the old name is there and the new one is free") {
  CheckTexts(
      {
          {"nothing has the old name", "", R"(table { name: "b" renamed_from: "a" })", ""},
          {"it was done before", R"(table { name: "b" })",
           R"(table { name: "b" renamed_from: "a" })", ""},
          {"both are there", R"(table { name: "a" } table { name: "b" })",
           R"(table { name: "b" renamed_from: "a" })", ""},
          {"of the same name", R"(table { name: "a" })", R"(table { name: "a" renamed_from: "a" })",
           ""},
          {"of another kind", R"(view { name: "a" definition: "SELECT 1" })",
           R"(table { name: "b" renamed_from: "a" })", ""},
          {"a function of other arguments",
           R"(function { name: "f" argument { type: "integer" } returns: "integer" language: "sql"
                        body: "SELECT 1" })",
           R"(function { name: "g" argument { type: "bigint" } returns: "integer" language: "sql"
                        body: "SELECT 1" renamed_from: "f" })",
           ""},
          {"the new name is held by what stays, so those that wait for it stay as well",
           R"(table { name: "a" } table { name: "b" } table { name: "c" })",
           R"(table { name: "b" renamed_from: "a" } table { name: "c" renamed_from: "b" })", ""},
      },
      RenamesText, nullptr);
}

TEST_CASE("names pass from one object to another in an order that can run") {
  CheckTexts(
      {
          {"a chain from its end", R"(table { name: "a" } table { name: "b" })",
           R"(table { name: "b" renamed_from: "a" } table { name: "c" renamed_from: "b" })",
           R"(rename table public.b to public.c
              rename table public.a to public.b)",
           R"(rename table public.b to public.a
              rename table public.c to public.b)"},
          {"a swap over a third name", R"(table { name: "a" } table { name: "b" })",
           R"(table { name: "b" renamed_from: "a" } table { name: "a" renamed_from: "b" })",
           R"(rename table public.a to public.a__replaced
              rename table public.b to public.a
              rename table public.a__replaced to public.b)",
           R"(rename table public.b to public.a__replaced
              rename table public.a to public.b
              rename table public.a__replaced to public.a)"},
          {"columns as well",
           R"(table { name: "t" column { name: "a" type: "text" }
              column { name: "b" type: "text" } })",
           R"(table { name: "t" column { name: "a" type: "text" renamed_from: "b" }
                     column { name: "b" type: "text" renamed_from: "a" } })",
           R"(rename column public.t.b to public.t.b__replaced
              rename column public.t.a to public.t.b
              rename column public.t.b__replaced to public.t.a)",
           R"(rename column public.t.a to public.t.b__replaced
              rename column public.t.b to public.t.a
              rename column public.t.b__replaced to public.t.b)"},
      },
      RenamesText, InvertedText);
}

TEST_CASE("what is around an object is renamed first") {
  CheckTexts(
      {
          {"schema, table, column",
           R"(schema { name: "s" } table { schema: "s" name: "t"
              column { name: "a" type: "text" } })",
           R"(table { schema: "z" name: "u" renamed_from: "t"
                     column { name: "b" type: "text" renamed_from: "a" } }
              schema { name: "z" renamed_from: "s" })",
           R"(rename schema s to z
              rename table z.t to z.u
              rename column z.u.a to z.u.b)",
           R"(rename column z.u.b to z.u.a
              rename table z.u to z.t
              rename schema z to s)"},
          {"a column that is there under the table's old name",
           R"(table { name: "t" column { name: "a" type: "text" } })",
           R"(table { name: "u" renamed_from: "t"
                     column { name: "b" type: "text" renamed_from: "a" } })",
           R"(rename table public.t to public.u
              rename column public.u.a to public.u.b)",
           R"(rename column public.u.b to public.u.a
              rename table public.u to public.t)"},
          {"a check of a renamed domain",
           R"(domain { name: "d" type: "integer" check { name: "a" expression: "VALUE > 0" } })",
           R"(domain { name: "e" type: "integer" renamed_from: "d"
                      check { name: "b" expression: "VALUE > 0" renamed_from: "a" } })",
           R"(rename domain public.d to public.e
              rename domain check public.e.a to public.e.b)",
           R"(rename domain check public.e.b to public.e.a
              rename domain public.e to public.d)"},
          {"a table that moves from a schema which is renamed",
           R"(schema { name: "s" } schema { name: "r" } table { schema: "s" name: "t" })",
           R"(schema { name: "z" renamed_from: "s" } schema { name: "r" }
              table { schema: "z" name: "u" renamed_from: "t" })",
           R"(rename schema s to z
              rename table z.t to z.u)",
           R"(rename table z.u to z.t
              rename schema z to s)"},
      },
      RenamesText, InvertedText);
}

TEST_CASE("labels and attributes belong to their types") {
  const char* sad = R"(enum { name: "e" label: "a" label: "b" })";
  CheckTexts(
      {
          {"a label", sad,
           R"(enum { name: "e" label: "x" label: "b" renamed_label { from: "a" to: "x" } })",
           "rename enum public.e, a to x", "rename enum public.e, x to a"},
          {"labels in a chain", sad,
           R"(enum { name: "e" label: "b" label: "c" renamed_label { from: "a" to: "b" }
                     renamed_label { from: "b" to: "c" } })",
           "rename enum public.e, b to c, a to b", "rename enum public.e, b to a, c to b"},
          {"labels that swap", sad,
           R"(enum { name: "e" label: "b" label: "a" renamed_label { from: "a" to: "b" }
                     renamed_label { from: "b" to: "a" } })",
           "rename enum public.e, a to a__replaced, b to a, a__replaced to b",
           "rename enum public.e, b to a__replaced, a to b, a__replaced to a"},
          {"one that is there already", sad,
           R"(enum { name: "e" label: "a" label: "b" renamed_label { from: "a" to: "b" } })", "",
           ""},
          {"one that was never there", sad,
           R"(enum { name: "e" label: "a" label: "y" renamed_label { from: "x" to: "y" } })", "",
           ""},
          {"of a renamed enum", sad,
           R"(enum { name: "f" renamed_from: "e" label: "x" label: "b"
                     renamed_label { from: "a" to: "x" } })",
           R"(rename enum public.e to public.f
              rename enum public.f, a to x)",
           R"(rename enum public.f, x to a
              rename enum public.f to public.e)"},
          {"an attribute", R"(composite_type { name: "p" attribute { name: "a" type: "text" } })",
           R"(composite_type { name: "p" attribute { name: "b" type: "text" renamed_from: "a" } })",
           "rename composite type public.p, a to b", "rename composite type public.p, b to a"},
          {"of a type that is new", "",
           R"(enum { name: "e" label: "x" renamed_label { from: "a" to: "x" } })", "", ""},
      },
      RenamesText, InvertedText);
}

TEST_CASE("what an object was called before the plan's renames") {
  auto current = CatalogOf(R"(schema { name: "s" } table { schema: "s" name: "t"
      column { name: "a" type: "text" } } domain { schema: "s" name: "t2" type: "integer"
      check { name: "c" expression: "VALUE > 0" } } enum { name: "e" label: "a" })");
  auto wanted = CatalogOf(R"(schema { name: "z" renamed_from: "s" } table { schema: "z" name: "u"
      renamed_from: "t" column { name: "b" type: "text" renamed_from: "a" } }
      domain { schema: "z" name: "d" renamed_from: "t2" type: "integer"
      check { name: "c" expression: "VALUE > 0" } }
      enum { name: "e" label: "b" renamed_label { from: "a" to: "b" } })");
  Plan plan;
  AddRenames(DeclaredRenames(*current, *wanted), *current, &plan);
  REQUIRE(plan.operations.size() == 5);
  auto before = [&](Kind kind, const char* schema, const char* parent, const char* name) {
    return model::Describe(BeforeRenames(plan, {kind, schema, parent, name}));
  };
  CHECK(before(SCHEMA, "", "", "z") == "schema s");
  CHECK(before(TABLE, "z", "", "u") == "table s.t");
  CHECK(before(COLUMN, "z", "u", "b") == "column s.t.a");
  CHECK(before(COLUMN, "z", "u", "other") == "column s.t.other");
  CHECK(before(DOMAIN_CHECK, "z", "d", "c") == "domain check s.t2.c");
  // A table's column, not the domain's.
  CHECK(before(COLUMN, "z", "d", "c") == "column s.d.c");
  CHECK(before(TABLE, "public", "", "x") == "table public.x");
  CHECK(before(ENUM, "public", "", "e") == "enum public.e");
}

TEST_CASE("renames stand in front of what a plan holds") {
  auto current = CatalogOf(R"(table { name: "a" } )");
  auto wanted = CatalogOf(R"(table { name: "b" renamed_from: "a" })");
  auto plan = Diff(CatalogOf(""), CatalogOf(R"(sequence { name: "s" })"), Options(PostgresRules()));
  REQUIRE(plan.ok());
  std::vector<Rename> renames = DeclaredRenames(*current, *wanted);
  // Of what is not there.
  renames.push_back({{TABLE, "public", "", "x"}, {TABLE, "public", "", "y"}, {}});
  AddRenames(renames, *current, &*plan);
  CHECK(PrintPlan(*plan) == "rename table public.a to public.b\ncreate sequence public.s\n");
}

}  // namespace
}  // namespace autogen::diff
