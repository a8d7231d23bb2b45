#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/impact/impact.h"

namespace autogen::impact {
namespace {

std::string Flags(absl::string_view statement) {
  const Impact c = FindImpact(statement);
  std::string flags = c.node;
  if (c.run == RunMode::kAlone) flags += " alone";
  if (c.run == RunMode::kTransactionControl) flags += " control";
  if (c.run == RunMode::kCommitBeforeUse) flags += " enum";
  if (c.concurrently) flags += " concurrently";
  if (!c.index.name.empty()) absl::StrAppend(&flags, " index=", c.index.schema, ".", c.index.name);
  if (!c.relation.name.empty()) {
    absl::StrAppend(&flags, " relation=", c.relation.schema, ".", c.relation.name);
  }
  return flags;
}

TEST_CASE("how a statement can run, and what CONCURRENTLY is about") {
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
      {"ALTER SUBSCRIPTION s SET PUBLICATION p", "AlterSubscriptionStmt alone"},
      {"ALTER SUBSCRIPTION s DROP PUBLICATION p WITH (refresh = false)", "AlterSubscriptionStmt"},
      {"ALTER SUBSCRIPTION s REFRESH PUBLICATION", "AlterSubscriptionStmt alone"},
      {"ALTER SUBSCRIPTION s SET (slot_name = NONE)", "AlterSubscriptionStmt"},
      {"ALTER SUBSCRIPTION s SET (failover = true)", "AlterSubscriptionStmt alone"},
      {"ALTER SUBSCRIPTION s ENABLE", "AlterSubscriptionStmt"},
      {"DISCARD ALL", "DiscardStmt alone"},
      {"BEGIN", "TransactionStmt control"},
      {"SAVEPOINT a", "TransactionStmt control"},
      {"ALTER TYPE t ADD VALUE 'x'", "AlterEnumStmt enum"},
      {"ALTER TYPE t RENAME VALUE 'x' TO 'y'", "AlterEnumStmt"},
      // Newer syntax, or none.
      {"ALTER TABLE t ALTER c SET EXPRESSION AS (a + 1)", "AlterTableStmt relation=.t"},
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
}  // namespace autogen::impact
