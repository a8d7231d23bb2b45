#include "src/lint/rules/hazards.h"
#include "src/lint/rules/rules.h"
#include "src/lint/rules/tree.h"

namespace autogen::lint::rules {
namespace {

std::string Help(const Statement& statement, const Hazard&) {
  const std::string node = sql::NodeName(statement.tree);
  if (node == "RefreshMatViewStmt") {
    return "REFRESH MATERIALIZED VIEW CONCURRENTLY lets readers go on; it needs a unique index.";
  }
  if (node == "VacuumStmt" || node == "ClusterStmt") {
    return "VACUUM without FULL blocks nobody; pg_repack rewrites a table in use.";
  }
  for (const Part& part : Parts(statement)) {
    if (part.type == "AT_AddColumn") {
      return "Add the column without a value, set its default, then fill it: `autogen backfill`.";
    }
    if (part.type == "AT_AlterColumnType") {
      return "A new column that is filled in batches takes its place without blocking anybody.";
    }
  }
  return "";
}

void Check(const Script& script, const RuleOptions&, Report report) {
  SayHazards(script, HazardKind::kTableRewrite, report, Help);
}

}  // namespace

Rule TableRewrite() {
  return {
      .name = "table-rewrite",
      .meaning = "a table may be rewritten while readers wait",
      .why =
          "The statement writes every row again under ACCESS EXCLUSIVE: nobody reads or writes the "
          "table until it is done, and it needs the table's size once more on disk. That is "
          "so for a change of type that PostgreSQL cannot do in place, a volatile default, serial, "
          "identity and stored generated columns, SET LOGGED and UNLOGGED, another access method "
          "or tablespace, VACUUM FULL, CLUSTER and REFRESH without CONCURRENTLY.",
      .fix =
          "Add a column without a value and fill it in batches (`autogen backfill`); change a type "
          "by a new column beside the old one. From the text alone a change of type is "
          "unsure: a varchar that becomes longer is no rewrite.",
      .documentation =
          "https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES",
      .bad = {"ALTER TABLE tasks ALTER COLUMN id TYPE bigint;",
              "ALTER TABLE tasks ADD COLUMN token uuid DEFAULT gen_random_uuid();",
              "ALTER TABLE tasks ADD COLUMN n serial;",
              "ALTER TABLE tasks ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY;",
              "ALTER TABLE tasks ADD COLUMN low text GENERATED ALWAYS AS (lower(title)) STORED;",
              "ALTER TABLE tasks SET UNLOGGED;", "VACUUM FULL tasks;",
              "REFRESH MATERIALIZED VIEW totals;"},
      .good = {"ALTER TABLE tasks ADD COLUMN created timestamptz DEFAULT now();",
               "ALTER TABLE tasks ADD COLUMN token uuid;\n"
               "ALTER TABLE tasks ALTER COLUMN token SET DEFAULT gen_random_uuid();",
               "ALTER TABLE tasks ADD COLUMN low text GENERATED ALWAYS AS (lower(title)) VIRTUAL;",
               "CREATE TABLE draft (a int);\nALTER TABLE draft ALTER COLUMN a TYPE bigint;",
               "VACUUM (ANALYZE) tasks;", "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;"},
      .check = Check};
}

}  // namespace autogen::lint::rules
