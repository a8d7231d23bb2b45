#include "src/sql/fragment.h"

#include <doctest/doctest.h>

#include <string>

#include "src/sql/plain.h"

namespace autogen::sql {
namespace {

struct Row {
  Fragment fragment;
  std::string text;
};

TEST_CASE("what a field is meant to hold passes") {
  const Row rows[] = {
      {TYPE, "integer"},
      {TYPE, "int"},
      {TYPE, "character varying(50)"},
      {TYPE, "varchar(50)"},
      {TYPE, "timestamp(6) without time zone"},
      {TYPE, "timestamp with time zone"},
      {TYPE, "time(3) with time zone"},
      {TYPE, "public.\"Odd Type\"[]"},
      {TYPE, "numeric(10,2)"},
      {TYPE, "numeric(3,-2)"},
      {TYPE, "interval day to second(3)"},
      {TYPE, "interval(3)"},
      {TYPE, "\"char\""},
      {TYPE, "bit varying(8)"},
      {TYPE, "double precision[]"},
      {TYPE, "integer[3][4]"},
      {TYPE, "public.geometry(Point,4326)"},
      {TYPE, "public.\"a\"\"b\""},
      {TYPE, "json"},
      {TYPE, "U&\"d\\0061t\""},
      {EXPRESSION, "1"},
      {EXPRESSION, "'new'"},
      {EXPRESSION, "'it''s; -- not /* a comment'"},
      {EXPRESSION, "a > 0 /* positive; or ) */"},
      {EXPRESSION, "-- why\na > 0"},
      {EXPRESSION, "E'a\\'b'"},
      // One string: a backslash is nothing special without E (standard_conforming_strings).
      {EXPRESSION, "'a\\''; DROP TABLE x; --'"},
      {EXPRESSION, "$$a;b$$"},
      {EXPRESSION, "'new'::character varying"},
      {EXPRESSION, "now()"},
      {EXPRESSION, "CURRENT_TIMESTAMP"},
      {EXPRESSION, "nextval('public.tasks_id_seq'::regclass)"},
      {EXPRESSION, "(a >= 0) AND (b <> 'x'::text)"},
      {EXPRESSION, "(status)::text = ANY ((ARRAY['new'::character varying])::text[])"},
      {EXPRESSION, "status IN ('a', 'b') OR x IS NOT NULL"},
      {EXPRESSION, "CASE WHEN a THEN 1 ELSE 2 END"},
      {EXPRESSION, "(SELECT max(x) FROM t WHERE y = 1)"},
      {EXPRESSION, "a[1:2] || '{}'::int[]"},
      {EXPRESSION, "EXTRACT(year FROM a)"},
      {EXPRESSION, "a COLLATE \"C\" IS DISTINCT FROM b"},
      {EXPRESSION, "row_number() OVER (PARTITION BY a ORDER BY b)"},
      {EXPRESSION, "\"select\" + \"Odd Name\".b"},
      // PostgreSQL 16 to 18.
      {EXPRESSION, "JSON_OBJECT('a': 1 RETURNING jsonb)"},
      {EXPRESSION, "JSON_VALUE(a, '$.x' RETURNING int DEFAULT 1 ON EMPTY)"},
      {EXPRESSION, "a IS JSON OBJECT WITH UNIQUE KEYS"},
      {EXPRESSION, "1_000 + 0x1F"},
      {EXPRESSION, "a AT LOCAL"},
      {EXPRESSION, "a IS NOT JSON OR b IN (SELECT x FROM (SELECT 1_0))"},
      {EXPRESSION, "JSON_ARRAYAGG(a ORDER BY b RETURNING jsonb) FILTER (WHERE c)"},
      {QUERY, "SELECT 1"},
      {QUERY, " SELECT a.b\n   FROM a\n  WHERE (a.c = 1)"},
      {QUERY, "-- the open ones\nSELECT 1 /* one */, 2 -- two\nFROM t"},
      {QUERY, "VALUES (1, 2)"},
      {QUERY, "(SELECT 1) UNION ALL (SELECT 2)"},
      {QUERY, "WITH RECURSIVE c AS (SELECT 1) SELECT * FROM c FOR UPDATE"},
      {QUERY, "TABLE t"},
      {QUERY, "SELECT * FROM (SELECT 1)"},  // no alias: PostgreSQL 16
      {QUERY, "SELECT * FROM JSON_TABLE(x, '$' COLUMNS (a int PATH '$.a')) j"},
      {PARTITION_BOUND, "DEFAULT"},
      {PARTITION_BOUND, "FOR VALUES IN (1, NULL, 'x')"},
      {PARTITION_BOUND, "FOR VALUES FROM (MINVALUE, 1) TO ('2024-01-01', MAXVALUE)"},
      {PARTITION_BOUND, "FOR VALUES WITH (modulus 4, remainder 0)"},
      {RULE_DEFINITION, "CREATE RULE r AS ON INSERT TO t DO INSTEAD (SELECT 1; DELETE FROM x)"},
      {RULE_DEFINITION, "CREATE OR REPLACE RULE r AS ON DELETE TO t DO INSTEAD NOTHING"},
      {RULE_DEFINITION,
       "CREATE RULE r AS ON INSERT TO t DO INSERT INTO x VALUES (JSON_SCALAR(1), 1_0)"},
      {ROUTINE_BODY, "RETURN a + $1"},
      {ROUTINE_BODY, "RETURN (SELECT 1_000)"},
      {ROUTINE_BODY, "BEGIN ATOMIC END"},
      {ROUTINE_BODY, "BEGIN ATOMIC\n SELECT CASE WHEN a THEN 1 END;\n DELETE FROM t; -- gone\nEND"},
      {ROUTINE_BODY, "BEGIN ATOMIC SELECT JSON_SCALAR(1); END"},
      {SIGNATURE, "f()"},
      {SIGNATURE, "public.f(integer, public.\"T\"[])"},
      {SIGNATURE, "public.<(public.t,public.t)"},
      {SIGNATURE, "-(NONE, integer)"},
      {NOT_SQL, "anything; --"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(CheckFragment(row.fragment, row.text) == absl::OkStatus());
  }
}

TEST_CASE("what reaches out of its field is refused") {
  const Row rows[] = {
      {TYPE, ""},
      {TYPE, "  "},
      {TYPE, "int); DROP TABLE x; --"},
      {TYPE, "int; DROP TABLE x"},
      {TYPE, "int)"},
      {TYPE, "int(1"},
      {TYPE, "int) , (2"},
      {TYPE, "int) || CAST(1 AS int"},
      {TYPE, "int, b int"},
      {TYPE, "int DEFAULT 1"},
      {TYPE, "int NOT NULL"},
      {TYPE, "int CHECK (true)"},
      {TYPE, "int PRIMARY KEY"},
      {TYPE, "text COLLATE \"C\""},
      {TYPE, "int REFERENCES t"},
      {TYPE, "int GENERATED ALWAYS AS IDENTITY"},
      {TYPE, "SETOF x"},
      {TYPE, "setof int"},
      {TYPE, "int -- x"},
      {TYPE, "int --"},
      {TYPE, "int /* x */"},
      {TYPE, "int /* x"},
      {TYPE, "'int'"},
      {TYPE, "select"},
      {TYPE, "\"open"},
      {TYPE, "$$int"},
      {TYPE, std::string("int\0; x", 7)},
      {EXPRESSION, ""},
      {EXPRESSION, "1); DROP TABLE x; --"},
      {EXPRESSION, "1; DROP TABLE x"},
      {EXPRESSION, "1;"},
      {EXPRESSION, "1) , (2"},
      {EXPRESSION, "1, 2"},
      {EXPRESSION, "1)"},
      {EXPRESSION, "(1"},
      {EXPRESSION, "(1]"},
      {EXPRESSION, "1 -- x"},
      {EXPRESSION, "1 --\n"},
      {EXPRESSION, "1 /*"},
      {EXPRESSION, "'open"},
      {EXPRESSION, "E'a\\'"},
      {EXPRESSION, "E'\\''; DROP TABLE x; --"},
      {EXPRESSION, "U&'\\0027'; DROP TABLE x"},
      {EXPRESSION, "U&'open"},
      {EXPRESSION, "$$open"},
      {EXPRESSION, "$a$ $b$"},
      {EXPRESSION, "$$a$$; DROP TABLE x"},
      {EXPRESSION, "\"open"},
      {EXPRESSION, "1 AS x"},
      {EXPRESSION, "1 x"},
      {EXPRESSION, "1 FROM t"},
      {EXPRESSION, "1 NOT NULL"},
      {EXPRESSION, "a IS"},
      {EXPRESSION, "a +"},
      {EXPRESSION, "a AND"},
      {EXPRESSION, "SELECT 1"},
      {EXPRESSION, "*"},
      {EXPRESSION, "a = $1"},
      {EXPRESSION, "\\d"},
      {EXPRESSION, "1_000 DEFAULT 2"},
      {EXPRESSION, "JSON_SCALAR(1), x"},
      {EXPRESSION, "1_0 CHECK (true)"},
      {EXPRESSION, "1_0 NOT NULL"},
      {EXPRESSION, "JSON_SCALAR(1) x"},
      {EXPRESSION, "a IS JSON NOT NULL"},
      {EXPRESSION, "a AT LOCAL FROM t"},
      {EXPRESSION, "x' 'y"},
      {QUERY, ""},
      {QUERY, "SELECT 1; SELECT 2"},
      {QUERY, "SELECT 1;"},
      {QUERY, "SELECT 1 INTO x"},
      {QUERY, "SELECT 1_0 INTO x"},
      {QUERY, "SELECT 1 -- the end"},
      {QUERY, "SELECT 1) x; DROP TABLE y; --"},
      {QUERY, "WITH a AS (DELETE FROM x RETURNING *) SELECT * FROM a"},
      {QUERY, "WITH a AS (DELETE FROM x RETURNING 1_0) SELECT * FROM a"},
      {QUERY, "INSERT INTO x VALUES (1)"},
      {QUERY, "DROP TABLE x"},
      {QUERY, "SELECT 1 WITH NO DATA"},
      {QUERY, "SELECT 1 WITH CHECK OPTION"},
      {QUERY, "SELECT 'open"},
      {QUERY, "SELECT $1"},
      {PARTITION_BOUND, ""},
      {PARTITION_BOUND, "FOR VALUES IN (1); DROP TABLE x"},
      {PARTITION_BOUND, "FOR VALUES IN (1) PARTITION BY LIST (a)"},
      {PARTITION_BOUND, "DEFAULT TABLESPACE x"},
      {PARTITION_BOUND, "FOR VALUES IN (1) -- x"},
      {RULE_DEFINITION, "CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING; DROP TABLE x"},
      {RULE_DEFINITION, "DROP TABLE x"},
      {RULE_DEFINITION, "CREATE TABLE x (a int)"},
      {ROUTINE_BODY, ""},
      {ROUTINE_BODY, "RETURN"},
      {ROUTINE_BODY, "RETURN 1; DROP TABLE x"},
      {ROUTINE_BODY, "RETURN 1 LANGUAGE sql"},
      {ROUTINE_BODY, "LANGUAGE sql RETURN 1"},
      {ROUTINE_BODY, "AS $$ SELECT 1 $$"},
      {ROUTINE_BODY, "BEGIN ATOMIC SELECT 1; END; DROP TABLE x"},
      {ROUTINE_BODY, "BEGIN ATOMIC SELECT 1; END; BEGIN ATOMIC END"},
      {ROUTINE_BODY, "BEGIN ATOMIC SELECT 1;"},
      {ROUTINE_BODY, "BEGIN; SELECT 1; END"},
      {SIGNATURE, ""},
      {SIGNATURE, "f"},
      {SIGNATURE, "f(int), g(int)"},
      {SIGNATURE, "f(int) CASCADE"},
      {SIGNATURE, "f(int); DROP TABLE x"},
      {SIGNATURE, "IF EXISTS f(int)"},
      {SIGNATURE, "(int)"},
      {SIGNATURE, "f(int) RENAME TO g()"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(CheckFragment(row.fragment, row.text).code() == absl::StatusCode::kInvalidArgument);
  }
}

TEST_CASE("an error says what was expected, what is wrong, and where") {
  CHECK(CheckFragment(TYPE, "int); DROP TABLE x; --").message() ==
        "not a type: a comment is not allowed here (character 21)");
  CHECK(CheckFragment(EXPRESSION, "é + 1)").message() ==
        "not an expression: unbalanced \")\" (character 6)");
  CHECK(CheckFragment(TYPE, "int DEFAULT 1").message() ==
        "not a type: syntax error at or near \"DEFAULT\" (character 5)");
  CHECK(CheckFragment(TYPE, "").message() == "not a type: it is empty (character 1)");
}

TEST_CASE("the common fragments need no parser") {
  for (const char* type : {"integer", "character varying(50)", "timestamp(6) without time zone",
                           "public.\"Odd Type\"[]", "numeric(10,2)", "\"char\"", "jsonb"}) {
    CAPTURE(type);
    CHECK(IsPlainType(type, nullptr));
  }
  for (const char* expression :
       {"now()", "'new'::character varying", "(a >= 0)", "-1", "'{}'::jsonb", "NOT a",
        "nextval('public.s'::regclass)", "CURRENT_TIMESTAMP", "(a IS NOT NULL)",
        "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        "COALESCE(a, (b)::integer)", "(x)::timestamp(3) with time zone"}) {
    CAPTURE(expression);
    CHECK(IsPlainExpression(expression, nullptr));
  }
  // Left to the parser, for what they are or could be.
  for (const char* expression :
       {"a b",     "1 1",       "'a' 'b'",     "E'a'",       "'a\\'",
        "a -- b",  "a /* b */", "a = -- b\n1", "a--1",       "current_timestamp()",
        "a.b.c.d", "values",    "f(",          "f(a,)",      "()",
        "a::",     "a:b",       "1.e",         "1a",         "U&\"x\"",
        "U&'x'",   "a.*",       "f(*)",        "a = b = c;", "a IS",
        "$1",      "a ->",      "array[1",     "-",          "- 1"}) {
    CAPTURE(expression);
    CHECK_FALSE(IsPlainExpression(expression, nullptr));
  }
}

}  // namespace
}  // namespace autogen::sql
