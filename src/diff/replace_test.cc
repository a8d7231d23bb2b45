// Types that columns use and that cannot be altered: renamed aside, recreated, the columns moved.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;

std::string Mood(const char* labels, const char* more = "") {
  return absl::StrCat(R"(enum { name: "mood" )", labels, " } ", more);
}
constexpr char kTwo[] = R"(label: "a" label: "b")";
constexpr char kOne[] = R"(label: "a")";

TEST_CASE("a type that no column uses is dropped and created") {
  CheckRows({
      {"an enum", Mood(kTwo), Mood(kOne),
       R"(drop enum public.mood
          create enum public.mood)"},
      {"a function that takes it is dropped with it",
       Mood(kTwo, R"(function { name: "f" language: "sql" body: "SELECT 1" returns: "integer"
                     argument { type: "public.mood" } })"),
       Mood(kOne, R"(function { name: "f" language: "sql" body: "SELECT 1" returns: "integer"
                     argument { type: "public.mood" } })"),
       R"(drop function public.f(public.mood) (recreated after enum public.mood)
          drop enum public.mood
          create enum public.mood
          create function public.f(public.mood) (recreated after enum public.mood))"},
  });
}

TEST_CASE("a type that columns use is replaced under them") {
  const char* table = R"(table { name: "t" column { name: "m" type: "public.mood" } })";
  const char* changed =
      R"(table { name: "t" column { name: "m" type: "public.mood" not_null: true } })";
  const char* view = R"(table { name: "t" column { name: "m" type: "public.mood" } }
      view { name: "v" definition: "SELECT m FROM public.t" }
      # view public.v needs column public.t.m)";
  const char* generated = R"(table { name: "t" column { name: "a" type: "integer" }
      column { name: "g" type: "public.mood"
               generated { expression: "CASE WHEN a > 0 THEN 'a'::public.mood END" } } })";
  const char* function = R"(function { name: "f" language: "sql" body: "SELECT 1" returns: "integer"
      argument { type: "public.mood" } }
      table { name: "t" column { name: "m" type: "public.mood" } })";
  CheckRows({
      {"an enum", Mood(kTwo, table), Mood(kOne, table),
       R"(rename enum public.mood to public.mood__replaced
          create enum public.mood
          alter column public.t.m (move to the new type)
          drop enum public.mood__replaced)"},
      {"with another change of the column", Mood(kTwo, table), Mood(kOne, changed),
       R"(rename enum public.mood to public.mood__replaced
          create enum public.mood
          alter column public.t.m: not_null (move to the new type)
          drop enum public.mood__replaced)"},
      {"a view on the column", Mood(kTwo, view), Mood(kOne, view),
       R"(rename enum public.mood to public.mood__replaced
          create enum public.mood
          drop view public.v (recreated after column public.t.m)
          alter column public.t.m (move to the new type)
          create view public.v (recreated after column public.t.m)
          drop enum public.mood__replaced)"},
      {"a generated column is recreated", Mood(kTwo, generated), Mood(kOne, generated),
       R"(rename enum public.mood to public.mood__replaced
          create enum public.mood
          drop column public.t.g (recreated after enum public.mood)
          create column public.t.g (recreated after enum public.mood)
          drop enum public.mood__replaced)"},
      {"a routine is dropped by the old name", Mood(kTwo, function), Mood(kOne, function),
       R"(drop function public.f(public.mood) (recreated after enum public.mood)
          rename enum public.mood to public.mood__replaced
          create enum public.mood
          create function public.f(public.mood) (recreated after enum public.mood)
          alter column public.t.m (move to the new type)
          drop enum public.mood__replaced)"},
  });
}

TEST_CASE("children of a replaced type") {
  auto domain = [](const char* type, const char* checks) {
    return absl::StrCat(R"(domain { name: "d" type: ")", type, R"(" )", checks,
                        R"( } table { name: "t" column { name: "a" type: "public.d" } })");
  };
  const char* positive = R"(check { name: "positive" expression: "VALUE > 0" })";
  const char* less = R"(check { name: "positive" expression: "VALUE > 1" })";
  const char* commented = R"(check { name: "positive" expression: "VALUE > 0" comment: "c" })";
  const char* plan = R"(rename domain public.d to public.d__replaced
          create domain public.d
          + create domain check public.d.positive
          alter column public.t.a (move to the new type)
          drop domain public.d__replaced)";
  CheckRows({
      {"one that stays", domain("integer", positive), domain("bigint", positive), plan},
      {"one that is rebuilt", domain("integer", positive), domain("bigint", less), plan},
      {"one that is altered", domain("integer", positive), domain("bigint", commented), plan},
      {"one that is new", domain("integer", ""), domain("bigint", positive), plan,
       R"(rename domain public.d to public.d__replaced
          create domain public.d
          alter column public.t.a (move to the new type)
          drop domain public.d__replaced)"},
  });
}

TEST_CASE("types that hold a type which columns use through them are replaced as well") {
  auto composite = [](const char* type) {
    return absl::StrCat(R"(domain { name: "d" type: ")", type, R"(" }
        composite_type { name: "p" attribute { name: "x" type: "public.d" } }
        table { name: "t" column { name: "a" type: "public.p" } })");
  };
  auto domains = [](const char* type) {
    return absl::StrCat(R"(domain { name: "d" type: ")", type, R"(" }
        domain { name: "e" type: "public.d" }
        table { name: "t" column { name: "a" type: "public.e[]" } })");
  };
  CheckRows({
      {"a composite type", composite("integer"), composite("bigint"),
       R"(rename composite type public.p to public.p__replaced (recreated after domain public.d)
          rename domain public.d to public.d__replaced
          create domain public.d
          create composite type public.p
          alter column public.t.a (move to the new type)
          drop composite type public.p__replaced (recreated after domain public.d)
          drop domain public.d__replaced)"},
      {"a domain over a domain, in an array", domains("integer"), domains("bigint"),
       R"(rename domain public.d to public.d__replaced
          create domain public.d
          rename domain public.e to public.e__replaced (recreated after domain public.d)
          create domain public.e
          alter column public.t.a (move to the new type)
          drop domain public.e__replaced (recreated after domain public.d)
          drop domain public.d__replaced)"},
      {"not where no column holds them",
       R"(domain { name: "d" type: "integer" }
          composite_type { name: "p" attribute { name: "x" type: "public.d" } })",
       R"(domain { name: "d" type: "bigint" }
          composite_type { name: "p" attribute { name: "x" type: "public.d" } })",
       R"(drop composite type public.p (recreated after domain public.d)
          drop domain public.d
          create domain public.d
          create composite type public.p (recreated after domain public.d))"},
  });
}

TEST_CASE("a domain that columns hold inside other values gets no constraint in place") {
  auto domain = [](const char* fields, const char* column) {
    return absl::StrCat(R"(domain { name: "d" type: "integer" )", fields,
                        R"( } table { name: "t" column { name: "a" type: ")", column, R"(" } })");
  };
  auto inside = [](const char* fields, const char* type) {
    return absl::StrCat(R"(domain { name: "d" type: "integer" )", fields, " } ", type,
                        R"( table { name: "t" column { name: "a" type: "public.p" } })");
  };
  const char* check = R"(check { name: "c" expression: "VALUE > 0" })";
  const char* other = R"(check { name: "c" expression: "VALUE > 1" })";
  const char* later = R"(check { name: "c" expression: "VALUE > 0" not_valid: true })";
  const char* pair = R"(composite_type { name: "p" attribute { name: "x" type: "public.d" } })";
  const char* over = R"(domain { name: "p" type: "public.d[]" })";
  const std::string replaced = R"(rename domain public.d to public.d__replaced
          create domain public.d
          + create domain check public.d.c
          alter column public.t.a (move to the new type)
          drop domain public.d__replaced)";
  CheckRows({
      {"a column of the domain itself", domain("", "public.d"), domain(check, "public.d"),
       "create domain check public.d.c", "drop domain check public.d.c"},
      {"a check, in an array", domain("", "public.d[]"), domain(check, "public.d[]"), replaced,
       "drop domain check public.d.c"},
      {"another one", domain(check, "public.d[]"), domain(other, "public.d[]"), replaced},
      {"validated", domain(later, "public.d[]"), domain(check, "public.d[]"), replaced},
      {"not validated", domain("", "public.d[]"), domain(later, "public.d[]"),
       "create domain check public.d.c"},
      {"NOT NULL", domain("", "public.d[]"), domain("not_null: true", "public.d[]"),
       R"(rename domain public.d to public.d__replaced
          create domain public.d
          alter column public.t.a (move to the new type)
          drop domain public.d__replaced)",
       "alter domain public.d: not_null"},
      {"in a composite type", inside("", pair), inside(check, pair),
       R"(rename composite type public.p to public.p__replaced (recreated after domain public.d)
          rename domain public.d to public.d__replaced
          create domain public.d
          + create domain check public.d.c
          create composite type public.p
          alter column public.t.a (move to the new type)
          drop composite type public.p__replaced (recreated after domain public.d)
          drop domain public.d__replaced)"},
      {"in a domain over its array", inside("", over), inside(check, over),
       R"(rename domain public.d to public.d__replaced
          create domain public.d
          + create domain check public.d.c
          rename domain public.p to public.p__replaced (recreated after domain public.d)
          create domain public.p
          alter column public.t.a (move to the new type)
          drop domain public.p__replaced (recreated after domain public.d)
          drop domain public.d__replaced)"},
      {"a default is no constraint", inside("", over), inside("default: \"1\"", over),
       "alter domain public.d: default"},
  });
}

TEST_CASE("a range type with its multirange, and its canonical function") {
  auto range = [](const char* subtype, const char* body) {
    return absl::StrCat(R"(range_type { name: "r" subtype: ")", subtype,
                        R"(" canonical { name: "canon" } multirange_name: "rs" }
        function { name: "canon" argument { type: "public.r" } returns: "public.r"
                   language: "internal" body: ")",
                        body, R"(" } table { name: "t" column { name: "a" type: "public.r" } })");
  };
  CheckRows({
      {"the function needs the type and the type the function: both are renamed aside",
       range("integer", "x"), range("bigint", "x"),
       R"(rename function public.canon(public.r) to public.canon__replaced(public.r)
          rename range type public.r to public.r__replaced
          create base type public.r
          create function public.canon(public.r) (recreated after range type public.r)
          create range type public.r
          alter column public.t.a (move to the new type)
          drop range type public.r__replaced)"},
  });
}

TEST_CASE("columns of parents and children move together") {
  auto tables = [](const char* labels, const char* child) {
    return Mood(labels, R"(table { name: "p" column { name: "m" type: "public.mood" } } )") + child;
  };
  const char* unlisted = R"(table { name: "c" inherits { name: "p" } })";
  const char* listed = R"(table { name: "c" inherits { name: "p" }
      column { name: "m" type: "public.mood" } })";
  const char* own = R"(table { name: "c" inherits { name: "p" }
      column { name: "m" type: "public.mood" default: "'a'::public.mood" } })";
  CheckRows({
      {"the parent's alone", tables(kTwo, unlisted), tables(kOne, unlisted),
       R"(rename enum public.mood to public.mood__replaced
          create enum public.mood
          alter column public.p.m (move to the new type)
          drop enum public.mood__replaced)"},
      {"the child's own with the parent's", tables(kTwo, listed), tables(kOne, listed),
       R"(rename enum public.mood to public.mood__replaced
          create enum public.mood
          alter column public.p.m (move to the new type)
          drop enum public.mood__replaced)"},
      {"a default of the child's", tables(kTwo, own), tables(kOne, own),
       R"(rename enum public.mood to public.mood__replaced
          create enum public.mood
          alter column public.p.m (move to the new type) clears its default
          alter column public.c.m: default
          drop enum public.mood__replaced)"},
      {"a grandchild", (tables(kTwo, listed) + R"(table { name: "g" inherits { name: "c" } })"),
       (tables(kOne, listed) + R"(table { name: "g" inherits { name: "c" } })"),
       R"(rename enum public.mood to public.mood__replaced
          create enum public.mood
          alter column public.p.m (move to the new type)
          drop enum public.mood__replaced)"},
  });
}

}  // namespace
}  // namespace autogen::diff
