#include "src/sql/routine.h"

#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"

namespace autogen::sql {
namespace {

TEST_CASE("the body of a routine and where it stands") {
  const std::string head =
      "CREATE OR REPLACE FUNCTION public.f(a integer DEFAULT 'x'::text) RETURNS numeric(3,2)\n"
      "    LANGUAGE plpgsql LEAKPROOF\nAS ";
  for (absl::string_view literal : {"$$begin; $x$ 'é' end$$", "'begin; $x$ ''é'' end'"}) {
    const std::string statement = absl::StrCat(head, literal);
    auto routine = FindQuotedRoutine(statement);
    REQUIRE(routine.has_value());
    CHECK(routine->language == "plpgsql");
    CHECK(routine->returns == "numeric(3,2)");
    CHECK(routine->leakproof);
    CHECK(routine->body == "begin; $x$ 'é' end");
    CHECK(statement.substr(routine->begin, routine->end - routine->begin) == literal);
  }
}

TEST_CASE("what has no single value has no type") {
  auto returns = [](absl::string_view sql) {
    auto routine = FindQuotedRoutine(sql);
    return routine.has_value() ? routine->returns : "no routine";
  };
  CHECK(returns("CREATE PROCEDURE p() LANGUAGE sql AS ''") == "");
  CHECK(returns("CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql AS ''") == "");
  CHECK(returns("CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE sql AS ''") == "");
  CHECK(returns("CREATE FUNCTION f(OUT a int) RETURNS int LANGUAGE sql AS ''") == "");
  CHECK(returns("CREATE FUNCTION f() RETURNS text[] LANGUAGE sql AS ''") == "text[]");
  CHECK(returns("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END") == "no routine");
  CHECK(returns("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b'") == "no routine");
  CHECK(returns("CREATE TABLE t (a int)") == "no routine");
}

}  // namespace
}  // namespace autogen::sql
