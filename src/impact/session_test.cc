#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "src/impact/impact.h"

namespace autogen::impact {
namespace {

std::string Describe(absl::string_view statement) {
  const sql::SessionEffect effect = FindImpact(statement).session;
  std::string out;
  switch (effect.kind) {
    case sql::SessionEffect::Kind::kNothing:
      out = "nothing";
      break;
    case sql::SessionEffect::Kind::kSettings:
      out = absl::StrCat("settings ", effect.setting);
      break;
    case sql::SessionEffect::Kind::kObjects:
      out = absl::StrCat("objects: ", effect.what);
      break;
    case sql::SessionEffect::Kind::kCode:
      out = "code";
      break;
    case sql::SessionEffect::Kind::kTriggers:
      out = "triggers";
      break;
  }
  if (effect.local) out += " local";
  if (effect.transaction_mode) out += " mode";
  if (effect.discards_all) out += " all";
  return out;
}

TEST_CASE("what a statement leaves in its session") {
  struct Row {
    const char* statement;
    const char* effect;
  };
  const Row rows[] = {
      {"SET search_path = app", "settings search_path"},
      {"SET SESSION lock_timeout = '1s'", "settings lock_timeout"},
      {"SET ROLE app", "settings role"},
      {"SET SESSION AUTHORIZATION app", "settings session_authorization"},
      {"RESET SESSION AUTHORIZATION", "settings session_authorization"},
      {"RESET ALL", "settings "},
      {"SET TIME ZONE 'UTC'", "settings timezone"},
      {"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "settings SESSION CHARACTERISTICS"},
      {"SET LOCAL search_path = app", "nothing local"},
      {"SET LOCAL ROLE app", "nothing local"},
      {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "nothing local mode"},
      {"SET transaction_isolation = 'serializable'", "nothing local mode"},
      {"SET CONSTRAINTS ALL DEFERRED", "nothing local mode"},
      {"SELECT set_config('search_path', 'app', false)", "settings search_path"},
      {"SELECT pg_catalog.set_config('a.b', current_setting('a.b') || ',c', 'f')", "settings a.b"},
      {"SELECT set_config('search_path', 'app', true)", "nothing local"},
      {"SELECT set_config('a.b', 'x', false), f()",
       "objects: a setting whose value is not known again (set_config)"},
      {"SELECT set_config('a.b', max(v), false) FROM t",
       "objects: a setting whose value is not known again (set_config)"},
      {"INSERT INTO t SELECT set_config('a.b', 'x', false)",
       "objects: a setting whose value is not known again (set_config)"},
      {"CREATE TEMP TABLE t (a int)", "objects: a temporary object"},
      {"CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1", "code local"},
      {"CREATE TABLE pg_temp.t AS SELECT 1", "objects: a temporary object"},
      {"SELECT 1 INTO TEMP t", "objects: a temporary object"},
      {"SELECT 1 INTO pg_temp.t", "objects: a temporary object"},
      {"CREATE TEMP VIEW v AS SELECT 1", "objects: a temporary object"},
      {"CREATE TEMP SEQUENCE s", "objects: a temporary object"},
      {"CREATE TYPE pg_temp.c AS (a int)", "objects: a temporary object"},
      {"CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
       "objects: a temporary object"},
      {"SET search_path = pg_temp, public",
       "objects: a search_path that begins with the session's temporary schema"},
      {"SET search_path = public, pg_temp", "settings search_path"},
      {"LISTEN c", "objects: LISTEN"},
      {"PREPARE p AS SELECT 1", "objects: a prepared statement"},
      {"LOAD 'auto_explain'", "objects: a loaded library (LOAD)"},
      {"DECLARE c CURSOR WITH HOLD FOR SELECT 1", "objects: a cursor WITH HOLD"},
      {"DECLARE c CURSOR FOR SELECT 1", "nothing"},
      {"SELECT pg_advisory_lock(1)", "objects: an advisory lock of the session"},
      {"SELECT pg_advisory_xact_lock(1)", "code"},
      {"DISCARD ALL", "code all"},
      {"DO $$ BEGIN PERFORM f(); END $$", "code"},
      {"DO $$ BEGIN SET search_path = app; END $$", "objects: a DO block that sets search_path"},
      {"DO $$ BEGIN SET LOCAL search_path = app; END $$", "code"},
      {"DO $$ BEGIN IF true THEN EXECUTE 'SET search_path = app'; END IF; END $$",
       "objects: a DO block that sets search_path"},
      {"DO $$ BEGIN EXECUTE $x$RESET ALL$x$; END $$", "objects: a DO block that changes settings"},
      {"DO $$ BEGIN EXECUTE 'SET a.b = ''x'''; END $$", "objects: a DO block that sets a.b"},
      {"DO $$ BEGIN EXECUTE format('SET search_path = %I', s); END $$",
       "objects: a DO block that changes settings"},
      {"DO $$ BEGIN EXECUTE 'SET LOCAL search_path = ' || s; END $$", "code"},
      {"DO $$ DECLARE v text; BEGIN v := set_config('a.b', 'x', false); END $$",
       "objects: a DO block that changes settings"},
      {"DO 'BEGIN PERFORM set_config(''a.b'', ''x'', false); END'",
       "objects: a DO block that sets a.b"},
      {"DO $$ BEGIN CREATE TEMP TABLE t (a int); END $$", "objects: a temporary object (in DO)"},
      {"DO $$ BEGIN CREATE TEMP TABLE t (a int) ON COMMIT DROP; UPDATE t SET a = 1; END $$",
       "code"},
      {"CALL p()", "code"},
      {"SELECT f()", "code"},
      {"SELECT * FROM v", "triggers"},
      {"SELECT 1", "nothing"},
      {"UPDATE t SET a = 1", "triggers"},
      {"INSERT INTO t VALUES (f())", "code"},
      {"CREATE TABLE t (a int DEFAULT f(), CHECK (g(a)))", "nothing"},
      {"ALTER TABLE t ADD COLUMN a int DEFAULT f()", "code"},
      {"ALTER TABLE t ADD COLUMN a int DEFAULT 1", "nothing"},
      {"ALTER TABLE t VALIDATE CONSTRAINT c", "triggers"},
      {"CREATE INDEX i ON t (a)", "nothing"},
      {"CREATE VIEW v AS SELECT f()", "nothing"},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT set_config($$a.b$$, $$x$$, false)'",
       "nothing"},
      {"GRANT SELECT ON t TO app", "nothing"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    CHECK(Describe(row.statement) == row.effect);
  }
}

TEST_CASE("what is long by nature, copies from the client, or must not be run twice") {
  struct Row {
    const char* statement;
    const char* flags;
  };
  const Row rows[] = {
      {"/* a */ CREATE UNIQUE INDEX i ON t (a)", "long"},
      {"ALTER TABLE t ADD PRIMARY KEY (a)", "long"},
      {"ALTER TABLE t ADD COLUMN b int, ADD CONSTRAINT u UNIQUE (a)", "long"},
      {"ALTER TABLE t ADD COLUMN b int UNIQUE", "long"},
      {"ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)", "long"},
      {"alter table t\n validate\n constraint c", "long"},
      {"ALTER DOMAIN d VALIDATE CONSTRAINT c", "long"},
      {"ALTER TABLE t ATTACH PARTITION p DEFAULT", "long"},
      {"ALTER TABLE t ADD PRIMARY KEY (a, b WITHOUT OVERLAPS)", "long"},
      {"REINDEX TABLE t", "long"},
      {"CLUSTER t USING i", "long"},
      {"REFRESH MATERIALIZED VIEW m", "long"},
      {"ALTER TABLE t ADD COLUMN b int", ""},
      {"COMMENT ON TABLE t IS 'VALIDATE CONSTRAINT'", ""},
      {"UPDATE t SET a = 1", ""},
      {"COPY t FROM stdin", "client"},
      {"COPY (SELECT 1) TO STDOUT (FORMAT csv)", "client"},
      {"COPY t FROM '/tmp/x'", ""},
      {"COPY t TO PROGRAM 'cat'", ""},
      {"CALL p()", "once"},
      {"DO $$ BEGIN END $$", "once"},
      {"FROBNICATE t", "once"},
      {"VACUUM (SKIP_DATABASE_STATS) t", "long"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    const Impact c = FindImpact(row.statement);
    CHECK(absl::StrCat(c.long_by_nature ? "long" : "", c.copies_client ? "client" : "",
                       c.repeatable ? "" : "once") == row.flags);
  }
}

}  // namespace
}  // namespace autogen::impact
