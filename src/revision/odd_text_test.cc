// Whatever bytes a script, a header or a file of Alembic's holds, reading it ends.
#include "tests/support/odd_text.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/revision/alembic.h"
#include "src/revision/python.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

using test::ForEachOddText;
using test::Repeated;

constexpr char kHeader[] = "-- m\n--\n-- revision: aaaa\n-- revises: base\n\n";

TEST_CASE("reading every short text of odd bytes ends") {
  size_t count = 0;
  ForEachOddText([&](const std::string& text) {
    for (const char* before : {"", "x", "x = ", "x = (", "x: ", "\"", "#"}) {
      ReadPython(absl::StrCat(before, text), {"x"}).IgnoreError();
    }
    ParseHeader(text, "x.sql").IgnoreError();
    ParseHeader(absl::StrCat("-- ", text), "x.sql").IgnoreError();
    Checksum(text);
    ProvedChecksum(absl::StrCat("-- proof: ", text, "\n-- autogen:"));
    if (++count % 5 != 0) return;
    ParseScript(text, "x.sql").IgnoreError();
    for (const char* before :
         {"-- autogen: upgrade\n", "-- autogen: ", "-- autogen: upgrade\n-- autogen: assert "}) {
      ParseScript(absl::StrCat(kHeader, before, text), "x.sql").IgnoreError();
    }
    SplitAlembicSql(absl::StrCat("-- Running upgrade  -> a\n", text), "v").IgnoreError();
  });
}

TEST_CASE("what is too deep is an error with its line") {
  const std::string deep = Repeated("[", 100'000);
  CHECK(ReadPython("\nx = " + deep, {"x"}).status().message() ==
        "line 2: brackets nested too deeply");
  CHECK(ReadPython("y = " + deep, {"x"}).ok());
  CHECK(ReadPython("x = [[['a'], 'b'], ('c',)]", {"x"})->values["x"].size() == 3);
  // A literal that is as wide as another is deep.
  CHECK(ReadPython("x = [" + Repeated("('a',),", 100'000) + "]", {"x"})->values["x"].size() ==
        100'000);
}

TEST_CASE("time is linear in the text") {
  constexpr size_t n = 50'000;
  const std::string texts[] = {
      Repeated("-- x: y\n", n),
      Repeated("-- autogen: upgrade\n", n),
      absl::StrCat("-- autogen: upgrade\n", Repeated("-- autogen: no-transaction\nSELECT 1;\n", n)),
      absl::StrCat("-- autogen: upgrade\n", Repeated("SELECT 1; -- autogen: upgrade ", n)),
      absl::StrCat("-- autogen: upgrade\n",
                   Repeated("-- autogen: assert \"SELECT 1\" \"x\"\nSELECT 1;\n", n / 5)),
      Repeated("\n", n) + Repeated("-- autogen: x", n),
  };
  for (const std::string& text : texts) {
    CAPTURE(text.substr(0, 60));
    ParseScript(absl::StrCat(kHeader, text), "x.sql").IgnoreError();
  }
  for (const char* piece :
       {"x = 'a'\n", "\"", "'''", "\\", "\\\n", "#\n", "(", "f'", "x=[", "\r"}) {
    CAPTURE(piece);
    ReadPython(Repeated(piece, n), {"x"}).IgnoreError();
  }
}

TEST_CASE("a byte order mark is passed over, UTF-16 is named") {
  const std::string text = absl::StrCat(kHeader, "-- autogen: upgrade\nSELECT 1;\n");
  absl::StatusOr<Script> plain = ParseScript(text, "x.sql");
  absl::StatusOr<Script> marked = ParseScript("\xEF\xBB\xBF" + text, "x.sql");
  REQUIRE(plain.ok());
  REQUIRE(marked.ok());
  CHECK(marked->checksum == plain->checksum);
  CHECK(marked->header.id == "aaaa");
  CHECK(ParseScript(std::string("\xFF\xFE-\0", 4), "x.sql").status().message() ==
        "x.sql:1:1: the file is UTF-16; save it as UTF-8");
}

}  // namespace
}  // namespace autogen::revision
