// Whatever bytes a text is made of, and however many, every reader of SQL comes to its end. Each of
// the long texts took hours where a loop looked at all of it for each of its tokens.
#include "tests/support/odd_text.h"

#include "doctest/doctest.h"
#include "src/sql/column_name.h"
#include "src/sql/depth.h"
#include "src/sql/fragment.h"
#include "src/sql/plain.h"
#include "src/sql/quote.h"
#include "src/sql/references.h"
#include "src/sql/scan.h"
#include "src/sql/statement.h"
#include "src/sql/uncast.h"

namespace autogen::sql {
namespace {

using test::ForEachOddText;
using test::Repeated;

TEST_CASE("every short text of odd bytes is scanned to its end") {
  size_t tokens = 0;
  auto scan = [&](const std::string& text) {
    absl::StatusOr<std::vector<Token>> scanned = Scan(text);
    if (!scanned.ok()) {
      CHECK(SyntaxPosition(scanned.status()) <= static_cast<int>(text.size()) + 1);
      return;
    }
    size_t end = 0;
    for (const Token& token : *scanned) {
      REQUIRE(token.start >= end);
      REQUIRE(token.end > token.start);
      end = token.end;
    }
    REQUIRE(end <= text.size());
    tokens += scanned->size();
  };
  ForEachOddText(scan);
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) scan({static_cast<char>(a), static_cast<char>(b)});
  }
  CHECK(tokens > 100'000);
}

TEST_CASE("every short text of odd bytes is read to its end") {
  ForEachOddText([](const std::string& text) {
    IsPlainType(text, nullptr);
    IsPlainExpression(text, nullptr);
    SplitQualified(text);
    WithoutCasts(text);
    IsBlank(text);
    if (text.size() > 2 && static_cast<unsigned char>(text[0]) % 4 != 0) return;  // time
    SplitStatements(text).IgnoreError();
    for (Fragment fragment : {TYPE, EXPRESSION, QUERY, PARTITION_BOUND, ROUTINE_BODY, SIGNATURE}) {
      CheckFragment(fragment, text).IgnoreError();
    }
  });
}

TEST_CASE("time is linear in the text") {
  constexpr size_t n = 200'000;
  const std::string texts[] = {
      Repeated("/*", n) + Repeated("*/", n),
      Repeated("+/**/", n),
      Repeated("/* ", n) + Repeated(" */", n) + "a",
      Repeated("1_0,", n),
      Repeated("0x1F ", n),
      "1é" + Repeated("1_0 ", n),
      Repeated("U&'x' ", n),
      "'" + Repeated("a", 10 * n),
      Repeated("a;", n),
      Repeated("a;/**/", n),
      "a;/*" + Repeated("x", n) + "*/\n" + Repeated("-- x\n", n) + "b",
      "a;\n" + Repeated("/**/\n", n) + "b",
      Repeated("$a$ $", n),
      Repeated("$a1$", n),
      Repeated("\"", n),
      Repeated("(", n),
      Repeated("\xC3", n),
  };
  for (const std::string& text : texts) {
    CAPTURE(text.substr(0, 20));
    Scan(text).IgnoreError();
    SplitStatements(text).IgnoreError();
    WithoutCasts(text);
    for (Fragment fragment : {TYPE, EXPRESSION, QUERY, ROUTINE_BODY, SIGNATURE}) {
      CheckFragment(fragment, text).IgnoreError();
    }
  }
  CHECK(DollarQuoted(Repeated("$$ $f$ ", n), "f").size() > n);
  std::string marks = "$$$f$";
  for (size_t i = 1; i < n; ++i) absl::StrAppend(&marks, "$f", i, "$");
  CHECK(DollarQuoted(marks, "f").substr(0, 9) == "$f200000$");
}

}  // namespace
}  // namespace autogen::sql
