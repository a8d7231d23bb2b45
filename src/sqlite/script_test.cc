// Pairs of schemas: the script is run over rows, there, back and there again; each time the schema
// must be the other one, no row may be lost, and every value of a column that stays as it is must
// still be there.
#include "src/sqlite/script.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/sqlite/database.h"
#include "src/sqlite/read.h"
#include "src/sqlite/sample_rows.h"
#include "src/sqlite/test_step.h"

namespace autogen::sqlite {
namespace {

// A parent, a child that cascades, a grandchild, and what may depend on the table that changes.
constexpr char kAround[] =
    "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INT REFERENCES t ON DELETE CASCADE);"
    "CREATE TABLE grandchild (id INTEGER PRIMARY KEY, child_id INT NOT NULL REFERENCES child (id) "
    "ON "
    "DELETE CASCADE ON UPDATE CASCADE);"
    "CREATE TABLE log (what TEXT);"
    "CREATE INDEX t_n ON t (n) WHERE n IS NOT NULL;"
    "CREATE VIEW v AS SELECT id, n FROM t;"
    "CREATE VIEW w AS SELECT v.id FROM v JOIN child ON child.t_id = v.id;"
    "CREATE TRIGGER t_log AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('t ' || new.n); END;"
    "CREATE TRIGGER child_log AFTER DELETE ON child BEGIN UPDATE t SET n = n + 1 WHERE id = "
    "old.t_id; "
    "END;"
    "CREATE TRIGGER v_insert INSTEAD OF INSERT ON v BEGIN INSERT INTO t (id, n) VALUES (new.id, "
    "new.n); "
    "END;";

struct Pair {
  const char* name;
  std::string before, after;
};

Pair Around(const char* name, const std::string& before, const std::string& after) {
  return {name, before + ";" + kAround, after + ";" + kAround};
}

std::vector<Pair> Pairs() {
  const std::string t = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT)";
  return {
      Around("add column", t, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a INT)"),
      Around("add column in the middle", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, n INT, s TEXT)"),
      Around("add NOT NULL with a default", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a INT NOT NULL DEFAULT 7)"),
      Around("add column with an expression", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a INT DEFAULT (1 + 2))"),
      Around("add column with CURRENT_TIMESTAMP", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a TEXT DEFAULT "
             "CURRENT_TIMESTAMP)"),
      Around("add virtual column", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a AS (n + 1))"),
      Around("add stored column", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a INT AS (n + 1) STORED)"),
      Around("add reference", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a INT REFERENCES child ON "
             "DELETE SET NULL)"),
      Around("add named deferrable reference", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a INT CONSTRAINT f REFERENCES "
             "child (id) "
             "DEFERRABLE INITIALLY DEFERRED)"),
      Around("add unique column", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a INT UNIQUE)"),
      Around(
          "add column with check", t,
          "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, a INT DEFAULT 1 CHECK (a > 0))"),
      Around("drop and add", t, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, b TEXT)"),
      Around("swap columns", t, "CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT, n INT)"),
      Around("change type", t, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s VARCHAR(20))"),
      Around("set NOT NULL with a default", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT NOT NULL DEFAULT '')"),
      Around("set default", t, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT DEFAULT 5, s TEXT)"),
      Around("add check", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > 0), s TEXT)"),
      Around(
          "add two unnamed checks", t,
          "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > 0) CHECK (n < 1000), s TEXT)"),
      Around("change check", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > 0), s TEXT)",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > -1), s TEXT)"),
      Around("name check", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > 0), s TEXT)",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CONSTRAINT c CHECK (n > 0), s TEXT)"),
      Around("add unique", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, UNIQUE (n, s))"),
      Around("unique on conflict", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT UNIQUE, s TEXT)",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT UNIQUE ON CONFLICT REPLACE, s TEXT)"),
      Around("autoincrement", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT, s TEXT)"),
      Around("stays autoincrement",
             "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT, s TEXT)",
             "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT, s TEXT)"),
      Around("strict", t, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT) STRICT"),
      Around("without rowid", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT) WITHOUT ROWID"),
      Around("collation", t,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT COLLATE NOCASE)"),
      Around("key of two columns",
             "CREATE TABLE t (id INT NOT NULL UNIQUE, n INT NOT NULL, s TEXT, PRIMARY KEY "
             "(id))",
             "CREATE TABLE t (id INT NOT NULL UNIQUE, n INT NOT NULL, s TEXT, PRIMARY KEY (id, n "
             "DESC))"),
      Around("foreign key changes its action",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, t_id INT REFERENCES t)",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, t_id INT REFERENCES t ON "
             "DELETE CASCADE)"),
      Around("foreign key becomes deferrable",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, t_id INT REFERENCES child)",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, t_id INT REFERENCES child "
             "DEFERRABLE "
             "INITIALLY DEFERRED)"),
      Around("generated becomes stored",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, g AS (n * 2))",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, s TEXT, g INT AS (n * 2) STORED)"),
      Around("a column called rowid",
             "CREATE TABLE t (id INT UNIQUE NOT NULL, n INT, s TEXT, rowid TEXT)",
             "CREATE TABLE t (id INT UNIQUE NOT NULL, n INT, s BLOB, rowid TEXT)"),
      {"a key that becomes the rowid", "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (b)",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT); CREATE INDEX i ON t (b)"},
      {"indexes", t + "; CREATE INDEX i ON t (n); CREATE UNIQUE INDEX j ON t (s)",
       t + "; CREATE INDEX i ON t (n DESC, s COLLATE NOCASE) WHERE n > 1; CREATE INDEX k ON t "
           "(lower(s))"},
      {"views and triggers",
       t + "; CREATE VIEW v AS SELECT n FROM t; CREATE VIEW w AS SELECT * FROM v",
       t + "; CREATE VIEW v (m) AS SELECT s FROM t; CREATE VIEW w AS SELECT * FROM v; CREATE "
           "TRIGGER g AFTER "
           "UPDATE OF n ON t WHEN new.n > 1 BEGIN SELECT 1; END"},
      {"a new table", t, t + "; CREATE TABLE u (a TEXT PRIMARY KEY, b REFERENCES t) WITHOUT ROWID"},
      {"full-text search", t,
       t + "; CREATE VIRTUAL TABLE f USING fts5(s, content='t', content_rowid='id')"},
      {"two tables that refer to each other",
       "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INT REFERENCES b ON DELETE CASCADE); CREATE "
       "TABLE b (id INTEGER "
       "PRIMARY KEY, a_id INT REFERENCES a ON DELETE CASCADE)",
       "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id BIGINT REFERENCES b ON DELETE CASCADE); "
       "CREATE TABLE b (id "
       "INTEGER PRIMARY KEY, a_id BIGINT REFERENCES a ON DELETE CASCADE)"},
      {"odd names", "CREATE TABLE \"a b\" (\"c\"\"d\" TEXT, \"order\" INT, [x y] INT)",
       "CREATE TABLE \"a b\" (\"c\"\"d\" TEXT, \"order\" BIGINT, [x y] INT)"},
      {"a name of ours is taken", "CREATE TABLE t (a INT); CREATE TABLE autogen_new_t (b INT)",
       "CREATE TABLE t (a TEXT); CREATE TABLE autogen_new_t (b INT)"},
  };
}

TEST_CASE("a script makes the other schema and loses no row, there, back and there again") {
  for (const Pair& pair : Pairs()) {
    CAPTURE(pair.name);
    Database wanted = Make(pair.after);
    Database database = Make(pair.before);
    const model::Snapshot from = ReadOf(database), to = ReadOf(wanted);
    FillTables(database, *from.schema, 12);
    // As an application has it that wants them enforced.
    REQUIRE(database.Exec("PRAGMA foreign_keys = ON").ok());
    Step(database, from, to);
    Step(database, to, from);
    Step(database, from, to);
  }
}

TEST_CASE("a table that rows refer to goes, and does not come back empty under them") {
  Database database = Make(
      "CREATE TABLE t (id INTEGER PRIMARY KEY);"
      "CREATE TABLE u (a INT REFERENCES t ON DELETE CASCADE)");
  Database wanted = Make("CREATE TABLE u (a INT)");
  const model::Snapshot from = ReadOf(database), to = ReadOf(wanted);
  FillTables(database, *from.schema, 5);
  REQUIRE(database.Exec("PRAGMA foreign_keys = ON").ok());
  Step(database, from, to);
  CHECK_EQ(database.Query("SELECT count(*) FROM u")->at(0)[0], "5");
  absl::StatusOr<Script> back = WriteScript(*to.schema, *from.schema, {});
  REQUIRE(back.ok());
  CHECK_FALSE(database.Exec(ScriptText(*back)).ok());
  REQUIRE(database.Exec("ROLLBACK").ok());
  CHECK_EQ(Text(ReadOf(database)), Text(to));
  CHECK_EQ(database.Query("SELECT count(*) FROM u")->at(0)[0], "5");
}

TEST_CASE("renames are carried into every text") {
  Database database =
      Make(std::string("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > 0), s TEXT);") +
           kAround);
  FillTables(database, *ReadOf(database).schema, 5);
  Database wanted = Make(
      "CREATE TABLE u (id INTEGER PRIMARY KEY, number INT CHECK (number > 0), s BLOB);"
      "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INT REFERENCES u ON DELETE CASCADE);"
      "CREATE INDEX t_n ON u (number) WHERE number IS NOT NULL;"
      "CREATE VIEW v AS SELECT id, number FROM u");
  const model::Snapshot to = ReadOf(wanted);
  absl::StatusOr<Script> script =
      WriteScript(*ReadOf(database).schema, *to.schema, {{"t", "", "u"}, {"u", "n", "number"}});
  REQUIRE_MESSAGE(script.ok(), script.status().ToString());
  CHECK(
      absl::StrContains(ScriptText(*script),
                        "ALTER TABLE t RENAME TO u;\nALTER TABLE u RENAME COLUMN n TO number;\n"));
  const absl::Status run = database.Exec(ScriptText(*script));
  REQUIRE_MESSAGE(run.ok(), run.ToString());
  CHECK_EQ(Text(ReadOf(database)), Text(to));
  CHECK_EQ(database.Query("SELECT count(*), sum(number) FROM u")->at(0), Database::Row{"5", "10"});
}

TEST_CASE("what AUTOINCREMENT has given out is not given out again") {
  for (const char* rows : {"INSERT INTO t (n) VALUES (1), (2), (3); DELETE FROM t WHERE id > 1",
                           "INSERT INTO t (n) VALUES (1), (2), (3); DELETE FROM t"}) {
    Database database = Make("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT)");
    REQUIRE(database.Exec(rows).ok());
    Database wanted = Make("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT)");
    absl::StatusOr<Script> script =
        WriteScript(*ReadOf(database).schema, *ReadOf(wanted).schema, {});
    REQUIRE(script.ok());
    REQUIRE(database.Exec(ScriptText(*script)).ok());
    REQUIRE(database.Exec("INSERT INTO t (n) VALUES (4)").ok());
    CHECK_EQ(database.Query("SELECT max(id) FROM t")->at(0)[0], "4");
    CHECK_EQ(database.Query("SELECT count(*) FROM sqlite_sequence")->at(0)[0], "1");
  }
}

TEST_CASE("what would lose rows or break a reference changes nothing") {
  struct {
    const char* what;
    const char* before;
    const char* rows;
    const char* after;
    const char* error;
  } const rows[] = {
      {"a conflict clause swallows rows", "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (1)",
       "CREATE TABLE t (a INT UNIQUE ON CONFLICT REPLACE)", "not every row came along"},
      {"a check refuses rows", "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (-1)",
       "CREATE TABLE t (a INT CHECK (a > 0))", "CHECK constraint failed"},
      {"NULLs in a column that takes none", "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (NULL)",
       "CREATE TABLE t (a INT NOT NULL)", "constraint failed"},
      {"a new foreign key that rows violate",
       "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT)",
       "INSERT INTO t VALUES (7)",
       "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT REFERENCES p)",
       "a foreign key is newly violated"},
      {"rows that are no integers become STRICT", "CREATE TABLE t (a INT)",
       "INSERT INTO t VALUES ('x')", "CREATE TABLE t (a INT) STRICT",
       "cannot store TEXT value in INT column"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    Database database = Make(row.before);
    REQUIRE(database.Exec(row.rows).ok());
    Database wanted = Make(row.after);
    const model::Snapshot before = ReadOf(database);
    absl::StatusOr<Script> script = WriteScript(*before.schema, *ReadOf(wanted).schema, {});
    REQUIRE(script.ok());
    const std::string held = database.Query("SELECT group_concat(quote(a)) FROM t")->at(0)[0];
    const absl::Status run = database.Exec(ScriptText(*script));
    CHECK_MESSAGE(absl::StrContains(run.message(), row.error), run.ToString());
    REQUIRE(database.Exec("ROLLBACK").ok());
    CHECK_EQ(Text(ReadOf(database)), Text(before));
    CHECK_EQ(database.Query("SELECT group_concat(quote(a)) FROM t")->at(0)[0], held);
  }
}

TEST_CASE("a violation that was there before stops nothing") {
  Database database =
      Make("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT REFERENCES p)");
  REQUIRE(database.Exec("INSERT INTO t VALUES (7)").ok());
  Database wanted =
      Make("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a BIGINT REFERENCES p)");
  absl::StatusOr<Script> script = WriteScript(*ReadOf(database).schema, *ReadOf(wanted).schema, {});
  REQUIRE(script.ok());
  CHECK(database.Exec(ScriptText(*script)).ok());
  CHECK_EQ(database.Query("SELECT a FROM t")->at(0)[0], "7");
}

}  // namespace
}  // namespace autogen::sqlite
