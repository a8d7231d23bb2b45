// Whatever bytes a model is made of, and however deep or long, reading comes to its end.
#include "tests/support/odd_text.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "autogen/schema.pb.h"
#include "doctest/doctest.h"
#include "src/model/format.h"
#include "src/model/load.h"
#include "src/model/text_tree.h"

namespace autogen::model {
namespace {

using test::ForEachOddText;
using test::Repeated;

std::string Message(const std::string& text) {
  return std::string(LoadModelText("m.txtpb", text).status().message());
}

TEST_CASE("every short text of odd bytes is read to its end") {
  size_t trees = 0;
  ForEachOddText([&](const std::string& text) {
    TextNode root;
    TextError error;
    trees += ParseTextTree(text, &root, &error);
    CHECK(error.offset <= text.size());
    for (const char* before : {"table { name: ", "a "}) {
      TextNode other;
      ParseTextTree(absl::StrCat(before, text), &other, &error);
    }
  });
  CHECK(trees > 100);
  // The whole way, for what cannot be a field's name.
  size_t count = 0;
  ForEachOddText([&](const std::string& text) {
    if (++count % 97 == 0) LoadModelText("m", absl::StrCat("table {", text, "}")).IgnoreError();
  });
}

TEST_CASE("what is too deep is an error with its place") {
  constexpr size_t n = 100'000;
  for (const char* open : {"[", "{", "<", "[{", "{ table ", "[-", "{a:[", "[[{ a: "}) {
    for (const char* before : {"table { name: ", "table: ", "table ", "x: "}) {
      const std::string text = absl::StrCat(before, Repeated(open, n));
      CAPTURE(text.substr(0, 40));
      CHECK(absl::StartsWith(Message(text), "m.txtpb:1:"));
      CHECK_FALSE(FormatModel("m", text).ok());
    }
  }
  CHECK(
      absl::StrContains(Message("table { name: " + Repeated("[", 100)), "lists nested too deeply"));
  const std::string expression = Repeated("(", n) + "1" + Repeated(")", n);
  CHECK(absl::StrContains(
      Message("table { name: \"t\" column { name: \"a\" type: \"int\" default: \"" + expression +
              "\" } }"),
      "nested too deeply"));
}

TEST_CASE("time is linear in the text") {
  constexpr size_t n = 20'000;
  const std::string texts[] = {
      Repeated("table { name: \"t\" column { name: \"a\" type: \"int\" } }\n", n / 10),
      Repeated("unknown: 1\n", n),
      Repeated("table { unknown: 1 }\n", n / 10),
      "table { name: \"t\" " + Repeated("column { } ", n) + "}",
      "table { name: " + Repeated("\"a\" ", n) + "}",
      Repeated("# x\n", n) + "table { name: \"t\" }" + Repeated("\n# x", n),
      "table { name: \"t\" column: [" + Repeated("{ name: \"a\" }, # x\n", n) + "] }",
      "table { name: \"t\" " + Repeated("# x\n ; ", n) + "}",
      Repeated("\n", 10 * n) + "x",
  };
  for (const std::string& text : texts) {
    CAPTURE(text.substr(0, 40));
    LoadModelText("m", text).IgnoreError();
    FormatModel("m", text).IgnoreError();
  }
}

TEST_CASE("a byte order mark is passed over, UTF-16 is named") {
  const std::string model = "table { name: \"t\" column { name: \"a\" type: \"int\" } }\n";
  CHECK(LoadModelText("m", "\xEF\xBB\xBF" + model).ok());
  CHECK(Message("\xEF\xBB\xBF\ntable { nam: 1 }").substr(0, 11) == "m.txtpb:2:9");
  CHECK(Message(std::string("\xFF\xFEt\0a\0", 6)) ==
        "m.txtpb:1:1: the file is UTF-16; save it as UTF-8");
  CHECK(Message("\xFE\xFF") == "m.txtpb:1:1: the file is UTF-16; save it as UTF-8");
  // A whole character is shown.
  CHECK(absl::StrContains(Message("é"), "unexpected é;"));
}

}  // namespace
}  // namespace autogen::model
