// Views in circles: their columns first, their queries afterwards.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;
using testing::PlanText;

// A view `v` of one column, with that query, and what else there is.
std::string View(const char* query, const char* more = "") {
  return absl::StrCat(R"(view { name: "v" definition: ")", query,
                      R"(" column { name: "x" type: "integer" } } )", more);
}

TEST_CASE("a view that reads itself begins as its columns") {
  CheckRows({
      {"new", "", View("SELECT x FROM public.v"),
       R"(create view public.v (its columns alone)
          create view public.v
          + create view column public.v.x)",
       "drop view public.v"},
      {"the query changes", View("SELECT x FROM public.v"), View("SELECT x + 1 AS x FROM public.v"),
       "alter view public.v: definition", "alter view public.v: definition"},
      {"a column more, which it reads from itself", View("SELECT x FROM public.v"),
       R"(view { name: "v" definition: "SELECT x, y FROM public.v"
                 column { name: "x" type: "integer" } column { name: "y" type: "text" } })",
       R"(alter view public.v: definition (its columns alone)
          alter view public.v: definition)",
       R"(drop view public.v
          create view public.v (its columns alone)
          create view public.v
          + create view column public.v.x (recreated after view public.v))"},
      {"a table of that name elsewhere is another one", "",
       R"(view { schema: "s" name: "v" definition: "SELECT x FROM v"
                 column { name: "x" type: "integer" } } schema { name: "s" })",
       R"(create schema s
          create view s.v
          + create view column s.v.x)"},
  });
}

TEST_CASE("views that read one another") {
  const char* second = R"(view { name: "w" definition: "SELECT x FROM public.v"
                                 column { name: "x" type: "public.d" } }
                          domain { name: "d" type: "integer" })";
  const char* function = R"(function { name: "f" language: "sql" body: "SELECT 1" returns: "integer"
                                       argument { type: "public.v" } })";
  CheckRows({
      {"two views", "", View("SELECT x FROM public.w", second),
       R"(create domain public.d
          create view public.v (its columns alone)
          create view public.w
          + create view column public.w.x
          create view public.v
          + create view column public.v.x)",
       R"(alter view public.v: definition (its columns alone)
          drop view public.w
          drop view public.v
          drop domain public.d)"},
      {"a function that takes its rows", "", View("SELECT public.f(NULL::public.v) AS x", function),
       R"(create view public.v (its columns alone)
          create function public.f(public.v)
          create view public.v
          + create view column public.v.x)",
       R"(alter view public.v: definition (its columns alone)
          drop function public.f(public.v)
          drop view public.v)"},
      {"a view begins to call a function of its rows", View("SELECT 1 AS x"),
       View("SELECT public.f(NULL::public.v) AS x", function),
       R"(alter view public.v: definition (its columns alone)
          create function public.f(public.v)
          alter view public.v: definition)",
       R"(alter view public.v: definition (its columns alone)
          drop function public.f(public.v)
          alter view public.v: definition)"},
  });
}

TEST_CASE("a model that does not say the columns is tried as it stands") {
  CHECK(PlanText("", R"(view { name: "v" definition: "SELECT x FROM public.w" }
                        view { name: "w" definition: "SELECT x FROM public.v" })",
                 Options(PostgresRules()), true) == "create view public.v\ncreate view public.w\n");
}

}  // namespace
}  // namespace autogen::diff
