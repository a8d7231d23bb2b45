#include "src/diff/likely_rename.h"

#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckTexts;

std::string Likely(absl::string_view before, absl::string_view after) {
  std::string text;
  for (const LikelyRename& r :
       LikelyRenames(*testing::CatalogOf(before), *testing::CatalogOf(after), PostgresRules())) {
    absl::StrAppend(&text, Describe(r), ": ", r.why, "\n");
  }
  return text;
}

std::string Table(const char* name, const char* columns) {
  return absl::StrCat("table { name: \"", name, "\" ", columns, " } ");
}
constexpr char kThree[] =
    R"(column { name: "id" type: "bigint" } column { name: "title" type: "text" }
    column { name: "done" type: "boolean" })";

TEST_CASE("tables, schemas and enums by what is in them") {
  CheckTexts(
      {
          {"the same columns", Table("tasks", kThree), Table("jobs", kThree),
           "table public.tasks to public.jobs: the same columns"},
          {"most columns", Table("tasks", kThree),
           Table("jobs",
                 R"(column { name: "id" type: "bigint" } column { name: "title" type: "text" }
               column { name: "at" type: "date" })"),
           "table public.tasks to public.jobs: 2 columns of 3 the same"},
          {"too few", Table("tasks", kThree),
           Table("jobs", R"(column { name: "id" type: "bigint" } column { name: "x" type: "text" }
               column { name: "y" type: "date" })"),
           ""},
          {"one column says little", Table("t", R"(column { name: "id" type: "bigint" })"),
           Table("zebra", R"(column { name: "id" type: "bigint" })"), ""},
          {"unless the names are alike", Table("users", R"(column { name: "id" type: "bigint" })"),
           Table("user", R"(column { name: "id" type: "bigint" })"),
           "table public.users to public.user: the same columns"},
          {"no columns at all", Table("users", ""), Table("user", ""), ""},
          {"an ordinary table and a partition",
           R"(table { name: "p" partition_by { strategy: LIST column: "id" }
                column { name: "id" type: "bigint" } column { name: "title" type: "text" } }
              table { name: "c" partition_of { table: "p" bound: "DEFAULT" }
                column { name: "id" type: "bigint" } column { name: "title" type: "text" } })",
           R"(table { name: "p" partition_by { strategy: LIST column: "id" }
                column { name: "id" type: "bigint" } column { name: "title" type: "text" } }
              table { name: "d"
                column { name: "id" type: "bigint" } column { name: "title" type: "text" } })",
           ""},
          {"a foreign table",
           absl::StrCat(R"(foreign_data_wrapper { name: "w" }
                           server { name: "s" foreign_data_wrapper: "w" })",
                        Table("a", kThree)),
           absl::StrCat(R"(foreign_data_wrapper { name: "w" }
                           server { name: "s" foreign_data_wrapper: "w" })",
                        Table("b", R"(foreign { server: "s" } column { name: "id" type: "bigint" }
                                      column { name: "title" type: "text" }
                                      column { name: "done" type: "boolean" })")),
           ""},
          {"a schema", R"(schema { name: "app" } table { schema: "app" name: "t" }
                          sequence { schema: "app" name: "s" })",
           R"(schema { name: "web" } table { schema: "web" name: "t" }
              sequence { schema: "web" name: "s" })",
           "schema app to web: the same objects"},
          {"an enum", R"(enum { name: "mood" label: "sad" label: "ok" })",
           R"(enum { name: "feeling" label: "sad" label: "ok" })",
           "enum public.mood to public.feeling: the same labels"},
          {"the best of several", absl::StrCat(Table("tasks", kThree), Table("task_list", kThree)),
           absl::StrCat(Table("task", kThree), Table("task_lists", kThree)),
           R"(table public.task_list to public.task_lists: the same columns
              table public.tasks to public.task: the same columns)"},
          {"a table that moves to another schema",
           R"(schema { name: "s" } table { name: "t" column { name: "a" type: "text" }
                column { name: "b" type: "text" } })",
           R"(schema { name: "s" } table { schema: "s" name: "t" column { name: "a" type: "text" }
                column { name: "b" type: "text" } } table { name: "x" })",
           ""},
          {"and both schemas stay",
           R"(schema { name: "public" } schema { name: "s" } table { name: "t"
                column { name: "a" type: "text" } column { name: "b" type: "text" } })",
           R"(schema { name: "public" } schema { name: "s" } table { schema: "s" name: "t"
                column { name: "a" type: "text" } column { name: "b" type: "text" } })",
           "table public.t to s.t: the same columns"},
      },
      Likely, nullptr);
}

TEST_CASE("columns by type, neighbours and name") {
  auto columns = [](const char* middle) {
    return absl::StrCat(R"(table { name: "t" column { name: "id" type: "bigint" } )", middle,
                        R"( column { name: "done" type: "boolean" } })");
  };
  const std::string before = columns(R"(column { name: "effort" type: "integer" })");
  CheckTexts(
      {
          {"in its place", before, columns(R"(column { name: "hours" type: "integer" })"),
           "column public.t.effort to hours: the same type, the same place"},
          {"in its place, with a like name", before,
           columns(R"(column { name: "efforts" type: "integer" })"),
           "column public.t.effort to efforts: the same type, the same place, a similar name"},
          {"at the end, with a like name", before,
           R"(table { name: "t" column { name: "id" type: "bigint" }
               column { name: "done" type: "boolean" }
              column { name: "effort_h" type: "integer" } })",
           "column public.t.effort to effort_h: the same type, a similar name"},
          {"at the end, with one neighbour",
           R"(table { name: "t" column { name: "a" type: "text" }
              column { name: "effort" type: "integer" }
               column { name: "b" type: "text" } })",
           R"(table { name: "t" column { name: "a" type: "text" }
              column { name: "effort_h" type: "integer" }
               column { name: "new" type: "text" } column { name: "b" type: "text" } })",
           "column public.t.effort to effort_h: the same type, the same place, a similar name"},
          {"another type", before, columns(R"(column { name: "hours" type: "text" })"), ""},
          {"a generated one", before,
           columns(R"(column { name: "hours" type: "integer" generated { expression: "1" } })"),
           ""},
          {"an identity column", before,
           columns(R"(column { name: "hours" type: "integer" identity {} })"), ""},
          {"with another default, elsewhere", before,
           R"(table { name: "t" column { name: "id" type: "bigint" }
               column { name: "done" type: "boolean" }
               column { name: "zeal" type: "integer" default: "1" } })",
           ""},
          {"of a table that is new as well", Table("a", R"(column { name: "x" type: "text" })"),
           Table("b", R"(column { name: "y" type: "text" })"), ""},
      },
      Likely, nullptr);
}

TEST_CASE("labels by their place") {
  auto labels = [](const char* text) { return absl::StrCat("enum { name: \"e\" ", text, " }"); };
  const std::string before = labels(R"(label: "a" label: "b" label: "c")");
  CheckTexts(
      {
          {"one", before, labels(R"(label: "a" label: "x" label: "c")"),
           "label 'b' of enum public.e to 'x': the same place"},
          {"two", before, labels(R"(label: "x" label: "b" label: "y")"),
           R"(label 'a' of enum public.e to 'x': the same place
              label 'c' of enum public.e to 'y': the same place)"},
          {"moved", before, labels(R"(label: "b" label: "a" label: "c")"), ""},
          {"one more", before, labels(R"(label: "a" label: "x" label: "c" label: "d")"), ""},
      },
      Likely, nullptr);
}

TEST_CASE("everything else where nothing else differs") {
  const char* sum = R"( argument { type: "integer" } returns: "integer" language: "sql"
                        body: "SELECT 1" })";
  CheckTexts(
      {
          {"a sequence", R"(sequence { name: "a" cache: 5 })", R"(sequence { name: "b" cache: 5 })",
           "sequence public.a to public.b: the same definition"},
          {"one with another cache", R"(sequence { name: "a" cache: 5 })",
           R"(sequence { name: "b" cache: 6 })", ""},
          {"a comment says nothing", R"(sequence { name: "a" comment: "x" })",
           R"(sequence { name: "b" })", "sequence public.a to public.b: the same definition"},
          {"a function", absl::StrCat(R"(function { name: "f" )", sum),
           absl::StrCat(R"(function { name: "g" )", sum),
           "function public.f(integer) to public.g(integer): the same definition"},
          {"a function of other arguments", absl::StrCat(R"(function { name: "f" )", sum),
           R"(function { name: "g" argument { type: "bigint" } returns: "integer" language: "sql"
                        body: "SELECT 1" })",
           ""},
          {"an index",
           Table("t", R"(column { name: "a" type: "text" } index { name: "i" column: "a" })"),
           Table("t", R"(column { name: "a" type: "text" } index { name: "j" column: "a" })"),
           "index public.t.i to j: the same definition"},
          {"a check of a domain",
           R"(domain { name: "d" type: "integer" check { name: "a" expression: "VALUE > 0" } })",
           R"(domain { name: "d" type: "integer" check { name: "b" expression: "VALUE > 0" } })",
           "domain check public.d.a to b: the same definition"},
          {"not of another domain",
           R"(domain { name: "d" type: "integer" check { name: "a" expression: "VALUE > 0" } })",
           R"(domain { name: "e" type: "text" check { name: "b" expression: "VALUE > 0" } })", ""},
          {"kinds that have no rename", R"(cast { source: "integer" target: "text" inout: true })",
           R"(cast { source: "bigint" target: "text" inout: true })", ""},
          {"a check that comes from a parent",
           R"(table { name: "p" column { name: "a" type: "integer" }
                      check { name: "x" expression: "a > 0" } }
              table { name: "c" inherits { name: "p" }
                      check { name: "x" expression: "a > 0" inherited: true } })",
           R"(table { name: "p" column { name: "a" type: "integer" }
                      check { name: "y" expression: "a > 0" } }
              table { name: "c" inherits { name: "p" }
                      check { name: "y" expression: "a > 0" inherited: true } })",
           "check public.p.x to y: the same definition"},
      },
      Likely, nullptr);
}

}  // namespace
}  // namespace autogen::diff
