#include "src/sql/psql.h"

#include <doctest/doctest.h>

namespace autogen::sql {
namespace {

TEST_CASE("no colon is left that psql would take for a variable") {
  struct {
    const char* text;
    const char* expected;
  } rows[] = {
      {"CREATE INDEX i ON t ((a[1:x]))", "CREATE INDEX i ON t ((a[1: x]))"},
      {"SELECT a[1:\"USER\"], a[:n], a[1:2]", "SELECT a[1: \"USER\"], a[: n], a[1: 2]"},
      {"SELECT a[x:'1'], a[1:gr\xC3\xB6\xC3\x9F"
       "e]",
       "SELECT a[x: '1'], a[1: gr\xC3\xB6\xC3\x9F"
       "e]"},
      {"SELECT a[1:(x)], a[1:], a[1: x], a[1:-1]", "SELECT a[1:(x)], a[1:], a[1: x], a[1:-1]"},
      {"SELECT a::text, b::\"T\"[1:x::int]", "SELECT a::text, b::\"T\"[1: x::int]"},
      {"SELECT ':x', \":x\", $$ :x $$, E'\\':x' -- :x", nullptr},
      {"SELECT f(a := b), f(a :=b)", nullptr},
      {"SELECT '", nullptr},  // not SQL: left alone
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(WithoutPsqlVariables(row.text) == (row.expected == nullptr ? row.text : row.expected));
  }
}

TEST_CASE("what only psql reads is blanked, and every line and column of SQL stays") {
  const struct {
    absl::string_view text, expected;
  } rows[] = {
      {"\\set x 1\nSELECT 1;\n\\echo 'a\nSELECT 2;", "        \nSELECT 1;\n        \nSELECT 2;"},
      {"DROP TABLE :name;", "DROP TABLE _name;"},
      {"DROP TABLE :table.:\"T\"", "DROP TABLE _table. \"T\""},
      {"SELECT :'a b', '\\x', E'\\'\\', $$\\x :y$$ -- \\x :y",
       "SELECT  'a b', '\\x', E'\\'\\', $$\\x :y$$ -- \\x :y"},
      {"SELECT a::int, f(a := 1), b[1:x], b[:i]", "SELECT a::int, f(a := 1), b[1:x], b[_i]"},
      {"SELECT :{?name}", "SELECT true    "},
      {"SELECT 'DROP TABLE ' || t FROM x \\gexec\nSELECT 2;",
       "SELECT 'DROP TABLE ' || t FROM x ;     \nSELECT 2;"},
      {"SELECT 1\\; SELECT 2;", "SELECT 1 ; SELECT 2;"},
      {"COPY t FROM stdin;\nit's\t1\n\\.\nSELECT 2;", "                  \n      \n  \nSELECT 2;"},
      {"COPY (SELECT 1) TO STDOUT;SELECT 'copy x to stdout';",
       "                          SELECT 'copy x to stdout';"},
      {"COPY t (a) FROM stdin;\n1\n", "                      \n \n"},
      {"SELECT ':", "SELECT ':"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(WithoutPsql(row.text) == row.expected);
  }
}

TEST_CASE("plain literals with a backslash need standard_conforming_strings") {
  CHECK(NeedsStandardStrings("SELECT 'a\\b'"));
  CHECK(NeedsStandardStrings("SELECT E'\\\\', '\\'"));
  CHECK(NeedsStandardStrings("SELECT U&'\\0041'"));
  CHECK(!NeedsStandardStrings("SELECT E'a\\\\b', e'\\n', 'x'"));
  CHECK(!NeedsStandardStrings("SELECT \"a\\b\", $$ '\\' $$ -- '\\'"));
}

}  // namespace
}  // namespace autogen::sql
