// What a mistake of a model carries beside its words.
#include <doctest/doctest.h>

#include "src/model/load.h"
#include "src/report/finding.h"

namespace autogen::model {
namespace {

TEST_CASE("a mistake carries its place, its rule and the right word") {
  struct Row {
    const char* text;
    const char* place;  // the bytes
    const char* rule;
    const char* fix;
  };
  const Row rows[] = {
      {R"m(table { nam: "t" })m", "nam", "unknown-field", "name"},
      {R"m(table { name: "t" column { name: "a" type: "int" identity { kind: ALWAIS } } })m",
       "ALWAIS", "wrong-value", "ALWAYS"},
      {R"m(table { name: "t" comment: x })m", "x", "wrong-value", "\"x\""},
      {R"m(table { name: "t" name: "u" })m", "name", "set-twice", ""},
      {R"m(table { name: "t" column { name: "sum" type: "int" } index { column: "summ" } })m",
       R"(column: "summ")", "unknown-reference", "sum"},
      {R"m(table { name: "task" column { name: "a" type: "int" references { table: "tasks" } } })m",
       R"(table: "tasks")", "unknown-reference", "task"},
      {R"m(table { name: "t" column { name: "a" type: "int; x" } })m", R"(type: "int; x")",
       "bad-sql", ""},
      {R"m(table { name: "t" column { name: "a" type: "int" } grant { role: "r" privilege: "SELCT" } })m",
       R"(privilege: "SELCT")", "wrong-value", "SELECT"},
      {R"m(enum { name: "e" } enum { name: "e" })m", R"(name: "e")", "duplicate-name", ""},
      {R"m(subscription { name: "s" publication: "p" streaming: "of" })m", R"(streaming: "of")",
       "wrong-value", ""},
      {R"m(subscription { name: "s" publication: "p" slot_name: "none" })m", R"(slot_name: "none")",
       "wrong-value", ""},
      {R"m(table { })m", "table", "missing", ""},
      {R"m(table { name: "t)m", R"("t)", "syntax", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.text));
    const auto findings = report::FindingsOf(LoadModelText("m.txtpb", row.text).status());
    REQUIRE(findings.size() == 1);
    const report::Finding& f = findings[0];
    CAPTURE(f.message);
    CHECK(f.rule == row.rule);
    CHECK(f.fix == row.fix);
    CHECK(f.excerpt == row.text);
    CHECK(f.end_line == 1);
    CHECK(std::string(row.text).substr(static_cast<size_t>(f.column - 1),
                                       static_cast<size_t>(f.end_column - f.column)) == row.place);
  }
  const auto no_secret = report::FindingsOf(
      LoadModelText("m.txtpb", R"m(user_mapping { server: "s" user: "u" secret_option: "user" })m")
          .status());
  REQUIRE(no_secret.size() == 1);
  CHECK(no_secret[0].rule == "wrong-value");
  // The value of a secret is on the same line.
  const auto secret = report::FindingsOf(
      LoadModelText(
          "m.txtpb",
          R"m(server { name: "s" foreign_data_wrapper: "w" option { name: "password" value: "x" } })m")
          .status());
  REQUIRE(secret.size() == 1);
  CHECK(secret[0].rule == "secret");
  CHECK(secret[0].excerpt == "");
}

}  // namespace
}  // namespace autogen::model
