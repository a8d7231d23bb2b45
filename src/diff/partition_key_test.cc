// A partition key's column changes its type: the partitioned table is recreated, the partitions
// keep their rows.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;

constexpr char kTables[] = R"sql(
    table { name: "p" partition_by { strategy: LIST column: "k" }
            column { name: "k" type: "$t" not_null: true }
            primary_key { name: "p_pkey" column: "k" } }
    table { name: "c" partition_of { table: "p" bound: "FOR VALUES IN (1)" }
            column { name: "k" type: "$t" not_null: true }
            primary_key { name: "c_pkey" column: "k" attached_to: "p_pkey" } }
    )sql";

// With what lies beside them.
std::string With(const char* type, const std::string& beside) {
  return absl::StrReplaceAll(absl::StrCat(kTables, beside), {{"$t", type}});
}

TEST_CASE("a column of a partition key changes between leaving and joining") {
  const std::string key = R"(
      table { name: "r" column { name: "k" type: "$t" }
              foreign_key { name: "r_fkey" column: "k" references { table: "p" column: "k" } } }
      )";
  const std::string reader = R"(
      view { name: "v" definition: "SELECT k FROM public.p" }
      # view public.v needs column public.p.k
      materialized_view { name: "m" definition: "SELECT k FROM public.v" }
      )";
  const std::string below = R"(
      table { name: "d" partition_of { table: "p" bound: "DEFAULT" }
              partition_by { strategy: LIST column: "k" }
              column { name: "k" type: "$t" not_null: true }
              primary_key { name: "d_pkey" column: "k" attached_to: "p_pkey" } }
      table { name: "e" partition_of { table: "d" bound: "DEFAULT" }
              column { name: "k" type: "$t" not_null: true }
              primary_key { name: "e_pkey" column: "k" attached_to: "d_pkey" } }
      )";
  CheckRows({
      {"alone", With("integer", ""), With("bigint", ""), R"(alter table public.c: partition_of
          drop primary key public.c.c_pkey (recreated after column public.p.k)
          alter column public.c.k: type
          drop table public.p (recreated after column public.p.k)
          create table public.p (recreated after column public.p.k)
          + create column public.p.k (recreated after table public.p)
          + create primary key public.p.p_pkey (recreated after table public.p)
          create primary key public.c.c_pkey (recreated after column public.p.k)
          alter table public.c: partition_of)"},
      {"with a foreign key to it", With("integer", key), With("bigint", key),
       R"(drop foreign key public.r.r_fkey (recreated after table public.p)
          alter table public.c: partition_of
          alter column public.r.k: type
          drop primary key public.c.c_pkey (recreated after column public.p.k)
          alter column public.c.k: type
          drop table public.p (recreated after column public.p.k)
          create table public.p (recreated after column public.p.k)
          + create column public.p.k (recreated after table public.p)
          + create primary key public.p.p_pkey (recreated after table public.p)
          create primary key public.c.c_pkey (recreated after column public.p.k)
          alter table public.c: partition_of
          create foreign key public.r.r_fkey (recreated after table public.p))"},
      {"with a view and a materialized view of it", With("integer", reader), With("bigint", reader),
       R"(alter table public.c: partition_of
          drop materialized view public.m (recreated after view public.v)
          drop view public.v (recreated after column public.p.k)
          drop primary key public.c.c_pkey (recreated after column public.p.k)
          alter column public.c.k: type
          drop table public.p (recreated after column public.p.k)
          create table public.p (recreated after column public.p.k)
          + create column public.p.k (recreated after table public.p)
          + create primary key public.p.p_pkey (recreated after table public.p)
          create primary key public.c.c_pkey (recreated after column public.p.k)
          alter table public.c: partition_of
          create view public.v (recreated after column public.p.k)
          create materialized view public.m (recreated after view public.v))"},
      {"with partitions of partitions", With("integer", below), With("bigint", below),
       R"(alter table public.c: partition_of
          alter table public.e: partition_of
          drop primary key public.e.e_pkey (recreated after column public.d.k)
          alter column public.e.k: type
          drop primary key public.c.c_pkey (recreated after column public.p.k)
          alter column public.c.k: type
          drop table public.d (recreated after column public.d.k)
          drop table public.p (recreated after column public.p.k)
          create table public.p (recreated after column public.p.k)
          + create column public.p.k (recreated after table public.p)
          + create primary key public.p.p_pkey (recreated after table public.p)
          create table public.d (recreated after column public.d.k)
          + create column public.d.k (recreated after table public.d)
          + create primary key public.d.d_pkey (recreated after table public.d)
          create primary key public.c.c_pkey (recreated after column public.p.k)
          alter table public.c: partition_of
          create primary key public.e.e_pkey (recreated after column public.d.k)
          alter table public.e: partition_of)"},
  });
}

TEST_CASE("a foreign key whose two ends change goes meanwhile") {
  const std::string two = R"(
      table { name: "a" column { name: "k" type: "$t" } unique { name: "a_k_key" column: "k" } }
      table { name: "b" column { name: "k" type: "$u" }
              foreign_key { name: "b_k_fkey" column: "k" references { table: "a" column: "k" } } }
      )";
  auto typed = [&](const char* a, const char* b) {
    return absl::StrReplaceAll(two, {{"$t", a}, {"$u", b}});
  };
  CheckRows({
      {"to a type that no operator compares", typed("text", "text"), typed("uuid", "uuid"),
       R"(drop foreign key public.b.b_k_fkey (recreated after column public.a.k)
          alter column public.a.k: type
          alter column public.b.k: type
          create foreign key public.b.b_k_fkey (recreated after column public.a.k))"},
      {"not where one operator family has both", typed("integer", "integer"),
       typed("bigint", "bigint"), R"(alter column public.a.k: type
          alter column public.b.k: type)"},
      {"nor where one end changes", typed("integer", "integer"), typed("integer", "bigint"),
       "alter column public.b.k: type"},
      {"nor for another length", typed("character varying(9)", "character varying(9)"),
       typed("character varying(10)", "character varying(10)"), R"(alter column public.a.k: type
          alter column public.b.k: type)"},
  });
}

TEST_CASE(
    "a foreign key to a table whose partition leaves and joins again is not there meanwhile") {
  const std::string key =
      R"(foreign_key { name: "f" column: "v" references { table: "p" column: "k" } })";
  auto tables = [&](const char* bound, const std::string& own, const std::string& beside) {
    return absl::StrCat(R"(table { name: "p" partition_by { strategy: RANGE column: "k" }
        column { name: "k" type: "integer" not_null: true } column { name: "v" type: "integer" }
        primary_key { name: "p_pkey" column: "k" } )",
                        own, R"( }
        table { name: "c" partition_of { table: "p" bound: ")",
                        bound, R"(" }
        primary_key { name: "c_pkey" column: "k" attached_to: "p_pkey" } } )",
                        beside);
  };
  const std::string beside =
      absl::StrCat(R"(table { name: "r" column { name: "v" type: "integer" } )", key, " }");
  CheckRows({
      {"its own", tables("DEFAULT", key, ""), tables("FOR VALUES FROM (0) TO (9)", key, ""),
       R"(drop foreign key public.p.f (recreated after table public.c)
          alter table public.c: partition_of
          alter table public.c: partition_of
          create foreign key public.p.f (recreated after table public.c))"},
      {"another table's", tables("DEFAULT", "", beside),
       tables("FOR VALUES FROM (0) TO (9)", "", beside),
       R"(drop foreign key public.r.f (recreated after table public.c)
          alter table public.c: partition_of
          alter table public.c: partition_of
          create foreign key public.r.f (recreated after table public.c))"},
  });
}

}  // namespace
}  // namespace autogen::diff
