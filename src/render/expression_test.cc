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
      // What only a scanner could tell gets a pair too many.
      {"(a ~ E'\\\\)')", "((a ~ E'\\\\)'))"},
  };
  for (const auto& [in, out] : rows) {
    CAPTURE(in);
    CHECK(Parenthesized(in) == out);
  }
}

TEST_CASE("a function call is bare as an index key, everything else is not") {
  const std::pair<const char*, const char*> rows[] = {
      {"lower(name)", "lower(name)"},
      {"public.f(a, (b + 1))", "public.f(a, (b + 1))"},
      {"lower(a) || lower(b)", "(lower(a) || lower(b))"},
      {"EXTRACT(year FROM day)", "(EXTRACT(year FROM day))"},
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
