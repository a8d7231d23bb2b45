// What else must be dropped and recreated when an object cannot be altered.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;

std::string Table(const char* a, const char* more = "") {
  return absl::StrCat(R"(table { name: "t" column { name: "a" )", a,
                      R"( } column { name: "b" type: "integer" } )", more, " }\n");
}
constexpr char kInteger[] = R"(type: "integer")";
constexpr char kBigint[] = R"(type: "bigint")";

constexpr char kView[] = R"(
    view { name: "v" definition: "SELECT a FROM public.t" comment: "kept" }
    # view public.v needs column public.t.a
    )";
constexpr char kViewOnView[] = R"(
    view { name: "w" definition: "SELECT a FROM public.v" }
    )";

TEST_CASE("a column's type changes when all that reads it is out of the way") {
  CheckRows({
      {"a view, and a view on the view", (Table(kInteger) + kView + kViewOnView),
       (Table(kBigint) + kView + kViewOnView),
       R"(drop view public.w (recreated after view public.v)
          drop view public.v (recreated after column public.t.a)
          alter column public.t.a: type
          create view public.v (recreated after column public.t.a)
          create view public.w (recreated after view public.v))"},
      {"not what reads another column",
       (Table(kInteger) + R"(view { name: "v" definition: "SELECT b FROM public.t" }
          # view public.v needs column public.t.b)"),
       (Table(kBigint) + R"(view { name: "v" definition: "SELECT b FROM public.t" }
          # view public.v needs column public.t.b)"),
       "alter column public.t.a: type"},
      {"a view to drop is dropped before", (Table(kInteger) + kView), Table(kBigint),
       R"(drop view public.v
          alter column public.t.a: type)",
       R"(alter column public.t.a: type
          create view public.v)"},
      {"a materialized view with its index",
       (Table(kInteger) + R"(materialized_view { name: "m" definition: "SELECT a FROM public.t"
                                               index { name: "i" column: "a" } }
          # materialized view public.m needs column public.t.a)"),
       (Table(kBigint) + R"(materialized_view { name: "m" definition: "SELECT a FROM public.t"
                                               index { name: "i" column: "a" } }
          # materialized view public.m needs column public.t.a)"),
       R"(drop materialized view public.m (recreated after column public.t.a)
          alter column public.t.a: type
          create materialized view public.m (recreated after column public.t.a)
          + create index public.m.i (recreated after materialized view public.m))"},
      {"PostgreSQL keeps indexes and constraints itself",
       Table(kInteger, R"(index { name: "i" column: "a" } unique { name: "u" column: "a" }
                          check { name: "c" expression: "a > 0" })"),
       Table(kBigint, R"(index { name: "i" column: "a" } unique { name: "u" column: "a" }
                          check { name: "c" expression: "a > 0" })"),
       "alter column public.t.a: type"},
      {"a policy and a generated column",
       Table(kInteger, R"(column { name: "g" type: "integer" generated { expression: "a * 2" } }
                          policy { name: "p" using: "a > 0" }
          # policy public.t.p needs column public.t.a
          # column public.t.g needs column public.t.a
          )"),
       Table(kBigint, R"(column { name: "g" type: "integer" generated { expression: "a * 2" } }
                          policy { name: "p" using: "a > 0" }
          # policy public.t.p needs column public.t.a
          # column public.t.g needs column public.t.a
          )"),
       R"(drop policy public.t.p (recreated after column public.t.a)
          drop column public.t.g (recreated after column public.t.a)
          alter column public.t.a: type
          create column public.t.g (recreated after column public.t.a)
          create policy public.t.p (recreated after column public.t.a))"},
      {"nothing where only a default changes", (Table(kInteger) + kView),
       (Table(R"(type: "integer" default: "1")") + kView), "alter column public.t.a: default"},
  });
}

std::string Function(const char* returns, const char* body = "SELECT 1") {
  return absl::StrCat(R"(function { name: "f" language: "sql" returns: ")", returns, R"(" body: ")",
                      body, "\" }\n");
}

TEST_CASE("dependents of a rebuilt object are rebuilt, or detached where they can be") {
  const std::string user = R"(table { name: "t" column { name: "a" type: "integer"
      default: 'public.f()' } check { name: "c" expression: 'a > public.f()' } })";
  const std::string trigger = R"(table { name: "t" trigger { name: "r" timing: AFTER event: INSERT
      function { name: "g" } } })";
  const std::string sequence = R"(sequence { name: "s" owned_by { table: "t" column: "g" } }
      table { name: "t" column { name: "a" type: "integer" }
              column { name: "g" type: "integer" )";
  CheckRows({
      {"a default is detached, a check is rebuilt", (Function("integer") + user),
       (Function("bigint") + user),
       R"(alter column public.t.a: default
          drop check public.t.c (recreated after function public.f())
          drop function public.f()
          create function public.f()
          alter column public.t.a: default
          create check public.t.c (recreated after function public.f()))"},
      {"nothing where the function is replaced", (Function("integer") + user),
       (Function("integer", "SELECT 2") + user), "alter function public.f(): body"},
      {"the owner of a sequence", (sequence + R"(generated { expression: "a * 2" } } })"),
       (sequence + R"(generated { expression: "a * 3" } } })"),
       R"(alter sequence public.s: owned_by
          drop column public.t.g
          create column public.t.g
          alter sequence public.s: owned_by)"},
      {"a trigger's function that becomes a procedure of another name",
       (R"(function { name: "g" returns: "trigger" language: "plpgsql" body: "BEGIN END" } )" +
        trigger),
       (R"(function { name: "g" returns: "trigger" language: "plpgsql" body: "BEGIN END"
              window: true } )" +
        trigger),
       R"(drop trigger public.t.r (recreated after function public.g())
          drop function public.g()
          create function public.g()
          create trigger public.t.r (recreated after function public.g()))"},
  });
}

TEST_CASE("children are recreated with the object around them") {
  const std::string before = Table(kInteger, R"(index { name: "i" column: "a" })");
  const std::string after = Table(
      kInteger, R"(index { name: "i" column: "a" } partition_by { strategy: LIST column: "b" })");
  CheckRows({
      {"a table, its columns, its index; a view on it", (before + kView), (after + kView),
       R"(drop view public.v (recreated after table public.t)
          drop table public.t
          create table public.t
          + create column public.t.a (recreated after table public.t)
          + create column public.t.b (recreated after table public.t)
          + create index public.t.i (recreated after table public.t)
          create view public.v (recreated after table public.t))"},
      {"a partition is recreated with a table that is partitioned in another way: its rows may be "
       "another one's",
       R"(table { name: "p" column { name: "a" type: "integer" }
                  partition_by { strategy: LIST column: "a" } }
          table { name: "c" partition_of { table: "p" bound: "DEFAULT" }
                  column { name: "a" type: "integer" } })",
       R"(table { name: "p" column { name: "a" type: "integer" }
                  partition_by { strategy: RANGE column: "a" } }
          table { name: "c" partition_of { table: "p" bound: "DEFAULT" }
                  column { name: "a" type: "integer" } })",
       R"(drop table public.c (recreated after table public.p)
          drop table public.p
          create table public.p
          + create column public.p.a (recreated after table public.p)
          create table public.c (recreated after table public.p)
          + create column public.c.a (recreated after table public.c))"},
  });
}

TEST_CASE("an unchanged dependent of a dropped object depends on the new one of its name") {
  const char* before = R"(table { name: "t" column { name: "a" type: "integer" } }
      view { name: "v" definition: "SELECT a FROM public.t" })";
  const char* after = R"(materialized_view { name: "t" definition: "SELECT 1 AS a" }
      view { name: "v" definition: "SELECT a FROM public.t" })";
  const char* elsewhere = R"(schema { name: "s" }
      table { schema: "s" name: "t" column { name: "a" type: "integer" } }
      view { name: "v" definition: "SELECT a FROM s.t" })";
  CheckRows({
      {"a view on a table that becomes a materialized view", before, after,
       R"(drop view public.v (recreated after table public.t)
          drop table public.t
          create materialized view public.t
          create view public.v (recreated after table public.t))"},
      {"one that is changed to depend on another", before, elsewhere,
       R"(create schema s
          create table s.t
          + create column s.t.a
          alter view public.v: definition
          drop table public.t)"},
      {"a default that calls another function",
       R"(function { name: "f" returns: "integer" language: "sql" body: "SELECT 1" }
          table { name: "t" column { name: "a" type: "integer" default: 'public.f()' } })",
       R"(function { name: "g" returns: "integer" language: "sql" body: "SELECT 1" }
          table { name: "t" column { name: "a" type: "integer" default: 'public.g()' } })",
       R"(create function public.g()
          alter column public.t.a: default
          drop function public.f())"},
  });
}

TEST_CASE("indexes of partitions that have a name of their own survive a change of type") {
  auto tables = [](const char* type, const char* index) {
    return absl::StrCat(R"(table { name: "p" partition_by { strategy: LIST column: "a" }
          column { name: "a" type: "integer" } column { name: "b" type: ")",
                        type, R"(" } index { name: "pi" column: "b" } }
        table { name: "c" partition_of { table: "p" bound: "DEFAULT" } )",
                        index, " }");
  };
  const char* plain = R"(index { name: "c_b_idx" column: "b" attached_to: "pi" })";
  const char* named = R"(index { name: "mine" column: "b" attached_to: "pi" })";
  const char* commented = R"(index { name: "c_b_idx" column: "b" attached_to: "pi" comment: "c" })";
  const char* filled = R"(index { name: "c_b_idx" column: "b" attached_to: "pi"
                                  with { name: "fillfactor" value: "70" } })";
  const char* elsewhere =
      R"(index { name: "c_b_idx" column: "b" attached_to: "pi" tablespace: "fast" })";
  auto rebuilt = [](const char* index) {
    return absl::StrCat(R"(drop index public.p.pi (recreated after column public.p.b)
          alter column public.p.b: type
          create index public.p.pi (recreated after column public.p.b)
          create index public.c.)",
                        index, " (recreated after index public.p.pi)");
  };
  CheckRows({
      {"PostgreSQL recreates one under its own name", tables("integer", plain),
       tables("bigint", plain), "alter column public.p.b: type"},
      {"one with another name is dropped and recreated", tables("integer", named),
       tables("bigint", named), rebuilt("mine")},
      {"one with a comment", tables("integer", commented), tables("bigint", commented),
       rebuilt("c_b_idx")},
      {"one with options", tables("integer", filled), tables("bigint", filled), rebuilt("c_b_idx")},
      {"one in a tablespace", tables("integer", elsewhere), tables("bigint", elsewhere),
       rebuilt("c_b_idx")},
  });
}

TEST_CASE("so do keys of partitions") {
  auto tables = [](const char* type, const std::string& parent, const std::string& child) {
    const std::string columns = absl::StrCat(R"(column { name: "a" type: "integer" not_null: true }
                        column { name: "b" type: ")",
                                             type, R"(" not_null: true } )");
    return absl::StrCat(R"(table { name: "p" partition_by { strategy: LIST column: "a" } )",
                        columns, parent,
                        R"( } table { name: "c" partition_of { table: "p" bound: "DEFAULT" } )",
                        columns, child, " }");
  };
  auto change = [&](const char* what, const std::string& parent, const std::string& child,
                    const std::string& plan) {
    return testing::Row{what, tables("integer", parent, child), tables("bigint", parent, child),
                        plan};
  };
  const char* in_place = "alter column public.p.b: type";
  CheckRows({
      change("a primary key", R"(primary_key { name: "p_pkey" column: "a" column: "b" })",
             R"(primary_key { name: "c_pkey" column: "a" column: "b" attached_to: "p_pkey" })",
             in_place),
      change("one with a name of its own",
             R"(primary_key { name: "p_pkey" column: "a" column: "b" })",
             R"(primary_key { name: "mine" column: "a" column: "b" attached_to: "p_pkey" })",
             R"(drop primary key public.p.p_pkey (recreated after column public.p.b)
                alter column public.p.b: type
                create primary key public.p.p_pkey (recreated after column public.p.b)
                create primary key public.c.mine (recreated after primary key public.p.p_pkey))"),
      change("a unique constraint", R"(unique { name: "u" column: "a" column: "b" })",
             R"(unique { name: "c_a_b_key" column: "a" column: "b" attached_to: "u" })", in_place),
      change(
          "an exclusion constraint with a name of its own",
          R"(exclude { name: "x" key { column: "a" operator: "=" }
              key { column: "b" operator: "=" } })",
          R"(exclude { name: "y" key { column: "a" operator: "=" } key { column: "b" operator: "=" }
                          attached_to: "x" })",
          R"(drop exclusion public.p.x (recreated after column public.p.b)
                alter column public.p.b: type
                create exclusion public.p.x (recreated after column public.p.b)
                create exclusion public.c.y (recreated after exclusion public.p.x))"),
  });
}

TEST_CASE("a foreign key whose two ends change type") {
  auto tables = [](const std::string& type, const std::string& referencing) {
    return absl::StrCat(R"(table { name: "p" column { name: "id" type: ")", type,
                        R"(" } unique { name: "u" column: "id" } }
                           table { name: "c" column { name: "p" type: ")",
                        referencing, R"(" }
                           foreign_key { name: "f" column: "p"
                                         references { table: "p" column: "id" } } }
                           # foreign key public.c.f needs column public.p.id
                           # foreign key public.c.f needs unique public.p.u)");
  };
  CheckRows({
      {"to what cannot be compared with the old one", tables("integer", "integer"),
       tables("text", "text"),
       R"(drop foreign key public.c.f (recreated after column public.p.id)
          alter column public.p.id: type
          alter column public.c.p: type
          create foreign key public.c.f (recreated after column public.p.id))"},
      {"within one operator family", tables("integer", "integer"), tables("bigint", "bigint"),
       R"(alter column public.p.id: type
          alter column public.c.p: type)"},
      {"one of them only", tables("integer", "integer"), tables("integer", "bigint"),
       "alter column public.c.p: type"},
  });
}

TEST_CASE("tables that become unlogged, bound by foreign keys") {
  auto tables = [](const char* unlogged, const char* more) {
    return absl::StrCat(R"(table { name: "a" column { name: "id" type: "integer" } )", unlogged,
                        R"( unique { name: "a_u" column: "id" } )", more,
                        R"( } table { name: "b" column { name: "id" type: "integer" } )", unlogged,
                        R"( unique { name: "b_u" column: "id" }
                            foreign_key { name: "f" column: "id"
                                          references { table: "a" column: "id" } } })");
  };
  const char* ring = R"(foreign_key { name: "g" column: "id"
                                      references { table: "b" column: "id" } })";
  CheckRows({
      {"the referencing one first, and last on its way to logged", tables("unlogged: true", ""),
       tables("", ""),
       R"(alter table public.a: unlogged
          alter table public.b: unlogged)",
       R"(alter table public.b: unlogged
          alter table public.a: unlogged)"},
      {"a ring is cut", tables("", ring), tables("unlogged: true", ring),
       R"(drop foreign key public.a.g (recreated after table public.b)
          alter table public.b: unlogged
          alter table public.a: unlogged
          create foreign key public.a.g (recreated after table public.b))"},
  });
}

}  // namespace
}  // namespace autogen::diff
