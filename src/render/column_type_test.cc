#include "src/render/column_type.h"

#include <doctest/doctest.h>

namespace autogen::render {
namespace {

TEST_CASE("a type change casts, warns and rewrites as PostgreSQL does") {
  struct Row {
    const char* before;
    const char* after;
    const char* cast;
    const char* work;
    const char* loses;
    const char* fails;
  };
  const Row rows[] = {
      // An explicit cast would cut the text where the assignment fails.
      {"character varying(50)", "character varying(20)", "", "rewrites the table", "",
       "where a value is longer than 20 characters"},
      {"character varying(20)", "character varying(50)", "", "no rewrite", "", ""},
      {"character varying(20)", "character varying", "", "no rewrite", "", ""},
      {"character varying(20)", "text", "", "no rewrite", "", ""},
      {"text", "character varying", "", "no rewrite", "", ""},
      {"text", "character varying(9)", "", "rewrites the table", "",
       "where a value is longer than 9 characters"},
      {"character(5)", "character(6)", "", "rewrites the table", "", ""},
      {"numeric(10,2)", "numeric(12,2)", "", "no rewrite", "", ""},
      {"numeric(10,2)", "numeric", "", "no rewrite", "", ""},
      {"numeric(10,2)", "numeric(10,1)", "", "rewrites the table",
       "digits after the point are rounded",
       "where a value has more than 9 digits before the point"},
      {"integer", "bigint", "", "rewrites the table", "", ""},
      {"bigint", "integer", "", "rewrites the table", "",
       "where a value is out of range for integer"},
      {"double precision", "integer", "", "rewrites the table", "fractions are rounded",
       "where a value is out of range for integer"},
      {"timestamp without time zone", "timestamp with time zone", "",
       "rewrites the table unless TimeZone is UTC", "", ""},
      {"timestamp(3) without time zone", "timestamp(6) without time zone", "", "no rewrite", "",
       ""},
      {"timestamp with time zone", "date", "", "rewrites the table", "the time of day", ""},
      {"text", "uuid", "::uuid", "rewrites the table", "", "where a value is no uuid"},
      {"uuid", "text", "", "rewrites the table", "", ""},
      {"integer", "boolean", "::boolean", "rewrites the table", "", "where a value is no boolean"},
      // There is no such cast: by way of the text.
      {"integer", "date", "::text::date", "rewrites the table", "", "where a value is no date"},
      {"json", "jsonb", "", "rewrites the table", "blanks, key order and repeated keys", ""},
      {"integer[]", "bigint[]", "", "rewrites the table", "", ""},
      {"integer[]", "text", "", "rewrites the table", "", ""},
      {"integer", "integer[]", "::text::integer[]", "rewrites the table", "",
       "where a value is no integer[]"},
      {"text", "public.mood", "::public.mood", "rewrites the table", "",
       "where a value is no public.mood"},
      {"cidr", "inet", "", "no rewrite", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.before);
    CAPTURE(row.after);
    TypeChange change = DescribeTypeChange(row.before, row.after, false, nullptr, nullptr);
    CHECK(change.cast == row.cast);
    CHECK(change.work == row.work);
    CHECK(change.loses == row.loses);
    CHECK(change.fails == row.fails);
  }
}

TEST_CASE("a type that was swapped under its name goes by way of the text") {
  CHECK(DescribeTypeChange("public.m", "public.m", true, nullptr, nullptr).cast ==
        "::text::public.m");
  CHECK(DescribeTypeChange("public.m[]", "public.m[]", true, nullptr, nullptr).cast ==
        "::text[]::public.m[]");
}

TEST_CASE("types are split into base, modifiers and brackets") {
  TypeParts parts = SplitType("timestamp(3) with time zone[]");
  CHECK(parts.base == "timestamp with time zone");
  CHECK(parts.modifiers == std::vector<int>{3});
  CHECK(parts.array);
  CHECK(SplitType("numeric(10,2)").modifiers == std::vector<int>{10, 2});
  CHECK(SplitType("public.\"Odd\"").base == "public.\"Odd\"");
}

}  // namespace
}  // namespace autogen::render
