#include "src/sql/library_routine.h"

#include "absl/strings/string_view.h"
#include "doctest/doctest.h"

namespace autogen::sql {
namespace {

TEST_CASE("which library a routine names") {
  for (const char* statement : {
           "CREATE FUNCTION public.f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE c STRICT AS "
           "'/usr/lib/x.so', 'f_v2'",
           "CREATE OR REPLACE FUNCTION f() RETURNS int AS '/usr/lib/x.so',\n 'f_v2' /* c */ "
           "LANGUAGE 'c' -- the end",
           "create procedure \"F\"() language /* c */ c as E'/usr/lib/x.so', $$f_v2$$",
       }) {
    CAPTURE(statement);
    const auto routine = FindLibraryRoutine(statement);
    REQUIRE(routine.has_value());
    CHECK(routine->library == "/usr/lib/x.so");
    CHECK(routine->symbol == "f_v2");
    const absl::string_view text = statement;
    CHECK(text.substr(routine->as_begin, routine->as_end - routine->as_begin).find("f_v2") !=
          absl::string_view::npos);
    const absl::string_view language =
        text.substr(routine->language_begin, routine->language_end - routine->language_begin);
    CHECK((language == "c" || language == "'c'"));
  }
}

TEST_CASE("without a symbol it is the routine's own name; the result's type") {
  const auto routine = FindLibraryRoutine(
      "CREATE FUNCTION s.\"Odd\"(text[], oid) RETURNS pg_catalog.void AS '$libdir/x' LANGUAGE C");
  REQUIRE(routine.has_value());
  CHECK(routine->name == "s.Odd");
  CHECK(routine->symbol == "Odd");
  CHECK(routine->library == "$libdir/x");
  CHECK(routine->returns == "void");
}

TEST_CASE("other statements name none") {
  for (const char* statement :
       {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'int4in'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1", "SELECT 'LANGUAGE c'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c",
        "CREATE FUNCTION f() RETURNS int LANGUAGE 'C' AS 'x'", "not SQL", ""}) {
    CAPTURE(statement);
    CHECK_FALSE(FindLibraryRoutine(statement).has_value());
  }
}

}  // namespace
}  // namespace autogen::sql
