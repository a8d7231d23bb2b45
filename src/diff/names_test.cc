#include "src/diff/names.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;

TEST_CASE("the name spaces in which an object takes its name") {
  struct Row {
    Kind kind;
    const char* parent;
    const char* name;
    const char* names;
  };
  const Row rows[] = {
      {TABLE, "", "n", "r s n|t s n"},
      {VIEW, "", "n", "r s n|t s n"},
      {MATERIALIZED_VIEW, "", "n", "r s n|t s n"},
      {COMPOSITE_TYPE, "", "n", "r s n|t s n"},
      {SEQUENCE, "", "n", "r s n"},
      {INDEX, "t", "n", "r s n"},
      {ENUM, "", "n", "t s n"},
      {DOMAIN, "", "n", "t s n"},
      {RANGE_TYPE, "", "n", "t s n"},
      {BASE_TYPE, "", "n", "t s n"},
      {PRIMARY_KEY, "t", "n", "r s n|c s t n|p s t"},
      {UNIQUE, "t", "n", "r s n|c s t n"},
      {EXCLUSION, "t", "n", "r s n|c s t n"},
      {CHECK, "t", "n", "c s t n"},
      {FOREIGN_KEY, "t", "n", "c s t n"},
      {FUNCTION, "", "f(integer)", "f s f(integer)"},
      {AGGREGATE, "", "f(*)", "f s f()"},
      {AGGREGATE, "", "f(ORDER BY text)", "f s f(text)"},
      {AGGREGATE, "", "f(text ORDER BY text)", "f s f(text, text)"},
      {OPERATOR_CLASS, "", "o USING btree", "o s o USING btree"},
      {OPERATOR_FAMILY, "", "o USING btree", "o s o USING btree"},
      {COLUMN, "t", "n", ""},
      {POLICY, "t", "n", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(Kind_Name(row.kind));
    CHECK(absl::StrJoin(ClashNames({row.kind, "s", row.parent, row.name}), "|") == row.names);
  }
}

TEST_CASE("a name for what is renamed aside fits into 63 bytes") {
  CHECK(AsideName("mood") == "mood__replaced");
  CHECK(AsideName(std::string(63, 'x')) == absl::StrCat(std::string(50, 'x'), "__replaced"));
}

TEST_CASE("the sequence of an identity column") {
  auto catalog =
      testing::CatalogOf(R"(table { name: "t" column { name: "a" type: "integer" identity {} }
      column { name: "b" type: "integer" identity { sequence_name: "mine" } }
      column { name: "c" type: "integer" } })");
  auto sequence = [&](const char* column) {
    return IdentitySequence(catalog->at(catalog->Find({COLUMN, "public", "t", column})));
  };
  CHECK(sequence("a") == "t_a_seq");
  CHECK(sequence("b") == "mine");
  CHECK(sequence("c") == "");
}

TEST_CASE("who takes a name waits until it is free") {
  CheckRows({
      {"a view in place of a table", R"(table { name: "n" })",
       R"(view { name: "n" definition: "SELECT 1 AS a" })",
       R"(drop table public.n
          create view public.n)",
       R"(drop view public.n
          create table public.n)"},
      {"an index of another table",
       R"(table { name: "a" column { name: "x" type: "integer" } index { name: "i" column: "x" } }
          table { name: "b" column { name: "x" type: "integer" } })",
       R"(table { name: "a" column { name: "x" type: "integer" } }
          table { name: "b" column { name: "x" type: "integer" }
              index { name: "i" column: "x" } })",
       R"(drop index public.a.i
          create index public.b.i)"},
      {"a table has one primary key",
       R"(table { name: "t" column { name: "a" type: "integer" not_null: true }
                  primary_key { name: "one" column: "a" } })",
       R"(table { name: "t" column { name: "a" type: "integer" not_null: true }
                  primary_key { name: "two" column: "a" } })",
       R"(drop primary key public.t.one
          create primary key public.t.two)"},
      {"an aggregate and a function of one signature",
       R"(aggregate { name: "f" sfunc { schema: "pg_catalog" name: "int8inc" } stype: "bigint" })",
       R"(function { name: "f" returns: "bigint" language: "sql" body: "SELECT 1" })",
       R"(drop aggregate public.f(*)
          create function public.f())"},
      {"an enum may not take the name of a table that is still there", R"(table { name: "n" })",
       R"(enum { name: "n" label: "a" })",
       R"(drop table public.n
          create enum public.n)"},
      {"a new type takes the name of a new sequence after it", "",
       R"(sequence { name: "n" } enum { name: "n" label: "a" })",
       R"(create sequence public.n
          create enum public.n)"},
      {"a sequence may not take the name of a type that is still there",
       R"(enum { name: "n" label: "a" })", R"(sequence { name: "n" })",
       R"(drop enum public.n
          create sequence public.n)"},
      {"a sequence that an identity column makes for itself",
       R"(sequence { name: "t_a_seq" } table { name: "t" column { name: "a" type: "integer"
            not_null: true default: "nextval('public.t_a_seq'::regclass) " } })",
       R"(table { name: "t" column { name: "a" type: "integer" identity {} } })",
       R"(alter column public.t.a: default
          drop sequence public.t_a_seq
          alter column public.t.a: identity)",
       R"(alter column public.t.a: identity
          create sequence public.t_a_seq
          alter column public.t.a: default)"},
      {"a partition has a copy of its parent's foreign key, of the same name",
       R"(table { name: "k" column { name: "a" type: "integer" primary_key: true } }
          table { name: "p" partition_by { strategy: LIST column: "a" }
                  column { name: "a" type: "integer" }
                  foreign_key { name: "n" column: "a" references { table: "k" } } }
          table { name: "c" partition_of { table: "p" bound: "DEFAULT" } })",
       R"(table { name: "k" column { name: "a" type: "integer" primary_key: true } }
          table { name: "p" partition_by { strategy: LIST column: "a" }
                  column { name: "a" type: "integer" } }
          table { name: "c" partition_of { table: "p" bound: "DEFAULT" }
                  check { name: "n" expression: "a > 0" } })",
       R"(drop foreign key public.p.n
          create check public.c.n)"},
  });
}

}  // namespace
}  // namespace autogen::diff
