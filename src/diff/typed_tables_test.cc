// Tables OF a composite type whose attributes change.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;

std::string Attributes(const std::string& columns) {
  std::string type = columns;
  for (size_t at; (at = type.find("column")) != std::string::npos;) {
    type.replace(at, 6, "attribute");
  }
  return absl::StrCat(R"(composite_type { name: "r" )", type, " } ");
}
std::string Typed(const std::string& columns) {
  return absl::StrCat(Attributes(columns), R"(table { name: "t" of_type { name: "r" } )", columns,
                      " } ");
}

const char kInteger[] = R"(column { name: "a" type: "integer" } )";
const char kText[] = R"(column { name: "a" type: "text" } )";
const char kB[] = R"(column { name: "b" type: "integer" } )";

TEST_CASE("a table of a type is of none while both change") {
  CheckRows({
      {"an attribute more", Typed(kInteger), Typed(absl::StrCat(kInteger, kB)),
       R"(alter table public.t: of_type
          alter composite type public.r: attribute
          create column public.t.b
          alter table public.t: of_type)",
       R"(alter table public.t: of_type
          alter composite type public.r: attribute
          drop column public.t.b
          alter table public.t: of_type)"},
      {"another type", Typed(kInteger), Typed(kText), R"(alter table public.t: of_type
          alter composite type public.r: attribute
          alter column public.t.a: type
          alter table public.t: of_type)"},
      {"a table that goes is no longer of it", Typed(kInteger), Attributes(kText),
       R"(drop table public.t
          alter composite type public.r: attribute)"},
  });
}

TEST_CASE("a table of a type is recreated where its columns would stand in another order") {
  const std::string other =
      absl::StrCat(R"(composite_type { name: "s" )", R"(attribute { name: "b" type: "integer" } )",
                   R"(attribute { name: "a" type: "integer" } } )");
  CheckRows({
      {"an attribute in the middle", Typed(kInteger), Typed(absl::StrCat(kB, kInteger)),
       R"(drop table public.t (recreated after composite type public.r)
          drop composite type public.r
          create composite type public.r
          create table public.t (recreated after composite type public.r)
          + create column public.t.b
          + create column public.t.a (recreated after table public.t))"},
      {"it becomes one",
       absl::StrCat(other, R"(table { name: "t" column { name: "a" type: "integer" } })"),
       absl::StrCat(other, R"(table { name: "t" of_type { name: "s" }
                                      column { name: "b" type: "integer" }
                                      column { name: "a" type: "integer" } })"),
       R"(drop table public.t
          create table public.t
          + create column public.t.b
          + create column public.t.a (recreated after table public.t))",
       R"(alter table public.t: of_type
          drop column public.t.b)"},
  });
}

}  // namespace
}  // namespace autogen::diff
