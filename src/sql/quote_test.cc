#include "src/sql/quote.h"

#include <doctest/doctest.h>

namespace autogen::sql {
namespace {

TEST_CASE("identifiers are quoted as quote_ident() does") {
  struct Row {
    const char* name;
    const char* quoted;
  };
  const Row rows[] = {
      {"tasks", "tasks"},         {"_x1", "_x1"},
      {"status", "status"},      // unreserved keywords stay bare
      {"select", "\"select\""},  // reserved
      {"between", "\"between\""}, {"left", "\"left\""},
      {"json", "\"json\""},  // a keyword since 17
      {"Tasks", "\"Tasks\""},     {"a b", "\"a b\""},
      {"a.b", "\"a.b\""},         {"a$b", "\"a$b\""},
      {"1a", "\"1a\""},           {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"naïve", "\"naïve\""},     {"", "\"\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(Ident(row.name) == row.quoted);
  }
  CHECK(Qualified("", "t") == "t");
  CHECK(Qualified("My Schema", "user") == "\"My Schema\".\"user\"");
}

TEST_CASE("literals are quoted as quote_literal() does") {
  CHECK(Literal("") == "''");
  CHECK(Literal("it's") == "'it''s'");
  CHECK(Literal("a\\b'c") == "E'a\\\\b''c'");
}

TEST_CASE("dollar quotes never close inside the text") {
  CHECK(DollarQuoted("SELECT 1", "function") == "$$SELECT 1$$");
  CHECK(DollarQuoted("a $$ b", "function") == "$function$a $$ b$function$");
  CHECK(DollarQuoted("$$ $function$", "function") == "$function1$$$ $function$$function1$");
  CHECK(DollarQuoted("$$ x", "procedure") == "$procedure$$$ x$procedure$");
  // "$$…$" + "$$" would close one character early.
  CHECK(DollarQuoted("ends in $") == "$function$ends in $$function$");
}

TEST_CASE("qualified names are split and folded") {
  struct Row {
    const char* text;
    const char* schema;
    const char* name;
  };
  const Row rows[] = {
      {"t", "", "t"},
      {"Public.Tasks", "public", "tasks"},
      {"public.\"Odd\"", "public", "Odd"},
      {"\"a.b\".\"say \"\"x\"\"\"", "a.b", "say \"x\""},
      {" a . b ", "a", "b"},
      // Not names.
      {"", "", ""},
      {"a.", "", ""},
      {".a", "", ""},
      {"a.b.c", "", ""},
      {"\"open", "", ""},
      {"\"\"", "", ""},
      {"a b", "", ""},
      {"1a", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    SplitName split = SplitQualified(row.text);
    CHECK(split.schema == row.schema);
    CHECK(split.name == row.name);
  }
  CHECK(SplitQualified(std::string(70, 'x')).name.size() == 63);
}

}  // namespace
}  // namespace autogen::sql
