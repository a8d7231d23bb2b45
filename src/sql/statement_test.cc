#include "src/sql/statement.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace autogen::sql {
namespace {

std::string Texts(absl::string_view script) {
  absl::StatusOr<std::vector<Statement>> statements = SplitStatements(script);
  if (!statements.ok()) return std::string(statements.status().message());
  return absl::StrJoin(*statements, "|", [](std::string* out, const Statement& statement) {
    absl::StrAppend(out, statement.line, ":", statement.text);
  });
}

TEST_CASE("scripts are split where PostgreSQL ends a statement") {
  struct Row {
    std::string script;
    std::string statements;
  };
  const Row rows[] = {
      {"", ""},
      {" ;; -- nothing\n;", ""},
      {"SELECT 1", "1:SELECT 1"},
      {"SELECT 1;\n\nSELECT ';' ;", "1:SELECT 1|3:SELECT ';'"},
      {"SELECT 1 -- ; no\n;SELECT 2 /* ; */;", "1:SELECT 1|2:SELECT 2"},
      {"SELECT $a$ ; $$ ; $a$; SELECT \";\"", "1:SELECT $a$ ; $$ ; $a$|1:SELECT \";\""},
      {"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
       "1:CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)|1:SELECT 3"},
      {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; "
       "END; SELECT 2",
       "1:CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; "
       "END|1:SELECT 2"},
      {"create or replace procedure p() begin atomic select 1 as end; end; select 2",
       "1:create or replace procedure p() begin atomic select 1 as end; end|1:select 2"},
      {"BEGIN; SELECT 1; END; SELECT 2", "1:BEGIN|1:SELECT 1|1:END|1:SELECT 2"},
      // Syntax newer than libpg_query's grammar.
      {"SELECT JSON_VALUE(a, '$;'); ALTER TABLE t ALTER c SET EXPRESSION AS (1_000); SELECT 1",
       "1:SELECT JSON_VALUE(a, '$;')|1:ALTER TABLE t ALTER c SET EXPRESSION AS (1_000)|1:SELECT 1"},
      // Not a script.
      {"SELECT 1;\nSELECT 'open", "line 2:8: unterminated quoted string at or near \"'open\""},
      {"SELECT 1;\n/* open", "line 2:1: unterminated /* comment at or near \"/* open\""},
      {"SELECT 1;\n\\d t",
       "line 2: psql's meta-commands (\\…) are not SQL; only statements "
       "are allowed in a script"},
      {"\nCOPY t (a) FROM stdin;\n1\n",
       "line 2: COPY … FROM stdin and COPY … TO stdout need psql; use INSERT, or COPY with a file "
       "or program of the server"},
      {"SELECT 1;\nCOPY t FROM stdin;\nit's\t$$ \\N /* (\n\\.\n",
       "line 2: COPY … FROM stdin and COPY … TO stdout need psql; use INSERT, or COPY with a file "
       "or program of the server"},
      {"COPY (SELECT a FROM stdin) TO /* here */ STDOUT (FORMAT csv)",
       "line 1: COPY … FROM stdin and COPY … TO stdout need psql; use INSERT, or COPY with a file "
       "or program of the server"},
      {"COPY (SELECT a FROM stdin) TO '/tmp/x'", "1:COPY (SELECT a FROM stdin) TO '/tmp/x'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    CHECK(Texts(row.script) == row.statements);
  }
}

TEST_CASE("comments directly before a statement belong to it") {
  absl::StatusOr<std::vector<Statement>> statements = SplitStatements(
      "-- a header\n\n-- first\n-- line two\nSELECT 1; -- of the first\n\n/* third */ SELECT 2;\n");
  REQUIRE(statements.ok());
  REQUIRE(statements->size() == 2);
  CHECK((*statements)[0].comment == "-- first\n-- line two");
  CHECK((*statements)[0].offset == 34);
  CHECK((*statements)[1].comment == "/* third */");
  CHECK((*statements)[1].line == 7);
}

TEST_CASE("blank texts") {
  CHECK(IsBlank(""));
  CHECK(IsBlank(" -- a\n ;; /* b */"));
  CHECK_FALSE(IsBlank("SELECT 1"));
  CHECK_FALSE(IsBlank("'open"));
}

}  // namespace
}  // namespace autogen::sql
