#include "src/sql/scan.h"

#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/sql/fragment.h"
#include "src/sql/parse.h"
#include "src/sql/plain.h"
#include "src/sql/query_names.h"
#include "src/sql/statement.h"

namespace autogen::sql {
namespace {

std::string Texts(absl::string_view text) {
  absl::StatusOr<std::vector<Token>> tokens = Scan(text);
  if (!tokens.ok()) return "error";
  return absl::StrJoin(*tokens, "|", [](std::string* out, const Token& token) {
    out->append(token.text.data(), token.text.size());
  });
}

TEST_CASE("tokens keep their text") {
  struct Row {
    const char* text;
    const char* tokens;
  };
  const Row rows[] = {
      {"a.b::text[]", "a|.|b|::|text|[|]"},
      {"x /* a /* b */ */ y -- z", "x|/* a /* b */ */|y|-- z"},
      {"$$ a; $$ b $x$ $$ $x$", "$$ a; $$|b|$x$ $$ $x$"},
      {"E'a\\'b', B'01'", "E'a\\'b'|,|B'01'"},
      // libpg_query 15 cuts these two short.
      {"U&\"d\\0061t\" , U&'x y' UESCAPE '!'", "U&\"d\\0061t\"|,|U&'x y'|UESCAPE|'!'"},
      {"U&'x y'", "U&'x y'"},
      // PostgreSQL 16's numbers.
      {"1_000 + 0x1F - 0b1_0 * 1_0.5", "1_000|+|0x1F|-|0b1_0|*|1_0.5"},
      {"é 'ü' 1_000", "é|'ü'|1_000"},
      {"0x_fF + 1_0.5_0e-1_0 '0x1F_' x0b1", "0x_fF|+|1_0.5_0e-1_0|'0x1F_'|x0b1"},
      {"1_0 $a1_0$ 1_0' $a1_0$", "1_0|$a1_0$ 1_0' $a1_0$"},
      {"", ""},
      // Not tokens.
      {"1_000_ x", "error"},
      {"0xg", "error"},
      {"1a", "error"},
      {"1é", "error"},
      {"1_0é", "error"},
      {"0x1é", "error"},
      {"1\x80", "error"},
      {"1_0 1é", "error"},
      {"'open", "error"},
      {"$a$ open", "error"},
      {"/* open", "error"},
      {"\"open", "error"},
      {"\"\"", "error"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(Texts(row.text) == row.tokens);
  }
}

// PostgreSQL 15 and up refuse these; 13 and 14 read two tokens, of which the second may be an
// alias.
TEST_CASE("a number that runs into a name is refused, whatever the server") {
  for (const char* number :
       {"1a", "1\xC3\xA9", "0\xC3\xA9", "1.5a", ".5\xC3\xA9", "1e", "1e+", "1e5x", "1_", "1__0",
        "1_a", "0x", "0xG", "0b2", "0o8", "$1a", "1\xC3\xA9 + 1_0"}) {
    CAPTURE(number);
    const std::string statement = absl::StrCat("SELECT ", number);
    CHECK(absl::StartsWith(Scan(number).status().message(), "trailing junk after "));
    CHECK(absl::StrContains(SplitStatements(statement).status().message(), "trailing junk after "));
    CHECK_FALSE(CheckFragment(EXPRESSION, number).ok());
    CHECK_FALSE(IsPlainExpression(number, nullptr));
    CHECK_FALSE(NamesOfQuery(statement).ok());
    CHECK_FALSE(Parse(statement).ok());
  }
  // A literal or a name of its own may stand directly behind a number.
  for (const char* text : {"1 a", "1\"a\"", "1'a'", "a1\xC3\xA9",
                           "\xC3\xA9"
                           "1",
                           "x.1"}) {
    CAPTURE(text);
    CHECK(Scan(text).ok());
  }
}

TEST_CASE("a newer number changes nothing in the literals beside it") {
  // As \3177 the escape would be half a character.
  const std::string text = "0x1F, E'\\3_77', E'\\0x1F'";
  CHECK(Scan(text).status().message() == Scan("31, E'\\3_77', E'\\0x1F'").status().message());
  CHECK(Scan("0x1F, E'\\3_77'").ok());
}

TEST_CASE("an error tells its character") {
  CHECK(SyntaxPosition(Scan("é 'open").status()) == 3);
  CHECK(SyntaxPosition(Scan(absl::string_view("a\0b", 3)).status()) == 2);
}

}  // namespace
}  // namespace autogen::sql
