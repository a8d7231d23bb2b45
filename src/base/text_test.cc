#include "src/base/text.h"

#include <doctest/doctest.h>

namespace autogen {

TEST_CASE("the nearest word is offered only where it is close") {
  struct {
    const char* word;
    const char* expected;
  } rows[] = {{"colum", "column"}, {"cloumn", "column"}, {"COLUMN", "column"},
              {"nmae", "name"},    {"xyz", ""},          {"", ""}};
  for (const auto& row : rows) {
    CAPTURE(row.word);
    CHECK(Nearest(row.word, {"column", "name", "type"}) == row.expected);
  }
}

TEST_CASE("a slug holds lower case letters, digits and single underscores") {
  CHECK(Slug("Add  User-Email!", 40) == "add_user_email");
  CHECK(Slug("add_task_complexity_score", 12) == "add_task");
  CHECK(Slug("añadir", 40) == "a_adir");
  CHECK(Slug("???", 40) == "");
}

TEST_CASE("a cut never splits a character") {
  CHECK(ClipUtf8("naïve", 3) == "na");
  CHECK(ClipUtf8("naïve", 4) == "naï");
  CHECK(ClipUtf8("abc", 63) == "abc");
}

TEST_CASE("indenting leaves no trailing blanks") {
  CHECK(Indent("a\n\nb", "-- ") == "-- a\n--\n-- b");
}

}  // namespace autogen
