#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/impact/impact.h"
#include "src/sql/statement.h"

namespace autogen::impact {
namespace {

// What of a script loses data or is opaque, one line each; nothing for what is new.
std::string Losses(absl::string_view script) {
  std::string out;
  for (const Impact& impact : FindImpacts(*sql::SplitStatements(script))) {
    for (const Consequence& c : impact.consequences) {
      if (c.kind == Consequence::Kind::kLoses && !c.is_new) absl::StrAppend(&out, c.what, "; ");
    }
    if (!impact.opaque.empty()) absl::StrAppend(&out, impact.opaque, "; ");
  }
  return out;
}

TEST_CASE("a relation that the script itself has made has nothing to lose") {
  CHECK(Losses("CREATE TABLE t (a int); DROP TABLE t") == "");
  CHECK(Losses("CREATE TABLE s.t (a int); TRUNCATE s.t; DROP TABLE s.t") == "");
  CHECK(Losses("CREATE TABLE t AS SELECT 1; DELETE FROM t") == "");
  CHECK(Losses("CREATE TEMP TABLE x AS SELECT 1; DROP TABLE x") == "");
  CHECK(Losses("ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 0") == "");
}

TEST_CASE("only what is certainly new counts as new") {
  struct Row {
    const char* script;
    const char* losses;
  };
  const Row rows[] = {
      // It may have been there.
      {"CREATE TABLE IF NOT EXISTS users (a int); DROP TABLE users", "drops users; "},
      {"CREATE TABLE IF NOT EXISTS users AS SELECT 1; DROP TABLE users", "drops users; "},
      // Another relation by that name.
      {"CREATE TABLE users (a int); DROP TABLE public.users", "drops public.users; "},
      {"CREATE TABLE s.users (a int); DROP TABLE users", "drops users; "},
      {"CREATE TABLE users (); SET search_path = app; DROP TABLE users", "drops users; "},
      {"CREATE TABLE users (); SET LOCAL search_path = app; DROP TABLE users", "drops users; "},
      {"CREATE TABLE users (); SELECT set_config('search_path', 'app', true); DROP TABLE users",
       "drops users; "},
      {"CREATE TABLE users (); SELECT set_config('search' || '_path', 'app', false); "
       "DROP TABLE users",
       "drops users; "},
      {"CREATE TABLE users (); SET ROLE app; DROP TABLE users", "drops users; "},
      {"CREATE TABLE users (); RESET ALL; DROP TABLE users", "drops users; "},
      {"CREATE TEMP TABLE users (); DROP TABLE users; DROP TABLE users", "drops users; "},
      {"CREATE TEMP TABLE users () ON COMMIT DROP; DROP TABLE users", "drops users; "},
      {"CREATE TABLE public.t (); DROP TABLE t; DROP TABLE public.t", "drops t; drops public.t; "},
      // Renamed.
      {"CREATE TABLE a (); ALTER TABLE a RENAME TO b; ALTER TABLE users RENAME TO a; DROP TABLE a",
       "drops a; "},
      {"CREATE TABLE public.a (); ALTER TABLE a RENAME TO b; ALTER TABLE users RENAME TO a; "
       "DROP TABLE public.a",
       "drops public.a; "},
      {"CREATE TABLE s.a (); ALTER SCHEMA s RENAME TO x; ALTER SCHEMA app RENAME TO s; "
       "DROP TABLE s.a",
       "drops s.a; "},
      {"CREATE TABLE t (); CREATE SCHEMA me; ALTER TABLE app.t SET SCHEMA me; DROP TABLE t",
       "drops t; "},
      {"ALTER TABLE t ADD COLUMN x text; ALTER TABLE t RENAME x TO y; "
       "ALTER TABLE t RENAME email TO x; UPDATE t SET x = NULL",
       "empties column t.x; "},
      {"ALTER TABLE t ADD COLUMN IF NOT EXISTS x text; UPDATE t SET x = NULL",
       "empties column t.x; "},
      // Older rows came in.
      {"CREATE TABLE p (a int) PARTITION BY LIST (a); ALTER TABLE p ATTACH PARTITION users "
       "DEFAULT; DROP TABLE p",
       "drops p; "},
      {"CREATE TABLE p (); ALTER TABLE users INHERIT p; DROP TABLE p CASCADE",
       "drops p and what depends on it; "},
      {"CREATE TABLE p (); ALTER TABLE users INHERIT p; DELETE FROM p", "deletes every row of p; "},
      {"CREATE TABLE t (a int PRIMARY KEY); TRUNCATE t CASCADE", "empties what refers to it; "},
      // Nobody knows what has happened in between.
      {"CREATE TABLE t (); DO $$ BEGIN END $$; DROP TABLE t",
       "runs a DO block, which is not inspected; drops t; "},
      {"CREATE TABLE t (); SELECT app.swap(); DROP TABLE t",
       "calls app.swap(), which is not inspected; drops t; "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    CHECK(Losses(row.script) == row.losses);
  }
}

TEST_CASE("the script's own functions, triggers and rules are inspected, or opaque") {
  struct Row {
    const char* script;
    const char* losses;
  };
  const Row rows[] = {
      {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'DELETE FROM users; SELECT 1'; "
       "ALTER TABLE t ADD COLUMN a int DEFAULT f()",
       "calls f(), which is not inspected; "},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN EXECUTE ''x''; END'; "
       "CREATE INDEX ON t (f())",
       "calls f(), which is not inspected; "},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN g(); END'; "
       "ALTER TABLE t ADD CHECK (f() > 0)",
       "calls f(), which is not inspected; "},
      {"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1'; "
       "CREATE INDEX ON t (f(a))",
       ""},
      {"CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN lower(a); END'; "
       "CREATE INDEX ON t (f(a))",
       ""},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC DELETE FROM users; END; "
       "CREATE INDEX ON t (f())",
       "calls f(), which is not inspected; "},
      {"CREATE FUNCTION lower(x app.t) RETURNS text LANGUAGE sql AS 'DELETE FROM users'; "
       "CREATE INDEX ON t (lower(a))",
       "calls lower(), which is not inspected; "},
      {"CREATE TABLE n (a int); CREATE TRIGGER g AFTER INSERT ON n EXECUTE FUNCTION app.wipe(); "
       "INSERT INTO n VALUES (1)",
       "fires a trigger or rule of n, which is not inspected; "},
      {"CREATE TABLE n (a int); CREATE RULE r AS ON INSERT TO n DO ALSO DELETE FROM users; "
       "INSERT INTO n VALUES (1)",
       "fires a trigger or rule of n, which is not inspected; "},
      {"CREATE TRIGGER g AFTER INSERT ON n EXECUTE FUNCTION app.wipe(); INSERT INTO m VALUES (1)",
       ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.script);
    CHECK(Losses(row.script) == row.losses);
  }
}

// What the last statement looks at and fails on: "scans, where …".
std::string LastLook(absl::string_view script) {
  std::string out;
  const Impact last = FindImpacts(*sql::SplitStatements(script)).back();
  for (const Consequence& c : last.consequences) {
    if (c.kind == Consequence::Kind::kScans) absl::StrAppend(&out, "scans");
    if (c.kind == Consequence::Kind::kMayFail) absl::StrAppend(&out, ", ", c.note);
  }
  return out;
}

TEST_CASE("SET NOT NULL reads no row where a CHECK of the script was validated") {
  const std::string add = "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID;";
  const std::string set = "ALTER TABLE t ALTER COLUMN a SET NOT NULL";
  const std::string reads = "scans, where a value is NULL";
  CHECK(LastLook(set) == reads);
  CHECK(LastLook(add + set) == reads);
  CHECK(LastLook(add + "ALTER TABLE t VALIDATE CONSTRAINT c") == reads);
  CHECK(LastLook(add + "ALTER TABLE t VALIDATE CONSTRAINT c;" + set) == "");
  CHECK(LastLook("ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL);" + set) == "");
  CHECK(LastLook("ALTER TABLE ONLY s.t ADD CONSTRAINT c CHECK (a IS NOT NULL);"
                 "ALTER TABLE s.t ALTER a SET NOT NULL") == "");
  // Another table, column, constraint or expression; dropped; not any more what it was.
  const std::string valid = add + "ALTER TABLE t VALIDATE CONSTRAINT c;";
  CHECK(LastLook(valid + "ALTER TABLE u ALTER COLUMN a SET NOT NULL") == reads);
  CHECK(LastLook(valid + "ALTER TABLE s.t ALTER COLUMN a SET NOT NULL") == reads);
  CHECK(LastLook(valid + "ALTER TABLE t ALTER COLUMN b SET NOT NULL") == reads);
  CHECK(LastLook(valid + "ALTER TABLE t ALTER a SET NOT NULL, ALTER b SET NOT NULL") ==
        reads + reads);
  CHECK(LastLook(add + "ALTER TABLE t VALIDATE CONSTRAINT d;" + set) == reads);
  CHECK(LastLook("ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NULL);" + set) == reads);
  CHECK(LastLook("ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL OR b);" + set) == reads);
  CHECK(LastLook(valid + "ALTER TABLE t DROP CONSTRAINT c;" + set) == reads);
  CHECK(LastLook(valid + "DO $$ BEGIN END $$;" + set) == reads);
  CHECK(LastLook(valid + "SET search_path = s;" + set) == reads);
  CHECK(LastLook(valid + "ALTER TABLE t RENAME COLUMN a TO b;" + set) == reads);
  CHECK(LastLook(valid + "ALTER TABLE t RENAME TO u;" + set) == reads);
  CHECK(LastLook(valid + "ALTER TABLE t RENAME CONSTRAINT c TO d;" + set) == reads);
  CHECK(LastLook(valid + "ALTER INDEX i RENAME TO j;" + set) == "");
}

TEST_CASE("ATTACH PARTITION reads no row where a CHECK of the table was validated") {
  const std::string add = "ALTER TABLE p ADD CONSTRAINT c CHECK (k >= 0 AND k < 9) NOT VALID;";
  const std::string attach = "ALTER TABLE t ATTACH PARTITION p FOR VALUES FROM (0) TO (9)";
  const std::string reads = "scans, where a row is outside the bounds";
  CHECK(LastLook(attach) == reads);
  CHECK(LastLook(add + attach) == reads);
  const std::string valid = add + "ALTER TABLE p VALIDATE CONSTRAINT c;";
  CHECK(LastLook(valid + attach) == "");
  // One that is valid at once is there for its own sake.
  CHECK(LastLook("ALTER TABLE p ADD CONSTRAINT c CHECK (k >= 0 AND k < 9);" + attach) == reads);
  // Another table or constraint; dropped; not any more what it was.
  CHECK(LastLook(valid + "ALTER TABLE t ATTACH PARTITION q FOR VALUES IN (1)") == reads);
  CHECK(LastLook(add + "ALTER TABLE p VALIDATE CONSTRAINT d;" + attach) == reads);
  CHECK(LastLook("ALTER TABLE p ADD CONSTRAINT c UNIQUE (k);" + attach) == reads);
  CHECK(LastLook(valid + "ALTER TABLE p DROP CONSTRAINT c;" + attach) == reads);
  CHECK(LastLook(valid + "ALTER TABLE p RENAME COLUMN k TO j;" + attach) == reads);
  CHECK(LastLook(valid + "SET search_path = s;" + attach) == reads);
  CHECK(LastLook(valid + "DO $$ BEGIN END $$;" + attach) == reads);
}

}  // namespace
}  // namespace autogen::impact
