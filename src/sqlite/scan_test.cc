#include "src/sqlite/scan.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"

namespace autogen::sqlite {
namespace {

std::string Split(absl::string_view script) {
  absl::StatusOr<std::vector<sql::Statement>> statements = SplitScript(script);
  if (!statements.ok()) return std::string(statements.status().message());
  return absl::StrJoin(*statements, "|", [](std::string* out, const sql::Statement& s) {
    absl::StrAppend(out, s.comment.empty() ? "" : absl::StrCat("[", s.comment, "]"), s.line, ":",
                    s.text);
  });
}

TEST_CASE("a script is split where SQLite's shell would run it") {
  const struct {
    const char* script;
    const char* statements;
  } rows[] = {
      {"", ""},
      {" ; -- x\n;/* y */", ""},
      {"SELECT 1", "1:SELECT 1"},
      {"SELECT 1;\nSELECT ';' ; SELECT [;], `;`, \";\";",
       "1:SELECT 1|2:SELECT ';'|2:SELECT [;], `;`, \";\""},
      {"-- a\n-- b\nSELECT 1; -- of the first\n\n-- c\n\n-- d\nSELECT 2;",
       "[-- a\n-- b]3:SELECT 1|[-- d]8:SELECT 2"},
      {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END; "
       "SELECT 4",
       "1:CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; "
       "END|1:SELECT 4"},
      {"create temp trigger t after insert on a begin select 1; end;SELECT 2",
       "1:create temp trigger t after insert on a begin select 1; end|1:SELECT 2"},
      {"CREATE TABLE t (\"end\" INT); SELECT 1", "1:CREATE TABLE t (\"end\" INT)|1:SELECT 1"},
      {"SELECT 'it''s -- no comment'; SELECT x'3B'",
       "1:SELECT 'it''s -- no comment'|1:SELECT x'3B'"},
  };
  for (const auto& row : rows) CHECK_EQ(Split(row.script), std::string(row.statements));
}

TEST_CASE("what a run does itself stands around a script, and is left out") {
  CHECK_EQ(Split(".bail on\nPRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\nSELECT 1;\nCOMMIT;\n"
                 "PRAGMA foreign_keys = ON;\n"),
           "4:SELECT 1");
  CHECK_EQ(Split("BEGIN; SELECT 1; END TRANSACTION"), "1:SELECT 1");
  CHECK_EQ(Split("pragma foreign_keys(0); SELECT 1; pragma foreign_keys=on"), "1:SELECT 1");
  CHECK_EQ(Split(".bail on\nBEGIN;COMMIT;"), "");
  // What stands inside does what it says.
  CHECK_EQ(Split("BEGIN; SELECT 1; COMMIT; SELECT 2"), "1:BEGIN|1:SELECT 1|1:COMMIT|1:SELECT 2");
  CHECK_EQ(Split("PRAGMA foreign_keys; SELECT 1"), "1:PRAGMA foreign_keys|1:SELECT 1");
}

TEST_CASE("what cannot do what it says is refused with its place") {
  CHECK(absl::StartsWith(Split("SELECT 1;\n.import x t"), "line 2:1: .import x t is a command of"));
  CHECK(absl::StartsWith(Split(".bail off\nSELECT 1"), "line 1:1: .bail off is a command of"));
  CHECK(absl::StartsWith(Split(".shell rm -rf x\n"), "line 1:1: .shell rm -rf x"));
  CHECK(absl::StartsWith(Split("SELECT 1;\n PRAGMA foreign_keys = ON; SELECT 2"),
                         "line 2:2: PRAGMA foreign_keys does nothing inside a transaction"));
  CHECK(absl::StartsWith(Split("SELECT 'x"), "line 1:8: no ' ends what begins here"));
}

TEST_CASE("comments are tokens of a script") {
  absl::StatusOr<std::vector<sql::Token>> tokens =
      ScanScript("-- autogen: upgrade\nSELECT '--no' /* a */ -- end");
  REQUIRE(tokens.ok());
  std::vector<std::string> comments;
  for (const sql::Token& token : *tokens) {
    if (token.kind == sql::Token::Kind::kComment) comments.emplace_back(token.text);
  }
  CHECK_EQ(comments, std::vector<std::string>{"-- autogen: upgrade", "/* a */", "-- end"});
  CHECK(IsBlankScript(" -- x\n;;"));
  CHECK_FALSE(IsBlankScript("SELECT 1"));
}

}  // namespace
}  // namespace autogen::sqlite
