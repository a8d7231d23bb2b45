// Which object of one side is which of the other, and what differs.
#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;
using testing::PlanText;

TEST_CASE("objects are matched by identity; what only one side has is created or dropped") {
  CheckRows({
      {"a table with all that stands in it is one operation", "",
       R"(table { name: "t" column { name: "id" type: "bigint" primary_key: true }
           column { name: "a" type: "text" } index { column: "a" } })",
       R"(create table public.t
          + create column public.t.id
          + create column public.t.a
          + create primary key public.t.t_pkey
          + create index public.t.t_a_idx)",
       "drop table public.t"},
      {"a column, an index and a check of a table that stays",
       R"(table { name: "t" column { name: "a" type: "integer" } })",
       R"(table { name: "t" column { name: "a" type: "integer" } column { name: "b" type: "text" }
           index { column: "b" } check { name: "positive" expression: "a > 0" } })",
       R"(create column public.t.b
          create check public.t.positive
          create index public.t.t_b_idx)",
       R"(drop index public.t.t_b_idx
          drop check public.t.positive
          drop column public.t.b)"},
      {"another name is another object", R"(enum { name: "mood" label: "sad" })",
       R"(enum { name: "spirit" label: "sad" })",
       R"(create enum public.spirit
          drop enum public.mood)"},
      {"another schema is another object", R"(schema { name: "s" } sequence { name: "n" })",
       R"(schema { name: "s" } sequence { schema: "s" name: "n" })",
       R"(create sequence s.n
          drop sequence public.n)"},
      {"a function is identified by the types of its arguments",
       R"(function { name: "f" argument { type: "integer" } returns: "integer" language: "sql"
                     body: "SELECT 1" })",
       R"(function { name: "f" argument { type: "bigint" } returns: "integer" language: "sql"
                     body: "SELECT 1" })",
       R"(create function public.f(bigint)
          drop function public.f(integer))"},
      {"one name of two kinds of constraint",
       R"(table { name: "t" column { name: "a" type: "integer" }
                  unique { name: "c" column: "a" } })",
       R"(table { name: "t" column { name: "a" type: "integer" }
                  check { name: "c" expression: "a > 0" } })",
       R"(drop unique public.t.c
          create check public.t.c)"},
  });
}

TEST_CASE("an alter names the fields that differ, in the order of the message") {
  CheckRows({
      {"several fields of a column", R"(table { name: "t" column { name: "a" type: "integer" } })",
       R"(table { name: "t" column { name: "a" type: "bigint" not_null: true default: "1"
                                     comment: "first" } })",
       "alter column public.t.a: type, not_null, default, comment"},
      {"of several objects, in the order of the model",
       R"(sequence { name: "b" } sequence { name: "a" })",
       R"(sequence { name: "b" cache: 5 } sequence { name: "a" cache: 7 cycle: true })",
       R"(alter sequence public.b: cache
          alter sequence public.a: cache, cycle)"},
      {"the order of a set means nothing",
       R"(table { name: "t" with { name: "fillfactor" value: "70" }
                  with { name: "autovacuum_enabled" value: "false" } })",
       R"(table { name: "t" with { name: "autovacuum_enabled" value: "false" }
                  with { name: "fillfactor" value: "70" } })",
       ""},
      {"the order of columns means nothing: PostgreSQL cannot move one",
       R"(table { name: "t" column { name: "a" type: "text" } column { name: "b" type: "text" } })",
       R"(table { name: "t" column { name: "b" type: "text" } column { name: "a" type: "text" } })",
       ""},
      {"a hint is no difference", R"(table { name: "t" column { name: "a" type: "text" } })",
       R"(table { name: "t" renamed_from: "s"
                  column { name: "a" type: "text" renamed_from: "z" } })",
       ""},
      {"a changed table does not bring its columns along",
       R"(table { name: "t" column { name: "a" type: "text" } })",
       R"(table { name: "t" unlogged: true comment: "c" column { name: "a" type: "text" } })",
       "alter table public.t: unlogged, comment"},
  });
}

constexpr char kOwned[] = R"(table { name: "t" owner: "alice"
    grant { role: "bob" privilege: "SELECT" } column { name: "a" type: "integer" } })";
constexpr char kOther[] = R"(table { name: "t" owner: "carol" column { name: "a" type: "integer"
    grant { role: "bob" privilege: "SELECT" } } })";

TEST_CASE("owners and privileges count where they are managed") {
  CHECK(PlanText(kOwned, kOther) == "");
  Options owners(PostgresRules());
  owners.compare.owners = true;
  CHECK(PlanText(kOwned, kOther, owners) == "alter table public.t: owner\n");
  Options privileges(PostgresRules());
  privileges.compare.privileges = true;
  CHECK(PlanText(kOwned, kOther, privileges) ==
        "alter table public.t: grant\nalter column public.t.a: grant\n");
}

TEST_CASE("kinds that are not managed are left alone") {
  Options options(PostgresRules());
  options.unmanaged = {TRIGGER, SEQUENCE};
  CheckRows(
      {
          {"neither created nor dropped nor changed",
           R"(sequence { name: "old" } sequence { name: "s" })",
           R"(sequence { name: "new" } sequence { name: "s" cycle: true })", ""},
          {"nor rebuilt with what they depend on",
           R"(function { name: "f" returns: "trigger" language: "plpgsql" body: "BEGIN END" }
              table { name: "t" column { name: "a" type: "integer" } trigger { name: "r"
                timing: AFTER event: UPDATE update_of: "a" for_each_row: true
                function { name: "f" } } })",
           R"(function { name: "f" returns: "trigger" language: "plpgsql" body: "BEGIN END" }
              table { name: "t" column { name: "a" type: "bigint" } trigger { name: "r"
                timing: AFTER event: UPDATE update_of: "a" for_each_row: true
                function { name: "f" } } })",
           "alter column public.t.a: type"},
      },
      options);
}

TEST_CASE("a view lists only the columns that carry something") {
  const char* plain = R"(view { name: "v" definition: "SELECT 1 AS a, 2 AS b" })";
  CheckRows({
      {"a comment of a column that was not listed", plain,
       R"(view { name: "v" definition: "SELECT 1 AS a, 2 AS b"
                 column { name: "b" comment: "two" } })",
       "alter view column public.v.b: comment", "alter view column public.v.b: comment"},
      {"one that carries nothing is the same as none", plain,
       R"(view { name: "v" definition: "SELECT 1 AS a, 2 AS b" column { name: "b" } })", "", ""},
      {"a default of a listed one",
       R"(view { name: "v" definition: "SELECT 1 AS a" column { name: "a" comment: "c" } })",
       R"(view { name: "v" definition: "SELECT 1 AS a"
                 column { name: "a" comment: "c" default: "3" } })",
       "alter view column public.v.a: default"},
      {"a new view brings them along", "",
       R"(view { name: "v" definition: "SELECT 1 AS a, 2 AS b"
                 column { name: "b" comment: "two" } })",
       R"(create view public.v
          + create view column public.v.b)",
       "drop view public.v"},
      {"one of a view that is rebuilt",
       R"(view { name: "v" definition: "SELECT 1 AS a, 2 AS b" }
          # v.a is integer
          # v.b is integer)",
       R"(view { name: "v" definition: "SELECT 1 AS b" column { name: "b" comment: "one" } }
          # v.b is integer)",
       R"(drop view public.v
          create view public.v
          + create view column public.v.b (recreated after view public.v))",
       R"(drop view public.v
          create view public.v
          + create view column public.v.b (recreated after view public.v))"},
  });
}

// A table with one partition or child, whose own text is given.
std::string Partition(const std::string& parent, const std::string& child) {
  return absl::StrCat(R"(table { name: "p" partition_by { strategy: RANGE column: "a" }
      column { name: "a" type: "integer" } column { name: "b" type: "text" } )",
                      parent, R"( } table { name: "c" )", child, " }");
}
constexpr char kOf[] = R"(partition_of { table: "p" bound: "DEFAULT" } )";

TEST_CASE("a column that a table has from its parent is there, listed or not") {
  const std::string unlisted = Partition("", kOf);
  const std::string listed = Partition(
      "", absl::StrCat(
              kOf, R"(column { name: "a" type: "integer" } column { name: "b" type: "text" })"));
  const std::string own_default = Partition(
      "", absl::StrCat(kOf, R"(column { name: "b" default: "'x'::text" inherited: true })"));
  CheckRows({
      {"listed on one side only, and nothing of its own", unlisted, listed, "", ""},
      {"listed for its default", unlisted, own_default, "alter column public.c.b: default",
       "alter column public.c.b: default"},
  });
}

TEST_CASE("a partition that leaves or joins keeps its columns and foreign keys") {
  const std::string target = R"(table { name: "k" column { name: "a" type: "integer"
      primary_key: true } } )";
  const std::string key = R"(foreign_key { name: "to_k" column: "a" references { table: "k" } } )";
  const std::string columns =
      R"(column { name: "a" type: "integer" } column { name: "b" type: "text" } )";
  const std::string in = target + Partition(key, kOf);
  const std::string out = target + Partition(key, columns + key);
  const std::string other = target + Partition(key, columns);
  CheckRows({
      {"the parent's foreign key stays on it", in, out, "alter table public.c: partition_of",
       "alter table public.c: partition_of"},
      {"one that is wanted no more is dropped after that", in, other,
       "alter table public.c: partition_of", "alter table public.c: partition_of"},
  });
}

TEST_CASE("checks that come from a parent follow it") {
  CheckRows({
      {"created and dropped with the parent's",
       R"(table { name: "p" column { name: "a" type: "integer" } }
          table { name: "c" inherits { name: "p" } })",
       R"(table { name: "p" column { name: "a" type: "integer" }
                  check { name: "positive" expression: "a > 0" } }
          table { name: "c" inherits { name: "p" }
                  check { name: "positive" expression: "a > 0" inherited: true } })",
       "create check public.p.positive", "drop check public.p.positive"},
      {"changed with the parent's",
       R"(table { name: "p" column { name: "a" type: "integer" }
                  check { name: "positive" expression: "a > 0" } }
          table { name: "c" inherits { name: "p" }
                  check { name: "positive" expression: "a > 0" inherited: true } })",
       R"(table { name: "p" column { name: "a" type: "integer" }
                  check { name: "positive" expression: "a > 1" } }
          table { name: "c" inherits { name: "p" }
                  check { name: "positive" expression: "a > 1" inherited: true } })",
       R"(drop check public.p.positive
          create check public.p.positive)"},
  });
}

}  // namespace
}  // namespace autogen::diff
