// What a parent table gives its partitions and children: done once, on the parent.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;
using testing::PlanText;

// A parent table and a child, with the columns that each lists.
std::string Child(const std::string& parent, const std::string& child) {
  return absl::StrCat("table { name: \"p\" ", parent,
                      " } table { name: \"c\" inherits { name: \"p\" } ", child, " } ");
}
std::string Partition(const std::string& parent, const std::string& child) {
  return absl::StrCat(
      R"(table { name: "p" partition_by { strategy: LIST column: "k" }
              column { name: "k" type: "integer" } )",
      parent, R"( } table { name: "c" partition_of { table: "p" bound: "DEFAULT" }
          column { name: "k" type: "integer" } )",
      child, " } ");
}
// The same, standing alone.
std::string Alone(const std::string& parent, const std::string& child) {
  return absl::StrCat(
      R"(table { name: "p" partition_by { strategy: LIST column: "k" }
              column { name: "k" type: "integer" } )",
      parent, R"( } table { name: "c" column { name: "k" type: "integer" } )", child, " } ");
}
std::string A(const std::string& fields) {
  return absl::StrCat("column { name: \"a\" ", fields, " } ");
}
const std::string kInteger = A(R"(type: "integer")");
const std::string kGenerated = A(R"(type: "integer" generated { expression: "k" })");
const std::string kBigint = A(R"(type: "bigint")");
const std::string kStatistics =
    R"(statistics { name: "s" table { name: "c" } column: "k" column: "a" })";

TEST_CASE("a column that is added to the parent comes down") {
  CheckRows({
      {"to a partition", Partition("", ""), Partition(kInteger, kInteger),
       "create column public.p.a", "drop column public.p.a"},
      {"to a child that lists it as its own", Child("", ""), Child(kInteger, kInteger),
       "create column public.p.a", "drop column public.p.a"},
      {"to a child that has another default", Child("", ""),
       Child(kInteger, A(R"(type: "integer" default: "1")")),
       R"(create column public.p.a
          alter column public.c.a: default)",
       "drop column public.p.a"},
      {"without its comment", Child("", ""),
       Child(A(R"(type: "integer" comment: "of p")"), A(R"(type: "integer" comment: "of c")")),
       R"(create column public.p.a
          alter column public.c.a: comment)"},
      {"without its privileges", Child("", ""),
       Child(A(R"(type: "integer" grant { role: "r" privilege: "SELECT" })"), kInteger),
       "create column public.p.a", "drop column public.p.a"},
      {"before what names it on the child, also where that has a comment of its own",
       Partition("", ""),
       Partition(kInteger,
                 A(R"(type: "integer" comment: "of c")")) +
           kStatistics,
       R"(create column public.p.a
          alter column public.c.a: comment
          create statistics public.s)"},
      {"to grandchildren", Child("", "") + R"(table { name: "g" inherits { name: "c" } })",
       Child(kInteger, kInteger) +
           absl::StrCat(R"(table { name: "g" inherits { name: "c" } )", kInteger, "}"),
       "create column public.p.a", "drop column public.p.a"},
  });
}

TEST_CASE("a change of the parent's column comes down") {
  CheckRows({
      {"its type", Partition(kInteger, kInteger), Partition(kBigint, kBigint),
       "alter column public.p.a: type", "alter column public.p.a: type"},
      {"its collation", Partition(A(R"(type: "text")"), A(R"(type: "text")")),
       Partition(A(R"(type: "text" collation { name: "C" })"),
                 A(R"(type: "text" collation { name: "C" })")),
       "alter column public.p.a: collation", "alter column public.p.a: collation"},
      {"NOT NULL", Partition(kInteger, kInteger),
       Partition(A(R"(type: "integer" not_null: true)"), A(R"(type: "integer" not_null: true)")),
       "alter column public.p.a: not_null", "alter column public.p.a: not_null"},
      {"that it is generated no more", Partition(kGenerated, kGenerated),
       Partition(kInteger, kInteger), "alter column public.p.a: generated"},
      {"before what names it on the child", Partition(kInteger, kInteger),
       Partition(kBigint, kBigint) + kStatistics,
       R"(alter column public.p.a: type
          create statistics public.s)"},
      {"the same, where the child's has a comment of its own", Partition(kInteger, kInteger),
       Partition(kBigint, A(R"(type: "bigint" comment: "of c")")) + kStatistics,
       R"(alter column public.p.a: type
          alter column public.c.a: comment
          create statistics public.s)"},
      {"that it is generated, as a new column", Partition(kInteger, kInteger),
       Partition(kGenerated, kGenerated),
       R"(drop column public.p.a
          create column public.p.a)"},
      {"the same, with its type", Child(kGenerated, kGenerated), Child(kBigint, kBigint),
       "alter column public.p.a: type, generated"},
      {"the same, and a default of the child's", Partition(kGenerated, kGenerated),
       Partition(kInteger, A(R"(type: "integer" default: "1")")),
       R"(alter column public.p.a: generated
          alter column public.c.a: default)"},
      {"not a default: ALTER COLUMN … SET DEFAULT is the child's own",
       Partition(kInteger, kInteger),
       Partition(A(R"(type: "integer" default: "1")"), A(R"(type: "integer" default: "1")")),
       R"(alter column public.p.a: default
          alter column public.c.a: default)"},
      {"a type, and a default of the child's", Child(kInteger, kInteger),
       Child(kBigint, A(R"(type: "bigint" default: "1")")),
       R"(alter column public.p.a: type
          alter column public.c.a: default)"},
      {"a type, with a default of the parent's, over one of the child's own",
       Child(A(R"(type: "integer" default: "1")"), A(R"(inherited: true default: "2")")),
       Child(A(R"(type: "bigint" default: "1")"), A(R"(inherited: true default: "2")")),
       R"(alter column public.p.a: type clears its default
          alter column public.c.a: default)",
       R"(alter column public.p.a: type clears its default
          alter column public.c.a: default)"},
      {"a type of the same kind leaves the defaults",
       Child(A("type: \"character varying(5)\" default: \"'a'\""),
             A("inherited: true default: \"'b'\"")),
       Child(A("type: \"character varying(9)\" default: \"'a'\""),
             A("inherited: true default: \"'b'\"")),
       "alter column public.p.a: type", "alter column public.p.a: type"},
      {"a type, which takes the storage of the child's with it",
       Partition(A(R"(type: "bytea")"), A(R"(type: "bytea" storage: "main")")),
       Partition(A(R"(type: "text")"), A(R"(type: "text" storage: "main")")),
       R"(alter column public.p.a: type
          alter column public.c.a: storage)"},
      {"a child that lists its storage alone, under another type",
       Child(A(R"(type: "bytea")"), A(R"(inherited: true storage: "main")")),
       Child(A(R"(type: "text")"), A(R"(inherited: true storage: "main")")),
       R"(alter column public.p.a: type
          alter column public.c.a: storage)"},
      {"under another storage of the parent's",
       Child(A(R"(type: "text")"), A(R"(inherited: true storage: "main")")),
       Child(A(R"(type: "text" storage: "external")"), A(R"(inherited: true storage: "main")")),
       R"(alter column public.p.a: storage
          alter column public.c.a: storage)"},
      {"NOT NULL of the child alone", Child(kInteger, kInteger),
       Child(kInteger, A(R"(type: "integer" not_null: true)")), "alter column public.c.a: not_null",
       "alter column public.c.a: not_null"},
      {"NOT NULL that the child had before",
       Child(kInteger, A(R"(type: "integer" not_null: true)")),
       Child(A(R"(type: "integer" not_null: true)"), A(R"(type: "integer" not_null: true)")),
       "alter column public.p.a: not_null",
       R"(alter column public.p.a: not_null
          alter column public.c.a: not_null)"},
  });
}

TEST_CASE("a child keeps as its own what its parent drops") {
  CheckRows({
      {"with its values", Child(kInteger, ""), Child("", kInteger), "drop column public.p.a only",
       R"(drop column public.c.a
          create column public.p.a)"},
      {"with a change", Child(kInteger, ""), Child("", A(R"(type: "integer" not_null: true)")),
       R"(drop column public.p.a only
          alter column public.c.a: not_null)"},
      {"listed by a grandchild as well",
       Child(kInteger, "") + R"(table { name: "g" inherits { name: "c" } column { name: "a"
                                   default: "1" inherited: true } })",
       Child("", kInteger) + R"(table { name: "g" inherits { name: "c" } column { name: "a"
                                   default: "1" inherited: true } })",
       "drop column public.p.a only"},
      {"not where the parent is dropped", Child(kInteger, ""),
       absl::StrCat(R"(table { name: "c" )", kInteger, "}"),
       R"(alter table public.c: inherits
          drop table public.p)"},
  });
}

TEST_CASE("a table that leaves its parent keeps its columns; one that joins brings them along") {
  CheckRows({
      {"a partition", Partition(kInteger, kInteger), Alone(kInteger, kInteger),
       "alter table public.c: partition_of", "alter table public.c: partition_of"},
      {"and gets a column meanwhile", Partition(kInteger, kInteger), Alone(kInteger, kBigint),
       R"(alter table public.c: partition_of
          alter column public.c.a: type)",
       R"(alter column public.c.a: type
          alter table public.c: partition_of)"},
      {"the parent's columns are there before it joins", Alone("", ""),
       Partition(kInteger, kInteger),
       R"(create column public.p.a
          create column public.c.a
          alter table public.c: partition_of)",
       R"(alter table public.c: partition_of
          drop column public.c.a
          drop column public.p.a)"},
      {"its bounds change", Partition(kInteger, kInteger),
       absl::StrCat(
           R"(table { name: "p" partition_by { strategy: LIST column: "k" }
              column { name: "k" type: "integer" } )",
           kInteger, R"( } table { name: "c" partition_of { table: "p" bound: 'FOR VALUES IN (1) ' }
                column { name: "k" type: "integer" } )",
           kInteger, "}"),
       R"(alter table public.c: partition_of
          alter table public.c: partition_of)"},
      {"a child that inherits no more", Child(kInteger, ""),
       absl::StrCat("table { name: \"p\" ", kInteger, "} table { name: \"c\" ", kInteger, "}"),
       "alter table public.c: inherits"},
      {"its own check is dropped before it leaves",
       Child(kInteger, R"(check { name: "x" expression: "a > 0" })"),
       absl::StrCat("table { name: \"p\" ", kInteger, "} table { name: \"c\" }"),
       R"(drop check public.c.x
          alter table public.c: inherits)"},
      {"and so do its keys, indexes, triggers and policies",
       Child(kInteger, R"(unique { name: "u" column: "a" } index { name: "i" column: "a" }
                          policy { name: "p" using: "a > 0" })"),
       absl::StrCat("table { name: \"p\" ", kInteger, "} table { name: \"c\" }"),
       R"(drop policy public.c.p
          drop index public.c.i
          drop unique public.c.u
          alter table public.c: inherits)"},
      {"a table that begins to inherit what it has",
       absl::StrCat("table { name: \"p\" ", kInteger, "} table { name: \"c\" ", kInteger, "}"),
       Child(kInteger, kInteger), "alter table public.c: inherits"},
      {"one that is to have it from the parent alone is recreated",
       absl::StrCat("table { name: \"p\" ", kInteger, "} table { name: \"c\" ", kInteger, "}"),
       Child(kInteger, ""),
       R"(drop table public.c
          create table public.c)"},
  });
}

TEST_CASE("keys and indexes of partitions are dropped with the parent's") {
  const std::string column = A(R"(type: "integer" not_null: true)");
  auto tables = [&](const char* parent, const char* child) {
    return Partition(column + parent, column + child);
  };
  CheckRows({
      {"an index",
       tables(R"(index { name: "i" column: "a" })",
              R"(index { name: "j" column: "a" attached_to: "i" })"),
       tables("", ""), "drop index public.p.i",
       R"(create index public.p.i
          create index public.c.j)"},
      {"a unique constraint with the column that it depends on",
       Partition(column + R"(unique { name: "u" column: "a" column: "k" })",
                 column + R"(unique { name: "v" column: "a" column: "k" attached_to: "u" })"),
       Partition("", ""),
       R"(drop unique public.p.u
          drop column public.p.a)"},
      {"one of another name: it is dropped with the parent's alone",
       tables(R"(index { name: "i" column: "a" })",
              R"(index { name: "j" column: "a" attached_to: "i" })"),
       tables(R"(index { name: "i" column: "a" })",
              R"(index { name: "k" column: "a" attached_to: "i" })"),
       R"(drop index public.p.i (recreated after index public.c.j)
          create index public.p.i (recreated after index public.c.j)
          create index public.c.k)"},
      {"one of a partition that leaves stays behind",
       Partition(column + R"(index { name: "i" column: "a" })",
                 column + R"(index { name: "j" column: "a" attached_to: "i" })"),
       Alone(column, column),
       R"(alter table public.c: partition_of
          drop index public.c.j
          drop index public.p.i)"},
      {"one that stands alone beside an attached one is created when the partition is attached",
       Alone(column + R"(index { name: "i" column: "a" })", column),
       Partition(column + R"(index { name: "i" column: "a" })",
                 column + R"(index { name: "j" column: "a" attached_to: "i" }
                             index { name: "own" column: "a" })"),
       R"(create index public.c.j
          alter table public.c: partition_of
          create index public.c.own)"},
  });
}

TEST_CASE("a column is a table's own, or comes from a parent") {
  const std::string listed = A(R"(inherited: true default: "1")");
  const std::string own = A(R"(type: "integer" default: "2")");
  CheckRows({
      {"which of both it is cannot be changed where the parent has it", Child(kInteger, listed),
       Child(kInteger, own), "alter column public.c.a: default",
       "alter column public.c.a: default"},
      {"what becomes its own where the parent drops it is kept", Child(kInteger, listed),
       Child("", own),
       R"(drop column public.p.a only
          alter column public.c.a: default)",
       R"(drop column public.c.a
          create column public.p.a
          alter column public.c.a: default)"},
      {"a grandchild, over a table that loses it",
       Child(kInteger, "") + R"(table { name: "g" inherits { name: "c" } })",
       Child("", "") + absl::StrCat(R"(table { name: "g" inherits { name: "c" } )", kInteger, "}"),
       R"(drop column public.p.a
          create column public.g.a)"},
  });
}

TEST_CASE("a replica identity is reset while its columns change") {
  auto table = [](const char* not_null, const char* identity) {
    return absl::StrCat(R"(table { name: "t" column { name: "a" type: "integer" )", not_null,
                        R"( } index { name: "i" unique: true column: "a" } )", identity, " }");
  };
  CheckRows({
      {"set when they are NOT NULL", table("", ""),
       table("not_null: true", R"(replica_identity { mode: INDEX index: "i" })"),
       R"(alter column public.t.a: not_null
          alter table public.t: replica_identity)",
       R"(alter table public.t: replica_identity
          alter column public.t.a: not_null)"},
      {"not where it names no index", table("", ""),
       table("not_null: true", "replica_identity { mode: FULL }"),
       R"(alter table public.t: replica_identity
          alter column public.t.a: not_null)"},
  });
}

TEST_CASE("PostgreSQL 18: a NOT NULL has a name") {
  Options newer(PostgresRules());
  newer.server_version = 180000;
  const std::string plain = A(R"(type: "integer" not_null: true)");
  const std::string named =
      A(R"(type: "integer" not_null: true not_null_constraint { name: "given" })");
  const std::string own =
      A(R"(type: "integer" not_null: true not_null_constraint { name: "own" })");
  const std::string inherited = A("inherited: true");
  CheckRows(
      {
          {"it comes down with its name", Partition(kInteger, kInteger), Partition(named, named),
           "alter column public.p.a: not_null, not_null_constraint"},
          {"with a new column as well", Partition("", ""), Partition(named, named),
           "create column public.p.a"},
          {"with a default name", Partition("", ""), Partition(plain, plain),
           "create column public.p.a"},
          {"nothing renames one of a partition", Partition(named, own), Partition(named, named), "",
           ""},
          {"a partition that is to keep it gets it again: whether its own one stays, no catalog "
           "says",
           Partition(plain, own), Partition(kInteger, own),
           R"(alter column public.p.a: not_null
              alter column public.c.a: not_null)"},
          {"its own one is dropped after the parent's", Partition(plain, own),
           Partition(kInteger, kInteger),
           R"(alter column public.p.a: not_null
              alter column public.c.a: not_null, not_null_constraint)"},
          {"a child that has the column from its parent, listed or not", Child(named, ""),
           Child(named, inherited), "", ""},
          {"a comment on one of a partition", Partition(plain, plain),
           Partition(plain, A(R"(type: "integer" not_null: true
                                 not_null_constraint { comment: "c" })")),
           "alter column public.c.a: not_null_constraint"},
          {"a child's own column, which is to come from the parent alone: the name stays",
           Child(plain, plain), Child(plain, ""), "", ""},
          {"one with a name of its own", Child(plain, own), Child(plain, ""), "", ""},
          {"and another default", Child(plain, own),
           Child(plain, A(R"(inherited: true default: "1")")), "alter column public.c.a: default"},
          {"a child that leaves keeps its own one", Child(plain, own),
           absl::StrCat("table { name: \"p\" ", plain, "} table { name: \"c\" ", named, "}"),
           R"(alter table public.c: inherits
              alter column public.c.a: not_null_constraint)"},
          {"a child joins",
           absl::StrCat("table { name: \"p\" ", named, "} table { name: \"c\" ", plain, "}"),
           Child(named, plain), "alter table public.c: inherits"},
      },
      newer);
}

}  // namespace
}  // namespace autogen::diff
