#include "src/sql/uncast.h"

#include <doctest/doctest.h>

namespace autogen::sql {
namespace {

TEST_CASE("two forms of one expression are the same without casts") {
  CHECK(WithoutCasts("(status)::text = ANY ((ARRAY['a'::character varying, "
                     "'b'::character varying])::text[])") ==
        WithoutCasts("(status)::text = ANY (ARRAY[('a'::character varying(20))::text, "
                     "('b'::\"My\".\"Type\"[3])::text])"));
  CHECK(WithoutCasts("(a)::numeric(10,2) > (0)::numeric") == "a > 0 ");
  CHECK(WithoutCasts("now()::timestamp(3) without time zone + x") == "now + x ");
}

TEST_CASE("what an expression means is kept") {
  CHECK(WithoutCasts("a IN ('x')") != WithoutCasts("a IN ('y')"));
  CHECK(WithoutCasts("a > 1") != WithoutCasts("a >= 1"));
  CHECK(WithoutCasts("a -- why\n + b") == "a + b ");
  CHECK(WithoutCasts("'unclosed") == "'unclosed");
}

}  // namespace
}  // namespace autogen::sql
