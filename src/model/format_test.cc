#include "src/model/format.h"

#include <algorithm>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/model/load.h"

namespace autogen::model {
namespace {

std::string Formatted(const std::string& text) {
  auto formatted = FormatModel("m.txtpb", text);
  return formatted.ok() ? *formatted : absl::StrCat("ERROR ", formatted.status().message());
}

TEST_CASE("one layout for every way to write it") {
  struct Row {
    const char* name;
    const char* text;
    const char* formatted;
  };
  const Row rows[] = {
      {"nothing", "", ""},
      {"only blanks", " \n\n\t\n", ""},
      {"separators, colons and angle brackets go", "schema: < name : 'a' ; comment:\"b\", >",
       "schema { name: 'a' comment: \"b\" }\n"},
      {"empty messages", "schema { }", "schema {}\n"},
      {"a table with columns is a block", "table { name: \"t\" column { name: \"a\" } }",
       "table {\n  name: \"t\"\n  column { name: \"a\" }\n}\n"},
      {"blank lines collapse, and stand around blocks",
       "schema { name: \"a\" }\nschema { name: \"b\" }\n\n\n\nschema { name: \"c\" }\ntable { "
       "name: "
       "\"t\"\n\n\n  column { name: \"a\" }\n\n\n}\ntable { name: \"u\" }",
       "schema { name: \"a\" }\nschema { name: \"b\" }\n\nschema { name: \"c\" }\n\ntable {\n  "
       "name: "
       "\"t\"\n\n  column { name: \"a\" }\n}\n\ntable { name: \"u\" }\n"},
      {"comments stay where they are",
       "# head\n\n# about t\ntable {  # opening\n# first\nname: \"t\"   # its name\n\n# "
       "lonely\n\ncolumn "
       "{ name: \"a\" } # a\n# last\n}\n# tail\n",
       "# head\n\n# about t\ntable {  # opening\n  # first\n  name: \"t\"  # its name\n\n  # "
       "lonely\n\n  "
       "column { name: \"a\" }  # a\n  # last\n}\n\n# tail\n"},
      {"a comment inside makes a block", "enum {\n name: \"e\" # the name\n label: \"a\" }",
       "enum {\n  name: \"e\"  # the name\n  label: \"a\"\n}\n"},
      {"several literals have lines of their own",
       "view { name: \"v\" definition: \"SELECT 1,\\n\" # one\n   '2' }",
       "view {\n  name: \"v\"\n  definition:\n    \"SELECT 1,\\n\"  # one\n    '2'\n}\n"},
      {"lists", "enum { name: \"e\" label: [\"a\",\"b\"] renamed_label: [{from:\"x\" to:\"a\"}] }",
       "enum { name: \"e\" label: [\"a\", \"b\"] renamed_label: [{ from: \"x\" to: \"a\" }] }\n"},
      {"lists with comments", "enum { name: \"e\" label: [\"a\", # first\n\"b\"\n# end\n] }",
       "enum {\n  name: \"e\"\n  label: [\n    \"a\",  # first\n    \"b\"\n    # end\n  ]\n}\n"},
      {"negative numbers and words", "sequence { name: \"s\" increment:-1 cycle :true }",
       "sequence { name: \"s\" increment: -1 cycle: true }\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(Formatted(row.text) == row.formatted);
    CHECK(Formatted(row.formatted) == row.formatted);
  }
}

TEST_CASE("long messages are filled behind their bracket, longer ones become blocks") {
  std::string column =
      R"m(  column { name: "primary_project" type: "character varying(50)" not_null: true references { table: "projects" on_delete: CASCADE } })m";
  CHECK(Formatted(absl::StrCat("table { name: \"t\"\n", column, "}")) ==
        "table {\n  name: \"t\"\n"
        "  column { name: \"primary_project\" type: \"character varying(50)\" not_null: true\n"
        "           references { table: \"projects\" on_delete: CASCADE } }\n}\n");
  std::string text = std::string(95, 'x');
  CHECK(Formatted(absl::StrCat("table { name: \"t\" check { name: \"c\" expression: \"", text,
                               "\" } }")) ==
        absl::StrCat("table {\n  name: \"t\"\n  check {\n    name: \"c\"\n    expression: \"", text,
                     "\"\n  }\n}\n"));
}

TEST_CASE("a file that is not a model is an error with its place") {
  CHECK(Formatted("table {\n  name \"t\"\n}") ==
        "ERROR m.txtpb:2:8: unexpected \"t\"; expected \":\" or \"{\"");
  CHECK(Formatted("table {\n") == "ERROR m.txtpb:1:7: this bracket is never closed; add \"}\"");
  CHECK(absl::StartsWith(Formatted("a: \"x"), "ERROR m.txtpb:1:4: this string is not closed"));
  CHECK(Formatted("a: - 1") == "ERROR m.txtpb:1:4: write the sign directly before its number");
  CHECK(Formatted("a: ") == "ERROR m.txtpb:1:4: the file ends here; expected a value");
  CHECK(absl::StartsWith(Formatted("}"), "ERROR m.txtpb:1:1: unexpected }"));
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "a {";
  CHECK(absl::StrContains(Formatted(deep), "messages nested too deeply"));
}

// Words, literals and comments, sorted: a comment between a name and its value moves before both.
std::vector<std::string> Tokens(const std::string& text) {
  std::vector<std::string> tokens =
      absl::StrSplit(text, absl::ByAnyChar(" \n\t,;:"), absl::SkipEmpty());
  std::sort(tokens.begin(), tokens.end());
  return tokens;
}

TEST_CASE("formatting keeps everything that a file says") {
  // Bytes behind a bracket are not part of it.
  for (const char* byte : {"\x80", "\xA0", "\xBF", "\xC2\xA0"}) {
    CAPTURE(byte);
    for (const char* text :
         {"table {%} ", "table {}%", "table %{}", "table {column: [{name: \"a\"%}]}",
          "table {column: [{name: \"a\"}]%}", "table {name:% \"a\"}"}) {
      CAPTURE(text);
      CHECK_FALSE(FormatModel("m", absl::StrReplaceAll(text, {{"%", byte}})).ok());
    }
  }
  // Messages need no colon before their list, other values do.
  CHECK(*FormatModel("m", "table { column [{ name: \"a\" }] }") ==
        "table { column: [{ name: \"a\" }] }\n");
  CHECK(FormatModel("m", "enum { label [\"a\"] }").status().message() ==
        "m:1:14: unexpected [; expected \":\"");
}

TEST_CASE("formatting is idempotent and keeps every token, wherever line ends fall") {
  auto everything = ReadFile(AUTOGEN_SOURCE_DIR "/src/model/testdata/everything.txtpb");
  REQUIRE(everything.ok());
  std::mt19937 random(7);
  for (int run = 0; run < 30; ++run) {
    // Line ends, empty lines and comments at random places between tokens.
    std::string text;
    bool quoted = false;
    int number = 0;
    for (size_t i = everything->find("schema {"); i < everything->size(); ++i) {
      char c = (*everything)[i];
      if (c == '"' && (*everything)[i - 1] != '\\') quoted = !quoted;
      text.push_back(c);
      if (quoted || c != ' ') continue;
      unsigned roll = random() % 40;
      if (roll < 4) text.append(roll + 1, '\n');
      if (roll == 5) text += absl::StrCat("# c", ++number, "\n");
      if (roll == 6) text += absl::StrCat("\n# d", ++number, "\n\n");
    }
    std::string once = Formatted(text);
    CAPTURE(run);
    CHECK(Tokens(once) == Tokens(text));
    CHECK(Formatted(once) == once);
    auto before = LoadModelText("before", text);
    auto after = LoadModelText("after", once);
    REQUIRE(before.ok());
    REQUIRE(after.ok());
    CHECK((*before)->SerializeAsString() == (*after)->SerializeAsString());
  }
}

}  // namespace
}  // namespace autogen::model
