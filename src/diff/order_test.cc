// The order of operations, and how cycles between them are cut.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;
using testing::PlanText;

TEST_CASE("what an object needs is created before it, and dropped after it") {
  CheckRows({
      {"a table's type, the schema around both, a view on it", "",
       R"(view { schema: "s" name: "v" definition: "SELECT m FROM s.t" }
          table { schema: "s" name: "t" column { name: "m" type: "s.mood" } }
          enum { schema: "s" name: "mood" label: "a" }
          schema { name: "s" })",
       R"(create schema s
          create enum s.mood
          create table s.t
          + create column s.t.m
          create view s.v)",
       R"(drop view s.v
          drop table s.t
          drop enum s.mood
          drop schema s)"},
      {"a view on a view that is named later in the model", "",
       R"(view { name: "a" definition: "SELECT x FROM public.b" }
          view { name: "b" definition: "SELECT 1 AS x" })",
       R"(create view public.b
          create view public.a)",
       R"(drop view public.a
          drop view public.b)"},
      {"a foreign key to a table that is named later", "",
       R"(table { name: "a" column { name: "b" type: "integer" references { table: "b" } } }
          table { name: "b" column { name: "id" type: "integer" primary_key: true } })",
       R"(create table public.b
          + create column public.b.id
          + create primary key public.b.b_pkey
          create table public.a
          + create column public.a.b
          + create foreign key public.a.a_b_fkey)",
       R"(drop table public.a
          drop table public.b)"},
      {"what the body of a function names, in front of what runs it", "",
       R"m(materialized_view { name: "a" definition: "SELECT public.f()" }
          materialized_view { name: "b" definition: "SELECT 1 AS x" }
          function { name: "f" language: "plpgsql" returns: "integer" body: "RETURN g();" }
          function { name: "g" language: "plpgsql" returns: "integer" body: "RETURN (TABLE b);" }
          # materialized view public.a needs function public.f())m",
       R"(create function public.f()
          create function public.g()
          create materialized view public.b
          create materialized view public.a)"},
      {"a new column in front of what reads it",
       R"(table { name: "t" column { name: "a" type: "integer" } })",
       R"(table { name: "t" column { name: "a" type: "integer" }
              column { name: "b" type: "integer" }
                  check { name: "c" expression: "b > 0" } index { name: "i" column: "b" } }
          # check public.t.c needs column public.t.b)",
       R"(create column public.t.b
          create check public.t.c
          create index public.t.i)"},
  });
}

TEST_CASE("ties: what is new or changed comes first, in the order of kinds and of the model") {
  CheckRows({
      {"of one kind", "", R"(table { name: "z" } table { name: "a" })",
       R"(create table public.z
          create table public.a)",
       R"(drop table public.a
          drop table public.z)"},
      {"of several kinds", R"(table { name: "old" })",
       R"(sequence { name: "s" } enum { name: "e" label: "x" } table { name: "new" })",
       R"(create enum public.e
          create sequence public.s
          create table public.new
          drop table public.old)"},
      {"event triggers must not fire for the rest, default privileges not count for it", "",
       R"(default_privileges { role: "r" on: TABLES grant { role: "s" privilege: "SELECT" } }
          publication { name: "p" table { name: "t" } }
          event_trigger { name: "e" event: "ddl_command_end" function { name: "f" } }
          function { name: "f" returns: "event_trigger" language: "plpgsql" body: "BEGIN END" }
          table { name: "t" })",
       R"(create function public.f()
          create table public.t
          create publication p
          create event trigger e
          create default privileges FOR ROLE r ON TABLES)",
       R"(drop event trigger e
          drop publication p
          drop table public.t
          drop function public.f()
          drop default privileges FOR ROLE r ON TABLES)"},
      {"an extension is created first and dropped last", R"(table { name: "t" })",
       R"(extension { name: "hstore" } table { name: "t" column { name: "h" type: "hstore" } }
          table { name: "u" })",
       R"(create extension hstore
          create table public.u
          create column public.t.h)",
       R"(drop column public.t.h
          drop table public.u
          drop extension hstore)"},
      {"one that is recreated is there before what is new",
       R"(extension { name: "xml2" } schema { name: "tools" })",
       R"(extension { name: "xml2" schema: "tools" } schema { name: "tools" }
          table { name: "t" column { name: "h" type: "integer" } } )",
       R"(drop extension xml2
          create extension xml2
          create table public.t
          + create column public.t.h)"},
  });
}

TEST_CASE("foreign keys in a circle stand apart from their tables") {
  CheckRows({
      {"two tables", "",
       R"(table { name: "a" column { name: "id" type: "integer" primary_key: true
                                     references { table: "b" } } }
          table { name: "b" column { name: "id" type: "integer" primary_key: true
                                     references { table: "a" } } })",
       R"(create table public.a
          + create column public.a.id
          + create primary key public.a.a_pkey
          create table public.b
          + create column public.b.id
          + create primary key public.b.b_pkey
          create foreign key public.a.a_id_fkey
          create foreign key public.b.b_id_fkey)",
       R"(drop foreign key public.b.b_id_fkey
          drop foreign key public.a.a_id_fkey
          drop table public.b
          drop table public.a)"},
      {"one table: no circle", "",
       R"(table { name: "a" column { name: "id" type: "integer" primary_key: true }
                            column { name: "up" type: "integer" references { table: "a" } } })",
       R"(create table public.a
          + create column public.a.id
          + create column public.a.up
          + create primary key public.a.a_pkey
          + create foreign key public.a.a_up_fkey)"},
      {"a foreign key to an index, which CREATE TABLE does not make", "",
       R"(table { name: "a" column { name: "id" type: "integer" }
              index { name: "i" unique: true column: "id" }
              foreign_key { name: "f" column: "id" references { table: "a" column: "id" } } })",
       R"(create table public.a
          + create column public.a.id
          + create index public.a.i
          create foreign key public.a.f)",
       "drop table public.a"},
  });
}

TEST_CASE("a circle is cut where something can be set later") {
  const char* reader = R"(function { name: "f" returns: "integer" language: "sql"
      argument { type: "public.t" } body: "SELECT 1" } )";
  CheckRows({
      {"a serial column and its sequence", "",
       R"(table { name: "t" column { name: "id" type: "integer"
                   default: "nextval('public.t_id_seq'::regclass) " } }
          sequence { name: "t_id_seq" owned_by { table: "t" column: "id" } })",
       R"(create sequence public.t_id_seq
          create table public.t
          + create column public.t.id
          alter sequence public.t_id_seq: owned_by)",
       R"(drop table public.t)"},
      {"a default that calls a function of the table's row", "",
       absl::StrCat(reader, R"(table { name: "t" column { name: "a" type: "integer" }
           column { name: "b" type: "integer" default: 'public.f(NULL)' } })"),
       R"(create table public.t
          + create column public.t.a
          + create column public.t.b
          create function public.f(public.t)
          alter column public.t.b: default)",
       R"(alter column public.t.b: default
          drop function public.f(public.t)
          drop table public.t)"},
      {"a check that calls such a function", "",
       absl::StrCat(reader, R"(table { name: "t" column { name: "a" type: "integer" }
           check { name: "c" expression: 'public.f(NULL) > 0' } })"),
       R"(create table public.t
          + create column public.t.a
          create function public.f(public.t)
          create check public.t.c)",
       R"(drop check public.t.c
          drop function public.f(public.t)
          drop table public.t)"},
      {"an index and a policy that do", "",
       absl::StrCat(reader, R"(table { name: "t" column { name: "a" type: "integer" }
           index { name: "i" key { expression: 'public.f(NULL)' } }
           policy { name: "p" using: 'public.f(NULL) > 0' } })"),
       R"(create table public.t
          + create column public.t.a
          create function public.f(public.t)
          create index public.t.i
          create policy public.t.p)",
       R"(drop policy public.t.p
          drop index public.t.i
          drop function public.f(public.t)
          drop table public.t)"},
      {"a trigger on the table that its function reads", "",
       R"(function { name: "g" returns: "trigger" language: "plpgsql" body: "BEGIN END" }
          table { name: "t" trigger { name: "r" timing: AFTER event: INSERT
              function { name: "g" } } }
          # function public.g() needs table public.t)",
       R"(create table public.t
          create function public.g()
          create trigger public.t.r)",
       R"(drop trigger public.t.r
          drop function public.g()
          drop table public.t)"},
      {"a generated column that calls such a function", "",
       absl::StrCat(reader, R"(table { name: "t" column { name: "a" type: "integer" }
           column { name: "g" type: "integer" generated { expression: 'public.f(NULL)' } } })"),
       R"(create table public.t
          + create column public.t.a
          create function public.f(public.t)
          create column public.t.g)",
       R"(drop column public.t.g
          drop function public.f(public.t)
          drop table public.t)"},
      {"a domain with a check that takes the domain", "",
       R"(domain { name: "d" type: "integer" check { name: "c" expression: 'public.f(VALUE)' } }
          function { name: "f" argument { type: "public.d" } returns: "boolean" language: "sql"
                     body: "SELECT true" })",
       R"(create domain public.d
          create function public.f(public.d)
          create domain check public.d.c)",
       R"(drop domain check public.d.c
          drop function public.f(public.d)
          drop domain public.d)"},
      {"a domain's default", "",
       R"(domain { name: "d" type: "integer" default: 'public.f(NULL)' }
          function { name: "f" argument { type: "public.d" } returns: "integer" language: "sql"
                     body: "SELECT 1" })",
       R"(create domain public.d
          create function public.f(public.d)
          alter domain public.d: default)",
       R"(alter domain public.d: default
          drop function public.f(public.d)
          drop domain public.d)"},
  });
}

TEST_CASE("a base type and its functions begin with a shell") {
  const std::string functions =
      R"(function { name: "t_in" argument { type: "cstring" } returns: "public.t"
                    language: "internal" body: "int4in" }
         function { name: "t_out" argument { type: "public.t" } returns: "cstring"
                    language: "internal" body: "int4out" } )";
  const std::string type =
      R"(base_type { name: "t" definition { name: "input" value: "public.t_in" }
      definition { name: "output" value: "public.t_out" } } )";
  CheckRows({
      {"made", "", functions + type,
       R"(create base type public.t
          create function public.t_in(cstring)
          create function public.t_out(public.t)
          create base type public.t)",
       "drop base type public.t"},
      {"in place of what had its name", R"(enum { name: "t" label: "a" })", functions + type,
       R"(drop enum public.t
          create base type public.t
          create function public.t_in(cstring)
          create function public.t_out(public.t)
          create base type public.t)"},
      {"what only takes the type is dropped before it",
       functions + type + R"(function { name: "f" argument { type: "public.t" } returns: "integer"
                                        language: "sql" body: "SELECT 1" })",
       "",
       R"(drop function public.f(public.t)
          drop base type public.t)"},
  });
}

TEST_CASE("names in texts may be wrong: a circle of them is dropped, one of a catalog is not") {
  const char* circle = R"(view { name: "a" definition: "SELECT 1 FROM public.b" }
                          view { name: "b" definition: "SELECT 1 FROM public.a" })";
  CHECK(PlanText("", circle, Options(PostgresRules()), true) ==
        "create view public.a\ncreate view public.b\n");
  CHECK(PlanText("", circle) ==
        "these depend on one another and no order was found: view public.a, view public.b\n");
}

}  // namespace
}  // namespace autogen::diff
