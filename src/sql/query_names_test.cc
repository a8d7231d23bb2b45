#include "src/sql/query_names.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"

namespace autogen::sql {
namespace {

std::string Text(const std::set<QualifiedName>& names) {
  std::string out;
  for (const auto& [schema, name] : names) {
    absl::StrAppend(&out, out.empty() ? "" : " ", schema, schema.empty() ? "" : ".", name);
  }
  return out;
}

QueryNames Names(const std::string& query) {
  CAPTURE(query);
  absl::StatusOr<QueryNames> names = NamesOfQuery(query);
  CAPTURE(names.status().message());
  REQUIRE(names.ok());
  return *names;
}

TEST_CASE("functions, operators, types and relations, wherever they stand") {
  QueryNames names = Names(
      "WITH c AS (SELECT s.f(1)) SELECT count(x.a::s.d), U&\"\\0073\".\"F\"(DATE 'now') FROM c, "
      "s.t AS x JOIN LATERAL s.g(x.b) ON true WHERE x.e OPERATOR(s.+) 1 > ALL (SELECT 2) AND a IN "
      "(1) AND b LIKE 'x' ORDER BY max(a) FILTER (WHERE s.h()) OVER (PARTITION BY s.i()) USING <<");
  CHECK(Text(names.functions) == "count max s.F s.f s.g s.h s.i");
  CHECK(Text(names.operators) == "<< = > ~~ s.+");
  CHECK(Text(names.types) == "date s.d");
  CHECK(Text(names.relations) == "c s.t");
  CHECK(names.ctes == std::set<std::string>{"c"});
  CHECK(names.columns.count("a") == 1);
  CHECK(names.fields == std::set<std::string>{"a", "b", "e"});
  CHECK(!names.whole_rows);
}

TEST_CASE("the types of column definitions, XML and pg_input_is_valid") {
  CHECK(Text(Names("SELECT 1 FROM json_to_record('{}') AS x(a s.d)").types) == "s.d");
  CHECK(Text(Names("SELECT pg_input_is_valid(a, 's.d[]') FROM t").types) == "s.d");
  CHECK(Names("SELECT pg_input_is_valid(a, 's.d[]') FROM t").functions.empty());
  CHECK(Text(Names("SELECT s.pg_input_is_valid(a, 'int') FROM t").functions) ==
        "s.pg_input_is_valid");
  CHECK(!NamesOfQuery("SELECT pg_input_is_valid('x', a) FROM t").ok());
  CHECK(!NamesOfQuery("SELECT pg_input_is_valid(type => 'x', string => 'int')").ok());
  CHECK(Text(Names("SELECT pg_input_is_valid('x', 'int, s.f()')").functions) == "s.f");
}

TEST_CASE("whole rows are seen under every guise") {
  for (const char* query :
       {"SELECT f(x) FROM t AS x", "SELECT f(t) FROM s.t", "SELECT f(s.t) FROM s.t",
        "SELECT f(x.*) FROM t x", "SELECT 1 FROM t NATURAL JOIN u", "SELECT 1 FROM t AS x(b)",
        "WITH c(b) AS (SELECT a FROM t) SELECT b FROM c", "SELECT f(y) FROM (SELECT 1) AS y"}) {
    CAPTURE(std::string(query));
    CHECK(Names(query).whole_rows);
  }
  CHECK(!Names("SELECT count(*) FROM s.t WHERE t.a IS NULL").whole_rows);
}

TEST_CASE("only one SELECT that only reads") {
  for (const char* query :
       {"", "SELECT 1; SELECT 2", "SELECT 1 INTO t", "SELECT 1 FROM t FOR UPDATE",
        "SELECT 1 WHERE EXISTS (SELECT FROM t FOR SHARE)",
        "WITH x AS (DELETE FROM t RETURNING 1) SELECT 1 FROM x", "DO 'x'", "DELETE FROM t",
        "COPY (SELECT 1) TO PROGRAM 'x'", "EXPLAIN ANALYZE SELECT 1", "CALL f()", "SELECT $1",
        "CREATE TABLE x AS SELECT 1", "PREPARE x AS SELECT 1", "EXECUTE x",
        "DECLARE c CURSOR FOR SELECT 1", "SELECT 1 FROM t TABLESAMPLE s.m (1)",
        "SELECT 1 UNION (SELECT 2 FROM t FOR UPDATE)", "SELECT (",
        // A backslash ends nothing, and comments nest.
        "SELECT 'a\\', x; DROP TABLE t; --'", "SELECT 1 /* /* */ */; DROP TABLE t; /* */"}) {
    CAPTURE(std::string(query));
    CHECK(!NamesOfQuery(query).ok());
  }
}

}  // namespace
}  // namespace autogen::sql
