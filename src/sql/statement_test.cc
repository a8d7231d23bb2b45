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
       "line 2: psql's meta-commands (\\…) are not SQL; only statements may "
       "stand in a script"},
      {"\nCOPY t (a) FROM stdin;\n1\n",
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

std::string Flags(absl::string_view statement) {
  StatementClass c = Classify(statement);
  std::string flags = c.node;
  if (c.no_transaction) flags += " alone";
  if (c.transaction_control) flags += " control";
  if (c.adds_enum_value) flags += " enum";
  if (c.concurrently) flags += " concurrently";
  if (!c.index_name.empty()) absl::StrAppend(&flags, " index=", c.index_schema, ".", c.index_name);
  if (!c.relation_name.empty()) {
    absl::StrAppend(&flags, " relation=", c.relation_schema, ".", c.relation_name);
  }
  return flags;
}

TEST_CASE("statements are classified") {
  struct Row {
    std::string statement;
    std::string flags;
  };
  const Row rows[] = {
      {"CREATE TABLE t (a int)", "CreateStmt"},
      {"CREATE INDEX i ON s.t (a)", "IndexStmt index=s.i relation=s.t"},
      {"CREATE INDEX CONCURRENTLY IF NOT EXISTS \"I\" ON s.t (a)",
       "IndexStmt alone concurrently index=s.I relation=s.t"},
      {"CREATE INDEX CONCURRENTLY ON t (a)", "IndexStmt alone concurrently relation=.t"},
      {"DROP INDEX CONCURRENTLY s.i", "DropStmt alone concurrently index=s.i"},
      {"DROP INDEX i", "DropStmt index=.i"},
      {"REINDEX INDEX CONCURRENTLY s.i", "ReindexStmt alone concurrently index=s.i"},
      {"REINDEX (VERBOSE, CONCURRENTLY false) TABLE t", "ReindexStmt relation=.t"},
      {"REINDEX (CONCURRENTLY) TABLE t", "ReindexStmt alone concurrently relation=.t"},
      {"REINDEX DATABASE d", "ReindexStmt alone"},
      {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
       "AlterTableStmt alone concurrently relation=.t"},
      {"ALTER TABLE t DETACH PARTITION p", "AlterTableStmt relation=.t"},
      {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", "RefreshMatViewStmt"},
      {"VACUUM t", "VacuumStmt alone"},
      {"ANALYZE t", "VacuumStmt"},
      {"CLUSTER", "ClusterStmt alone"},
      {"CLUSTER t", "ClusterStmt"},
      {"CREATE DATABASE d", "CreatedbStmt alone"},
      {"ALTER DATABASE d SET TABLESPACE s", "AlterDatabaseStmt alone"},
      {"ALTER SYSTEM SET a = 1", "AlterSystemStmt alone"},
      {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", "CreateSubscriptionStmt alone"},
      {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = false)",
       "CreateSubscriptionStmt"},
      {"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
       "CreateSubscriptionStmt"},
      {"DISCARD ALL", "DiscardStmt alone"},
      {"BEGIN", "TransactionStmt control"},
      {"SAVEPOINT a", "TransactionStmt control"},
      {"ALTER TYPE t ADD VALUE 'x'", "AlterEnumStmt enum"},
      {"ALTER TYPE t RENAME VALUE 'x' TO 'y'", "AlterEnumStmt"},
      // Newer syntax, or none.
      {"ALTER TABLE t ALTER c SET EXPRESSION AS (a + 1)", ""},
      {"VACUUM (ONLY_DATABASE_STATS) ONLY t", " alone"},
      {"ALTER TYPE t ADD VALUE new", " enum"},
      {"CREATE INDEX CONCURRENTLY i ON t (JSON_VALUE(a, '$.x' RETURNING int))",
       " alone concurrently index=.i relation=.t"},
      {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I\" ON ONLY s.t ((1_0))",
       " alone concurrently index=s.I relation=s.t"},
      {"DROP INDEX CONCURRENTLY IF EXISTS s.i NEWLY", " alone concurrently index=s.i"},
      {"SELEC concurrently", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    CHECK(Flags(row.statement) == row.flags);
  }
}

}  // namespace
}  // namespace autogen::sql
