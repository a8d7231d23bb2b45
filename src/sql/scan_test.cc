#include "src/sql/scan.h"

#include <doctest/doctest.h>

#include "absl/strings/str_join.h"

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

TEST_CASE("an error tells its character") {
  CHECK(SyntaxPosition(Scan("é 'open").status()) == 3);
  CHECK(SyntaxPosition(Scan(absl::string_view("a\0b", 3)).status()) == 2);
}

}  // namespace
}  // namespace autogen::sql
