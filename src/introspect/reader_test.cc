#include "src/introspect/reader.h"

#include "doctest/doctest.h"
#include "src/introspect/queries.h"

namespace autogen::introspect {
namespace {

TEST_CASE("only parentheses around the whole expression are stripped") {
  const char* const rows[][2] = {
      {"(a > 0)", "a > 0"},
      {"a > 0", "a > 0"},
      {"(a) || (b)", "(a) || (b)"},
      {"((a) || (b))", "(a) || (b)"},
      {"(a = ')'::text)", "a = ')'::text"},
      {"(a = E'\\')'::text)", "a = E'\\')'::text"},
      {"(\"a)\" > 0)", "\"a)\" > 0"},
      {"(a = 'it''s (')", "a = 'it''s ('"},
      {"( SELECT f(a) AS f)", "( SELECT f(a) AS f)"},
      {"(selected > 0)", "selected > 0"},
      {"()", ""},
      {"(", "("},
      {"", ""},
  };
  for (const auto& [before, after] : rows) {
    CAPTURE(before);
    CHECK(StripParentheses(before) == after);
  }
}

TEST_CASE("a list of expressions is split at its own commas only") {
  using Parts = std::vector<std::string>;
  CHECK(SplitExpressions("lower(a)") == Parts{"lower(a)"});
  CHECK(SplitExpressions("f(a, b), (c || ','::text), ARRAY[1, 2]") ==
        Parts{"f(a, b)", "(c || ','::text)", "ARRAY[1, 2]"});
  CHECK(SplitExpressions("\"a,b\", c") == Parts{"\"a,b\"", "c"});
}

TEST_CASE("names are read as regproc and its like print them") {
  const char* const rows[][3] = {
      {"btrim", "pg_catalog", "btrim"},        {"app.f", "app", "f"},
      {"pg_catalog.abs", "pg_catalog", "abs"}, {"\"C\"", "pg_catalog", "C"},
      {"\"a.b\".\"c.d\"", "a.b", "c.d"},       {"\"we\"\"ird\".\"-\"", "we\"ird", "-"},
      {"app.\"\"\"\"", "app", "\""},
  };
  for (const auto& [text, schema, name] : rows) {
    CAPTURE(text);
    CHECK(ParseName(text).schema() == schema);
    CHECK(ParseName(text).name() == name);
  }
}

TEST_CASE("vectors and arrays of numbers are read alike") {
  CHECK(Numbers("1 2 -3") == std::vector<int64_t>{1, 2, -3});
  CHECK(Numbers("{1,2,-3}") == std::vector<int64_t>{1, 2, -3});
  CHECK(Numbers("") == std::vector<int64_t>{});
}

TEST_CASE("options are split at the first equals sign, stamps of the server are not options") {
  Column column;
  ReadAttributeOptions({"pg_attver=123", "n_distinct=5", "a=b=c", "bare"}, column.mutable_with());
  REQUIRE(column.with_size() == 3);
  CHECK(column.with(0).name() == "n_distinct");
  CHECK(column.with(1).value() == "b=c");
  CHECK(column.with(2).name() == "bare");
  CHECK(column.with(2).value().empty());
}

TEST_CASE("plain names and quoted names go into the queries, patterns do not") {
  struct Case {
    std::vector<std::string> include, exclude;
    bool patterns;
    const char* part;
  };
  const Case cases[] = {
      {{"public"}, {}, false, "n.nspname IN ('public')"},
      {{"public", "pg_catalog"}, {}, false, "n.nspname IN ('public')"},
      {{"pg_catalog"}, {}, false, "false"},
      {{"my\\.schema", "it's"}, {}, false, "n.nspname IN ('my.schema', 'it''s')"},
      {{}, {"old"}, false, "n.nspname NOT IN ('old')"},
      {{"app_.*", "public"}, {}, true, "information_schema"},
      {{"\\w+"}, {}, true, "information_schema"},
      {{}, {"tmp.*", "old"}, true, "n.nspname NOT IN ('old')"},
  };
  for (const Case& c : cases) {
    Options options;
    options.include = c.include;
    options.exclude = c.exclude;
    const NamespaceFilter filter = FilterFor(options);
    CHECK(filter.has_patterns == c.patterns);
    CHECK_MESSAGE(filter.condition.find(c.part) != std::string::npos, filter.condition);
  }
}

TEST_CASE("each server gets the newest text that it understands") {
  CHECK(QueryText("indexes", 14, "true").find("indnullsnotdistinct") == std::string::npos);
  CHECK(QueryText("indexes", 15, "true").find("indnullsnotdistinct") != std::string::npos);
  CHECK(QueryText("indexes", 17, "true").find("conperiod") == std::string::npos);
  CHECK(QueryText("indexes", 18, "true").find("conperiod") != std::string::npos);
  for (const Query& query : Queries()) {
    for (int major = query.since; major <= 18; ++major) {
      CHECK(QueryText(query.name, major, "true").find("{{") == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace autogen::introspect
