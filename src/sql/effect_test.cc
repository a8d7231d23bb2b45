#include "src/sql/effect.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"

namespace autogen::sql {
namespace {

std::string Letters(absl::string_view statement) {
  std::string out;
  for (const Effect& effect : FindEffects(statement)) {
    switch (effect.kind) {
      case Effect::Kind::kCreates:
        out += 'c';
        break;
      case Effect::Kind::kAlters:
        out += 'a';
        break;
      case Effect::Kind::kLosesData:
        out += 'L';
        break;
      case Effect::Kind::kRewrites:
        out += 'W';
        break;
      case Effect::Kind::kScans:
        out += 'S';
        break;
      case Effect::Kind::kBuildsIndex:
        out += 'I';
        break;
      case Effect::Kind::kRenames:
        out += 'R';
        break;
      case Effect::Kind::kOpaque:
        out += 'O';
        break;
    }
  }
  return out;
}

TEST_CASE("what statements do to tables in use") {
  struct Row {
    const char* statement;
    const char* effects;
  };
  const Row rows[] = {
      {"SELECT 1", ""},
      {"CREATE TABLE t (a int)", "c"},
      {"CREATE TABLE t AS SELECT 1", "c"},
      {"ALTER TABLE t ADD COLUMN a int", "a"},
      {"ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 1", "a"},
      {"ALTER TABLE t ADD COLUMN a timestamptz DEFAULT now()", "a"},
      {"ALTER TABLE t ADD COLUMN a timestamptz DEFAULT clock_timestamp()", "aW"},
      {"ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()", "aW"},
      {"ALTER TABLE t ADD COLUMN a bigserial", "aW"},
      {"ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS IDENTITY", "aW"},
      {"ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b + 1) STORED", "aW"},
      {"ALTER TABLE t ADD COLUMN a int CHECK (a > 0), ADD COLUMN b int UNIQUE", "aSI"},
      {"ALTER TABLE t ADD COLUMN a int REFERENCES u", "a"},
      {"ALTER TABLE t DROP COLUMN a, ALTER b TYPE bigint", "aLW"},
      {"ALTER TABLE t ALTER a SET NOT NULL", "aS"},
      {"ALTER TABLE t ADD CHECK (a > 0)", "aS"},
      {"ALTER TABLE t ADD CHECK (a > 0) NOT VALID", "a"},
      {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u", "aS"},
      {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID", "a"},
      {"ALTER TABLE t VALIDATE CONSTRAINT c", "a"},
      {"ALTER TABLE t ADD PRIMARY KEY (a)", "aI"},
      {"ALTER TABLE t ADD PRIMARY KEY USING INDEX i", "a"},
      {"ALTER TABLE t SET UNLOGGED", "aW"},
      {"ALTER TABLE t ATTACH PARTITION p DEFAULT", "aS"},
      {"ALTER VIEW v ALTER a SET DEFAULT 1", ""},
      {"CREATE INDEX ON t (a)", "aI"},
      {"CREATE INDEX CONCURRENTLY i ON t (a)", "a"},
      {"DROP INDEX i", ""},
      {"DROP TABLE t, u", "aLaL"},
      {"DROP VIEW v", ""},
      {"DROP TYPE x CASCADE", "L"},
      {"DROP SCHEMA s", "L"},
      {"TRUNCATE t, u", "LL"},
      {"DELETE FROM t", "L"},
      {"DELETE FROM t WHERE a = 1", ""},
      {"ALTER TABLE t RENAME TO u", "R"},
      {"ALTER TABLE t RENAME COLUMN a TO b", "R"},
      {"ALTER TABLE t RENAME CONSTRAINT a TO b", ""},
      {"ALTER INDEX i RENAME TO j", ""},
      {"ALTER TABLE t SET SCHEMA s", "R"},
      {"VACUUM t", ""},
      {"VACUUM FULL t", "W"},
      {"CLUSTER t USING i", "W"},
      {"REFRESH MATERIALIZED VIEW m", "aW"},
      {"REFRESH MATERIALIZED VIEW CONCURRENTLY m", "a"},
      {"REINDEX TABLE t", "I"},
      {"REINDEX TABLE CONCURRENTLY t", ""},
      {"DO $$BEGIN END$$", "O"},
      {"ALTER TABLE t ALTER c SET EXPRESSION AS (1_000)", "O"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    CHECK(Letters(row.statement) == row.effects);
  }
  CHECK(FindEffects("ALTER TABLE \"S\".t DROP COLUMN \"C\"").back().what ==
        "drops column \"S\".t.\"C\"");
  CHECK(FindEffects("ALTER TABLE s.t RENAME a TO b").back().what == "renames s.t.a to b");
}

}  // namespace
}  // namespace autogen::sql
