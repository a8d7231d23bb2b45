#include "src/impact/impact.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace autogen::impact {
namespace {

using Kind = Consequence::Kind;

// One letter a consequence, in the order of the statement; 'O' for opaque.
std::string Letters(const Impact& impact) {
  std::string out;
  for (const Consequence& c : impact.consequences) {
    switch (c.kind) {
      case Kind::kCreates:
        out += 'c';
        break;
      case Kind::kAlters:
        out += 'a';
        break;
      case Kind::kLoses:
        out += 'L';
        break;
      case Kind::kRewrites:
        out += 'W';
        break;
      case Kind::kScans:
        out += 'S';
        break;
      case Kind::kBuilds:
        out += 'I';
        break;
      case Kind::kRenames:
        out += 'R';
        break;
      case Kind::kDrops:
        out += 'D';
        break;
      case Kind::kUnguards:
        out += 'U';
        break;
      case Kind::kHolds:
        out += 'H';
        break;
      case Kind::kSpares:
      case Kind::kMayFail:
        break;
    }
  }
  if (!impact.opaque.empty()) out += 'O';
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
      {"ALTER TABLE t VALIDATE CONSTRAINT c", "aS"},
      {"ALTER TABLE t ADD PRIMARY KEY (a)", "aI"},
      {"ALTER TABLE t ADD PRIMARY KEY USING INDEX i", "a"},
      {"ALTER TABLE t SET UNLOGGED", "aW"},
      {"ALTER TABLE t ATTACH PARTITION p DEFAULT", "aS"},
      {"ALTER VIEW v ALTER a SET DEFAULT 1", ""},
      {"CREATE INDEX ON t (a)", "aI"},
      {"CREATE INDEX CONCURRENTLY i ON t (a)", "aI"},
      {"DROP INDEX i", "D"},
      {"DROP TABLE t, u", "aLaL"},
      {"DROP VIEW v", "D"},
      {"DROP TYPE x CASCADE", "L"},
      {"DROP SCHEMA s", "L"},
      {"TRUNCATE t, u", "LL"},
      {"DELETE FROM t", "L"},
      {"DELETE FROM t WHERE a = 1", "L"},
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
      {"REINDEX TABLE CONCURRENTLY t", "I"},
      {"DO $$BEGIN END$$", "O"},
      {"ALTER TABLE t ALTER c SET EXPRESSION AS (1_000)", "O"},
      {"ALTER TABLE t ALTER c SET EXPRESSION AS (b + 1)", "aW"},
      {"DROP TABLE t CASCADE", "aL"},
      {"DROP TABLE IF EXISTS t", "aL"},
      {"DROP MATERIALIZED VIEW m", "L"},
      {"DROP SEQUENCE q", "L"},
      {"DROP EXTENSION x", "L"},
      {"DROP FUNCTION f(int)", "D"},
      {"DROP FUNCTION f(int) CASCADE", "L"},
      {"DROP OWNED BY r", "L"},
      {"DROP DATABASE d", "L"},
      {"ALTER TYPE x DROP ATTRIBUTE a", "L"},
      {"ALTER TABLE t ALTER a DROP IDENTITY", "aL"},
      {"ALTER TABLE t ALTER a TYPE text USING NULL", "aLW"},
      {"ALTER TABLE t ALTER a TYPE text USING lower(a)", "aW"},
      {"ALTER SEQUENCE q RESTART", "L"},
      {"TRUNCATE t CASCADE", "LL"},
      {"DELETE FROM t WHERE true", "L"},
      {"WITH d AS (DELETE FROM t RETURNING *) SELECT count(*) FROM d", "L"},
      {"WITH d AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM d", "L"},
      {"INSERT INTO u WITH d AS (UPDATE t SET a = NULL RETURNING *) SELECT * FROM d", "L"},
      {"MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", "L"},
      {"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = NULL", "L"},
      {"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = u.b", ""},
      {"INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = NULL", "L"},
      {"INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = excluded.b", ""},
      {"UPDATE t SET a = NULL", "L"},
      {"UPDATE t SET a = NULL::text WHERE b = 1", "L"},
      {"UPDATE t SET (a, b) = (1, DEFAULT) WHERE c = 1", "L"},
      {"UPDATE t SET a = 0", "L"},
      {"UPDATE t SET a = 0 WHERE 1 = 1", "L"},
      {"UPDATE t SET a = 0 WHERE a = a OR b = 2", "L"},
      {"UPDATE t SET a = 0 WHERE a IS NOT NULL", "L"},
      {"UPDATE t SET a = 0 WHERE a IS NULL", ""},
      {"UPDATE t SET a = 'y' WHERE a = 'x'", ""},
      {"UPDATE t SET a = lower(b)", ""},
      {"UPDATE t SET a = (SELECT max(b) FROM u)", ""},
      {"EXPLAIN ANALYZE DELETE FROM t", "L"},
      {"PREPARE p AS DELETE FROM t", "L"},
      {"EXECUTE p", "O"},
      {"CALL p()", "O"},
      {"SELECT wipe()", "O"},
      {"SELECT now(), count(*) FROM t", ""},
      {"SELECT pg_catalog.setval('s', 1)", ""},
      {"SELECT public.lower('x')", "O"},
      {"SELECT query_to_xml('DELETE FROM t', true, true, '')", "O"},
      {"CREATE TABLE n AS SELECT wipe()", "cO"},
      {"CREATE MATERIALIZED VIEW n AS SELECT wipe()", "cO"},
      {"CREATE VIEW n AS SELECT wipe()", ""},
      {"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'", ""},
      {"CREATE RULE r AS ON INSERT TO t DO ALSO DELETE FROM u", ""},
      {"SELECT 1 INTO n", "c"},
      {"COMMENT ON TABLE t IS 'DROP TABLE t'", ""},
      {"ALTER TABLE t ADD CONSTRAINT c NOT NULL a", "aS"},
      {"ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID", "a"},
      {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT ENFORCED", "a"},
      {"ALTER TABLE t ALTER CONSTRAINT c ENFORCED", "aS"},
      {"ALTER TABLE t ADD UNIQUE (a, b WITHOUT OVERLAPS)", "aI"},
      {"ALTER TABLE t ADD FOREIGN KEY (a, PERIOD b) REFERENCES u (a, PERIOD b)", "aS"},
      {"ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b + 1) VIRTUAL", "a"},
      {"ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b + 1)", "a"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    CHECK(Letters(FindImpact(row.statement)) == row.effects);
  }
  CHECK(FindImpact("ALTER TABLE \"S\".t DROP COLUMN \"C\"").consequences.back().what ==
        "drops column \"S\".t.\"C\"");
  CHECK(FindImpact("ALTER TABLE s.t RENAME a TO b").consequences.back().what ==
        "renames s.t.a to b");
  CHECK(FindImpact("DROP TYPE s.x CASCADE").consequences.back().what ==
        "drops s.x and what depends on it");
  CHECK(FindImpact("DROP FUNCTION s.f(int) CASCADE").consequences.back().what ==
        "drops s.f and what depends on it");
}

std::string Locks(absl::string_view statement) {
  std::string out;
  for (const Lock& lock : FindImpact(statement).locks) {
    absl::StrAppend(&out, out.empty() ? "" : ", ", LockModeName(lock.mode), " ",
                    lock.others.empty() ? sql::Qualified(lock.relation.schema, lock.relation.name)
                                        : lock.others);
  }
  return out;
}

TEST_CASE("the locks that a statement takes, by PostgreSQL's manual") {
  struct Row {
    const char* statement;
    const char* locks;
  };
  const Row rows[] = {
      {"ALTER TABLE s.t ADD COLUMN a int", "ACCESS EXCLUSIVE s.t"},
      {"ALTER TABLE t ALTER a SET STATISTICS 10", "SHARE UPDATE EXCLUSIVE t"},
      {"ALTER TABLE t ALTER a SET STATISTICS 10, ALTER a DROP DEFAULT", "ACCESS EXCLUSIVE t"},
      {"ALTER TABLE t SET (fillfactor = 70)", "SHARE UPDATE EXCLUSIVE t"},
      {"ALTER VIEW v SET (security_barrier)", "ACCESS EXCLUSIVE v"},
      {"ALTER TABLE t VALIDATE CONSTRAINT c", "SHARE UPDATE EXCLUSIVE t"},
      {"ALTER TABLE t DISABLE TRIGGER g", "SHARE ROW EXCLUSIVE t"},
      {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u",
       "SHARE ROW EXCLUSIVE t, SHARE ROW EXCLUSIVE u"},
      {"ALTER TABLE t ADD COLUMN a int REFERENCES u", "ACCESS EXCLUSIVE t, SHARE ROW EXCLUSIVE u"},
      {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES t", "SHARE ROW EXCLUSIVE t"},
      {"CREATE TABLE t (a int REFERENCES u, FOREIGN KEY (a) REFERENCES w)",
       "SHARE ROW EXCLUSIVE u, SHARE ROW EXCLUSIVE w"},
      {"CREATE TABLE t PARTITION OF p DEFAULT", "ACCESS EXCLUSIVE p"},
      {"ALTER TABLE p ATTACH PARTITION t DEFAULT", "SHARE UPDATE EXCLUSIVE p, ACCESS EXCLUSIVE t"},
      {"ALTER TABLE p DETACH PARTITION t", "ACCESS EXCLUSIVE p, ACCESS EXCLUSIVE t"},
      {"ALTER TABLE p DETACH PARTITION t CONCURRENTLY",
       "SHARE UPDATE EXCLUSIVE p, ACCESS EXCLUSIVE t"},
      {"CREATE INDEX ON t (a)", "SHARE t"},
      {"CREATE INDEX CONCURRENTLY i ON t (a)", "SHARE UPDATE EXCLUSIVE t"},
      {"ALTER INDEX i RENAME TO j", "SHARE UPDATE EXCLUSIVE i"},
      {"ALTER TABLE t RENAME TO u", "ACCESS EXCLUSIVE t"},
      {"CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()", "SHARE ROW EXCLUSIVE t"},
      {"DROP TRIGGER g ON s.t", "ACCESS EXCLUSIVE s.t"},
      {"CREATE POLICY p ON t", "ACCESS EXCLUSIVE t"},
      {"DROP TABLE t, s.u", "ACCESS EXCLUSIVE t, ACCESS EXCLUSIVE s.u"},
      {"TRUNCATE t", "ACCESS EXCLUSIVE t"},
      {"REFRESH MATERIALIZED VIEW CONCURRENTLY m", "EXCLUSIVE m"},
      {"ALTER DOMAIN d ADD CHECK (VALUE > 0)", "SHARE every table that uses it"},
      {"UPDATE t SET a = b", "ROW EXCLUSIVE t"},
      {"SELECT 1", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    CHECK(Locks(row.statement) == row.locks);
  }
}

TEST_CASE("of a million constant rows one is read, and of others all") {
  std::string rows = "INSERT INTO t VALUES (1, 'x')";
  for (int i = 0; i < 3000; ++i) absl::StrAppend(&rows, ", (", i, ", 'y')");
  CHECK(Letters(FindImpact(rows)) == "");
  CHECK(Letters(FindImpact(absl::StrCat(rows, ", (wipe(), 'z')"))) == "O");
  CHECK(Letters(FindImpact(absl::StrCat(rows, " ON CONFLICT (a) DO UPDATE SET b = NULL"))) == "L");
  CHECK(Letters(FindImpact(absl::StrCat(rows, " RETURNING wipe()"))) == "O");
}

TEST_CASE("what is deep is opaque, what is just not too deep is read") {
  auto nest = [](size_t n, absl::string_view open, absl::string_view close) {
    std::string text = "DELETE FROM t WHERE ";
    for (size_t i = 0; i < n; ++i) absl::StrAppend(&text, open);
    absl::StrAppend(&text, "a");
    for (size_t i = 0; i < n; ++i) absl::StrAppend(&text, close);
    return text;
  };
  for (const auto& [open, close] :
       {std::pair("(", ")"), std::pair("NOT ", ""), std::pair("f(", ")"), std::pair("1 + ", "")}) {
    CAPTURE(open);
    CHECK(absl::StartsWith(FindImpact(nest(20'000, open, close)).opaque, "is not understood: "));
    for (size_t n = 1; n < 400; n += 57) FindImpact(nest(n, open, close));
    CHECK(FindImpact(nest(3, open, close)).LosesData());
  }
}

TEST_CASE("the schemas in which a statement makes something, and whether it gives rights") {
  struct Row {
    const char* statement;
    const char* places;  // schemas; "S" for a new schema, "R" for rights
  };
  const Row rows[] = {
      {"CREATE TABLE a.t (x int)", "a"},
      {"CREATE TABLE t (x int CHECK (x > 0) NOT ENFORCED)", ""},  // PostgreSQL 18's
      {"CREATE TABLE a.t (x int CHECK (x > 0) NOT ENFORCED)", "a"},
      {"CREATE TEMP TABLE t (x int)", "none"},
      {"CREATE TABLE a.t AS SELECT 1", "a"},
      {"CREATE MATERIALIZED VIEW a.m AS SELECT 1", "a"},
      {"CREATE INDEX i ON a.t (x)", "a"},
      {"CREATE FUNCTION a.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "a"},
      {"CREATE TYPE a.e AS ENUM ('x')", "a"},
      {"ALTER TABLE a.t RENAME TO u", "a"},
      {"ALTER TABLE a.t RENAME x TO y", "none"},
      {"ALTER TABLE a.t SET SCHEMA b", "b"},
      {"ALTER TABLE a.t ADD y int", "none"},
      {"CREATE SCHEMA b", "none S"},
      {"GRANT SELECT ON a.t TO b", "none R"},
      {"ALTER TABLE a.t OWNER TO b", "none"},
      {"ALTER FUNCTION a.f() OWNER TO b", "none R"},
      {"DO 'BEGIN END'", "none R"},
      {"HOCUS POCUS", "none R"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    const Impact::Places places = FindImpact(row.statement).places;
    CHECK(absl::StrCat(places.schemas.empty() ? "none" : absl::StrJoin(places.schemas, " "),
                       places.makes_schema ? " S" : "",
                       places.gives_rights ? " R" : "") == row.places);
  }
}

TEST_CASE("what leaves the database is named") {
  for (const char* sql :
       {"ALTER SYSTEM SET port = 1", "CREATE DATABASE a", "DROP DATABASE IF EXISTS a",
        "ALTER DATABASE a SET work_mem = '1MB'", "ALTER DATABASE a RENAME TO b",
        "ALTER DATABASE a OWNER TO b", "CREATE TABLESPACE a LOCATION '/x'", "DROP TABLESPACE a",
        "COPY t FROM PROGRAM 'x'", "COPY t TO '/x'", "COPY (SELECT 1) TO PROGRAM 'x'", "LOAD 'x'",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", "COMMENT ON DATABASE a IS 'x'",
        "COMMENT ON ROLE a IS 'x'", "GRANT ALL ON DATABASE a TO b",
        "GRANT CREATE ON TABLESPACE a TO b", "ALTER TABLESPACE a OWNER TO b",
        "ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b"}) {
    CAPTURE(sql);
    CHECK(FindImpact(sql).outside != "");
  }
  for (const char* sql : {"CREATE TABLE t (a int)", "COPY t FROM STDIN", "COPY t TO STDOUT",
                          "COMMENT ON TABLE t IS 'x'", "CREATE ROLE a", "GRANT SELECT ON t TO a"}) {
    CAPTURE(sql);
    CHECK(FindImpact(sql).outside == "");
  }
}

}  // namespace
}  // namespace autogen::impact
