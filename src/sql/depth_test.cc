#include "src/sql/depth.h"

#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/sql/column_name.h"
#include "src/sql/fragment.h"
#include "src/sql/parse.h"
#include "src/sql/references.h"
#include "src/sql/scan.h"
#include "src/sql/statement.h"
#include "tests/support/odd_text.h"

namespace autogen::sql {
namespace {

using test::Repeated;

// Chains and nests of every kind that make a tree deeper: `n` of them in one query.
std::vector<std::string> Nests(size_t n) {
  const auto nest = [n](absl::string_view open, absl::string_view inner, absl::string_view close) {
    return absl::StrCat("SELECT ", Repeated(open, n), inner, Repeated(close, n));
  };
  return {
      nest("", "a", " || a"),
      nest("", "a", "::int"),
      nest("", "a", " IS NULL"),
      nest("", "a", " COLLATE \"C\""),
      nest("- ", "a", ""),
      nest("NOT ", "a", ""),
      nest("(", "a", ")"),
      nest("(", "a", "+ 1)"),
      nest("f(", "a", ")"),
      nest("ARRAY[", "a", "]"),
      nest("(SELECT ", "a", ")"),
      nest("CASE WHEN a THEN ", "a", " END"),
      nest("CASE WHEN t.end AND a THEN ", "a", " END"),
      nest("CASE ", "a", " WHEN 1 THEN 1 END"),
      nest("(a, ", "a", ")"),
      nest("(a AND ", "a", ")"),
      nest("t.and || ", "a", ""),
      nest("", "a", " BETWEEN 1 AND 2 IS NULL"),
      nest("", "1", " UNION SELECT 1, 2"),
      nest("", "1 FROM a", " JOIN b ON c AND d"),
      nest("* FROM (SELECT ", "1", ") AS x"),
      nest("a IN (SELECT ", "1", ")"),
      nest("EXISTS (SELECT 1 FROM a, b WHERE x AND ", "1", ")"),
      nest("", "a", " AT TIME ZONE 'x'"),
      nest("", "a", " OPERATOR(pg_catalog.+) 1"),
  };
}

TEST_CASE("what is deep is refused with its place") {
  for (const std::string& text : Nests(20'000)) {
    CAPTURE(text.substr(0, 40));
    const absl::Status status = CheckDepth(text);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(SyntaxPosition(status) > 1);
    CHECK_FALSE(Parse(text).ok());
    CHECK_FALSE(CheckFragment(EXPRESSION, absl::string_view(text).substr(7)).ok());
    CheckFragment(QUERY, text).IgnoreError();  // perhaps newer syntax
    FindReferencesInStatements(text);
  }
}

TEST_CASE("what is just not too deep fits on the stack of a thread") {
  for (size_t n = 100; n <= kMaxDepth; n += 100) {
    size_t good = 0;
    for (const std::string& text : Nests(n)) {
      CAPTURE(text.substr(0, 40));
      if (!CheckDepth(text).ok()) continue;
      ++good;
      Parse(text).status().IgnoreError();
      FindReferencesInStatements(text);
      CheckFragment(QUERY, text).IgnoreError();
      CheckFragment(EXPRESSION, absl::string_view(text).substr(7)).IgnoreError();
      ExpressionColumnName(absl::string_view(text).substr(7));
    }
    if (n < 200) CHECK(good == Nests(n).size());
  }
}

TEST_CASE("what is long and flat is not deep") {
  constexpr size_t n = 20'000;
  const std::string texts[] = {
      "INSERT INTO t VALUES (1, 'a')" + Repeated(", (1 + 1, NULL)", n),
      "SELECT a" + Repeated(" AND b = c OR d IS NOT NULL", n),
      "SELECT a" + Repeated(", CASE WHEN a = b THEN c ELSE d END", n),
      "SELECT CASE" + Repeated(" WHEN a = b THEN c + 1", n) + " END",
      Repeated("SELECT 1 + 1 UNION SELECT 2;", n),
      "CREATE TABLE t (a int" + Repeated(", b text COLLATE \"C\" NOT NULL DEFAULT f(1)", n) + ")",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC " + Repeated("SELECT a + b;", n) + " END",
      "SELECT a IN (1" + Repeated(", 2", n) + ")",
  };
  for (const std::string& text : texts) {
    CAPTURE(text.substr(0, 40));
    CHECK(CheckDepth(text).ok());
  }
  CHECK(Parse(texts[0])->size() == 1);
}

}  // namespace
}  // namespace autogen::sql
