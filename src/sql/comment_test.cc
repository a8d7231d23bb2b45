#include "src/sql/comment.h"

#include <doctest/doctest.h>
#include <pg_query.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/sql/statement.h"

namespace autogen::sql {
namespace {

// How many statements PostgreSQL's own scanner and parser find.
int ByParser(const std::string& script, bool parser) {
  PgQuerySplitResult split = parser ? pg_query_split_with_parser(script.c_str())
                                    : pg_query_split_with_scanner(script.c_str());
  const int count = split.error != nullptr ? -1 : split.n_stmts;
  pg_query_free_split_result(split);
  return count;
}

void CheckOneStatement(const std::string& text) {
  CAPTURE(text);
  const std::string comment = Comment(text);
  CHECK(comment.find('\n') == comment.size() - 1);
  CHECK(comment.find('\r') == std::string::npos);
  const std::string script = absl::StrCat(comment, "SELECT 1");
  CHECK(ByParser(script, true) == 1);
  CHECK(ByParser(script, false) == 1);
  const std::vector<std::string> expected = {"SELECT 1"};
  absl::Status holds = CheckHolds(script, expected, {});
  CHECK_MESSAGE(holds.ok(), holds.ToString());
}

TEST_CASE("no byte and no character ends a comment") {
  const std::string tail = "DROP TABLE t; \\! touch x\nautogen: downgrade";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string c(1, static_cast<char>(byte));
    CheckOneStatement(absl::StrCat("a", c, tail));
    CheckOneStatement(absl::StrCat(c, tail));
    CheckOneStatement(absl::StrCat("a", c));
    for (int second : {0x0A, 0x0D, 0x80, 0x85, 0xA8}) {
      CheckOneStatement(absl::StrCat("a", c, std::string(1, static_cast<char>(second)), tail));
    }
  }
  for (const char* text :
       {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xD8\x9C",
        "*/", "/*", "'", "\"", "$$", "\\", "--", ";", "E'\\", "\xE2\x80\xA8\r\n"}) {
    CheckOneStatement(absl::StrCat("a", text, tail));
  }
}

TEST_CASE("a comment is never a directive") {
  CHECK(Comment("autogen: downgrade") == "-- \\autogen: downgrade\n");
  CHECK(Comment("  autogen:downgrade") == "--   \\autogen:downgrade\n");
  CHECK(Comment("see autogen: help") == "-- see autogen: help\n");
  for (const char* text : {"autogen: downgrade", "\tautogen: x", "\nautogen: x", "autogen:"}) {
    CheckOneStatement(text);
  }
}

TEST_CASE("the words of a directive hold any bytes, and come back as they were") {
  for (int byte = 0; byte < 256; ++byte) {
    std::vector<std::string> words = {std::string(1, static_cast<char>(byte)),
                                      absl::StrCat("a \"", std::string(1, static_cast<char>(byte)),
                                                   "\\n \xE2\x80\xA8 ##[x] gr\xC3\xB6\xC3\x9F")};
    const std::string line = Directive("assert", words);
    CHECK(line.find_first_of("\r\n") == std::string::npos);
    CheckOneStatement(absl::StrCat("as text: ", line));
    absl::string_view rest = line;
    REQUIRE(absl::ConsumePrefix(&rest, "-- autogen: assert "));
    CHECK(TakeDirectiveWord(rest) == words[0]);
    CHECK(TakeDirectiveWord(rest) == words[1]);
    CHECK(rest.empty());
  }
  CHECK(Directive("upgrade", {}) == "-- autogen: upgrade");
  // By hand: a backslash before anything else is no more than that character.
  absl::string_view text = R"("\q\xzz\x4" rest)";
  CHECK(TakeDirectiveWord(text) == "qxzzx4");
  CHECK(text == "rest");
  for (absl::string_view open : {"\"a", "\"a\\", "\"a\\\"", "a\"", ""}) {
    CHECK(!TakeDirectiveWord(open).has_value());
  }
}

TEST_CASE("what a script holds is compared to the byte") {
  struct {
    const char* script;
    const char* problem;  // "": none
  } rows[] = {
      {"-- x\nSELECT 1;\n-- autogen: upgrade\nSELECT  2;\n", ""},
      {"SELECT 1;SELECT  2--autogen: upgrade", "the directive"},
      {"SELECT 1;SELECT 2\n-- autogen: upgrade", "the statement \"SELECT 2\" is in it"},
      {"SELECT 1\n-- autogen: upgrade", "a statement is missing from it: \"SELECT  2\""},
      {"SELECT 1;SELECT  2;\n-- autogen: upgrade\nDROP TABLE t",
       "an unexpected statement is in it: \"DROP TABLE t\""},
      {"SELECT 1;SELECT  2;", "a directive is missing"},
      {"SELECT 1;SELECT  2;\n-- autogen: upgrade\n-- autogen: x", "an unexpected directive"},
      {"SELECT 1;SELECT  2;\n-- autogen: upgrade\n\\! x", "meta-commands"},
  };
  const std::vector<std::string> statements = {"SELECT 1", "SELECT  2"};
  const std::vector<std::string> directives = {"-- autogen: upgrade"};
  for (const auto& row : rows) {
    CAPTURE(std::string(row.script));
    absl::Status status = CheckHolds(row.script, statements, directives);
    if (*row.problem == '\0') {
      CHECK_MESSAGE(status.ok(), status.ToString());
    } else {
      CHECK_MESSAGE(status.message().find(row.problem) != absl::string_view::npos,
                    status.ToString());
    }
  }
}

}  // namespace
}  // namespace autogen::sql
