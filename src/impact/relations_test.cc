#include "src/impact/relations.h"

#include <doctest/doctest.h>

#include <string>

namespace autogen::impact {
namespace {

TEST_CASE(
    "locks that a transaction keeps are about those of the relations that a statement needs") {
  struct Row {
    const char* statement;
    size_t locks;
  };
  const Row rows[] = {
      {"CREATE TABLE t (a integer)", 1},
      {"CREATE TABLE t (a integer PRIMARY KEY, b date UNIQUE)", 3},
      {"CREATE TABLE t (a bigint PRIMARY KEY, b text)", 4},
      {"CREATE TABLE t (a int[], b serial, UNIQUE (b), EXCLUDE (b WITH =))", 6},
      {"CREATE TABLE t (a bigint GENERATED ALWAYS AS IDENTITY, b uuid REFERENCES u)", 3},
      {"CREATE TABLE t (a text) PARTITION BY LIST (a)", 1},
      {"CREATE TABLE p PARTITION OF t DEFAULT", 5},
      {"CREATE INDEX ON t (a)", 2},
      {"CREATE VIEW v AS SELECT 1", 1},
      {"CREATE SEQUENCE s", 1},
      {"CREATE MATERIALIZED VIEW m AS SELECT 1", 4},
      {"DROP TABLE a, b", 10},
      {"DROP FUNCTION f()", 0},
      {"COMMENT ON FUNCTION f() IS 'x'", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    CHECK(LocksKept(row.statement, FindImpact(row.statement)) == row.locks);
  }
}

}  // namespace
}  // namespace autogen::impact
