#include "src/model/type_change.h"

#include <doctest/doctest.h>

namespace autogen::model {
namespace {

TEST_CASE("a type change casts, warns and rewrites as PostgreSQL does") {
  struct Row {
    const char* before;
    const char* after;
    const char* cast;
    RowWork work;
    const char* loses;
    const char* fails;
  };
  const Row rows[] = {
      // An explicit cast would cut the text where the assignment fails.
      {"character varying(50)", "character varying(20)", "", RowWork::kRewrite, "",
       "where a value is longer than 20 characters"},
      {"character varying(20)", "character varying(50)", "", RowWork::kNone, "", ""},
      {"character varying(20)", "character varying", "", RowWork::kNone, "", ""},
      {"character varying(20)", "text", "", RowWork::kNone, "", ""},
      {"text", "character varying", "", RowWork::kNone, "", ""},
      {"text", "character varying(9)", "", RowWork::kRewrite, "",
       "where a value is longer than 9 characters"},
      {"character(5)", "character(6)", "", RowWork::kRewrite, "", ""},
      {"numeric(10,2)", "numeric(12,2)", "", RowWork::kNone, "", ""},
      {"numeric(10,2)", "numeric", "", RowWork::kNone, "", ""},
      {"numeric(10,2)", "numeric(10,1)", "", RowWork::kRewrite,
       "digits after the point are rounded",
       "where a value has more than 9 digits before the point"},
      {"integer", "bigint", "", RowWork::kRewrite, "", ""},
      {"bigint", "integer", "", RowWork::kRewrite, "", "where a value is out of range for integer"},
      {"double precision", "integer", "", RowWork::kRewrite, "fractions are rounded",
       "where a value is out of range for integer"},
      {"timestamp without time zone", "timestamp with time zone", "", RowWork::kRewriteUnlessUtc,
       "", ""},
      {"timestamp(3) without time zone", "timestamp(6) without time zone", "", RowWork::kNone, "",
       ""},
      {"timestamp with time zone", "date", "", RowWork::kRewrite, "the time of day", ""},
      {"text", "uuid", "::uuid", RowWork::kRewrite, "", "where a value is not a valid uuid"},
      {"uuid", "text", "", RowWork::kRewrite, "", ""},
      {"integer", "boolean", "::boolean", RowWork::kRewrite, "which number it was",
       "where a value is not a valid boolean"},
      // There is no such cast: through text.
      {"integer", "date", "::text::date", RowWork::kRewrite, "",
       "where a value is not a valid date"},
      {"json", "jsonb", "", RowWork::kRewrite, "blanks, key order and repeated keys", ""},
      {"integer[]", "bigint[]", "", RowWork::kRewrite, "", ""},
      {"integer[]", "text", "", RowWork::kRewrite, "", ""},
      {"integer", "integer[]", "::text::integer[]", RowWork::kRewrite, "",
       "where a value is not a valid integer[]"},
      {"text", "public.mood", "::public.mood", RowWork::kRewrite, "",
       "where a value is not a valid public.mood"},
      // An extension makes a cast to jsonb, none from it.
      {"public.hstore", "jsonb", "::jsonb", RowWork::kRewrite, "",
       "where a value is not a valid jsonb"},
      {"jsonb", "public.hstore", "::text::public.hstore", RowWork::kRewrite, "",
       "where a value is not a valid public.hstore"},
      {"cidr", "inet", "", RowWork::kNone, "", ""},
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

TEST_CASE("a type that was swapped under its name is cast through text") {
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
}  // namespace autogen::model
