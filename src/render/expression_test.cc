#include <doctest/doctest.h>

#include "src/render/definition.h"

namespace autogen::render {
namespace {

TEST_CASE("an expression stands in exactly one pair of parentheses") {
  const std::pair<const char*, const char*> rows[] = {
      {"a > 0", "(a > 0)"},
      {"(a > 0)", "(a > 0)"},
      {"(a > 0) OR (b > 0)", "((a > 0) OR (b > 0))"},
      {"(a = ')') OR (b = '(')", "((a = ')') OR (b = '('))"},
      {"(\"odd)\" > 0)", "(\"odd)\" > 0)"},
      // These belong to the expression.
      {"( SELECT f() AS f)", "(( SELECT f() AS f))"},
      {"(a, b)", "((a, b))"},
      {"(f(a, b) > ARRAY[1, 2])", "(f(a, b) > ARRAY[1, 2])"},
      {"(selected)", "(selected)"},
      // What only a scanner could tell gets a pair too many.
      {"(a ~ E'\\\\)')", "((a ~ E'\\\\)'))"},
  };
  for (const auto& [in, out] : rows) {
    CAPTURE(in);
    CHECK(Parenthesized(in) == out);
  }
}

TEST_CASE("a default that would end early stands in parentheses") {
  const std::pair<const char*, const char*> rows[] = {
      {"now()", "now()"},
      {"'not'::text", "'not'::text"},
      {"'1 day'::interval + now()", "'1 day'::interval + now()"},
      {"1 = 1", "1 = 1"},
      {"(NOT false)", "(NOT false)"},
      {"coalesce(NULL, 'a' COLLATE \"C\")", "coalesce(NULL, 'a' COLLATE \"C\")"},
      {"not false", "(not false)"},
      {"'a' collate \"C\"", "('a' collate \"C\")"},
      {"now() AT TIME ZONE 'utc'", "(now() AT TIME ZONE 'utc')"},
      {"(1 > 0) IS TRUE", "((1 > 0) IS TRUE)"},
  };
  for (const auto& [in, out] : rows) {
    CAPTURE(in);
    CHECK(DefaultExpression(in) == out);
  }
}

TEST_CASE("a function call is bare as an index key, everything else is not") {
  const std::pair<const char*, const char*> rows[] = {
      {"lower(name)", "lower(name)"},
      {"public.f(a, (b + 1))", "public.f(a, (b + 1))"},
      {"lower(a) || lower(b)", "(lower(a) || lower(b))"},
      {"EXTRACT(year FROM day)", "(EXTRACT(year FROM day))"},
      {"not(a)", "(not(a))"},
      {"row(a, b)", "(row(a, b))"},
      {"a + 1", "(a + 1)"},
      {"(a + 1)", "(a + 1)"},
  };
  for (const auto& [in, out] : rows) {
    CAPTURE(in);
    CHECK(KeyExpression(in) == out);
  }
}

}  // namespace
}  // namespace autogen::render
