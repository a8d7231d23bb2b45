// A database is read, its statements are written from that, and what they make is read again: the
// same Schema, and for SQLite the same tables.
#include "src/sqlite/read.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "src/sqlite/create.h"
#include "src/sqlite/database.h"

namespace autogen::sqlite {
namespace {

model::Snapshot ReadOf(const std::vector<std::string>& statements) {
  absl::StatusOr<Database> database = Database::InMemory();
  REQUIRE(database.ok());
  for (const std::string& sql : statements) {
    const absl::Status made = database->Exec(sql);
    REQUIRE_MESSAGE(made.ok(), sql << ": " << made.ToString());
  }
  absl::StatusOr<model::Snapshot> read = Read(*database);
  REQUIRE_MESSAGE(read.ok(), read.status().ToString());
  return *std::move(read);
}

std::string TextOf(const std::string& sql) { return ReadOf({sql}).schema->DebugString(); }

const char* const kScripts[] = {
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'it''s', n)",
    "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a VARCHAR ( 20 ) UNIQUE ON CONFLICT "
    "IGNORE)",
    "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, b TEXT COLLATE nocase)",
    "CREATE TABLE t (id INTEGER, b, PRIMARY KEY (id DESC))",
    "CREATE TABLE t (a TEXT, b INT, CONSTRAINT k PRIMARY KEY (a COLLATE NOCASE, b DESC) ON "
    "CONFLICT "
    "REPLACE) WITHOUT ROWID",
    "CREATE TABLE t (a INT NOT NULL, b TEXT, c ANY) STRICT",
    "CREATE TABLE t (a INT, CHECK (a > 0), CHECK (a <> 5), CONSTRAINT c CHECK (a < 9), UNIQUE (a))",
    "CREATE TABLE t (a INT CONSTRAINT nn NOT NULL ON CONFLICT FAIL CONSTRAINT ck CHECK (a > 0), b)",
    "CREATE TABLE t (a INT DEFAULT (1 + 2), b TEXT DEFAULT word, c REAL DEFAULT -1.5, d DEFAULT "
    "CURRENT_TIMESTAMP, e DEFAULT NULL, f DEFAULT (datetime('now')), g DEFAULT true)",
    "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2) STORED, c AS (a + 1), d TEXT AS (a "
    "|| "
    "'x') VIRTUAL)",
    "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a REFERENCES p ON DELETE CASCADE "
    "DEFERRABLE INITIALLY DEFERRED, b INT, c INT, FOREIGN KEY (b) REFERENCES p (id) ON UPDATE SET "
    "NULL ON DELETE SET DEFAULT, CONSTRAINT f FOREIGN KEY (c) REFERENCES nowhere (x))",
    "CREATE TABLE t (a, b); CREATE UNIQUE INDEX i ON t (a COLLATE NOCASE DESC, lower(b)) WHERE b "
    "IS "
    "NOT NULL; CREATE INDEX j ON t (b)",
    "CREATE TABLE t (a, b); CREATE VIEW v (x, y) AS SELECT a, b FROM t WHERE a != 1; CREATE VIEW w "
    "AS SELECT * FROM v",
    "CREATE TABLE t (a, b); CREATE TRIGGER g AFTER UPDATE OF a, b ON t WHEN new.a <> CASE WHEN "
    "old.b "
    "THEN 1 ELSE 2 END BEGIN UPDATE t SET b = 1 WHERE a = new.a; DELETE FROM t WHERE a = 2; END",
    "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER g INSTEAD OF INSERT ON v "
    "BEGIN INSERT INTO t VALUES (new.a); END",
    "CREATE VIRTUAL TABLE f USING fts5(title, body, tokenize='porter ascii', prefix='2 3')",
    "CREATE TABLE \"odd name\" (\"a b\" TEXT, [c\"d] INT, `order` INT, 'e' INT, \"sel;ect\" INT)",
    "CREATE TABLE t (\"group\" INT CHECK (\"group\" > 0), key TEXT, \"a)b\" TEXT DEFAULT ')')",
    "CREATE TABLE t (a /* first */ INT, -- the end, )\n b TEXT DEFAULT '--' /* , c INT */)",
    "CREATE TABLE t (a UNSIGNED BIG INT, b DECIMAL(10,2), c \"my type\", d DOUBLE PRECISION)",
    "CREATE TABLE t (a INT, CONSTRAINT x UNIQUE (a) CONSTRAINT y CHECK (a > 1))",
};

TEST_CASE("what is read makes the same database again") {
  for (const char* sql : kScripts) {
    CAPTURE(sql);
    const model::Snapshot first = ReadOf({sql});
    std::vector<std::string> statements;
    for (Creation& made : CreateAll(*first.schema)) statements.push_back(std::move(made.sql));
    const model::Snapshot second = ReadOf(statements);
    CHECK_EQ(first.schema->DebugString(), second.schema->DebugString());
  }
}

TEST_CASE("another way to write the same is no difference") {
  struct {
    const char* one;
    const char* other;
  } const rows[] = {
      {"CREATE TABLE t (a INT, b TEXT)", "create table [t](`a` int , \"b\" Text);"},
      {"CREATE TABLE t (a INT PRIMARY KEY)", "CREATE TABLE t (a INT, PRIMARY KEY (a ASC))"},
      {"CREATE TABLE t (a INT UNIQUE)", "CREATE TABLE t (a INT, UNIQUE (a))"},
      {"CREATE TABLE t (a INT CHECK (a != 1))", "CREATE TABLE t (a INT, CHECK ((\"A\" <> 1)))"},
      {"CREATE TABLE t (a INT DEFAULT (1))", "CREATE TABLE t (a INT DEFAULT +1)"},
      {"CREATE TABLE t (a INT DEFAULT NULL)", "CREATE TABLE t (a INT)"},
      {"CREATE TABLE t (a TEXT DEFAULT \"x\")", "CREATE TABLE t (a TEXT DEFAULT 'x')"},
      {"CREATE TABLE t (a TEXT COLLATE BINARY)", "CREATE TABLE t (a TEXT NULL)"},
      {"CREATE TABLE t (a REFERENCES p)",
       "CREATE TABLE t (a, FOREIGN KEY (a) REFERENCES p ON DELETE NO "
       "ACTION NOT DEFERRABLE)"},
      {"CREATE TABLE t (a, b AS (a + 1))",
       "CREATE TABLE t (a, b GENERATED ALWAYS AS (a+1) VIRTUAL)"},
      {"CREATE TABLE t (a); CREATE INDEX i ON t (a ASC) WHERE a==1",
       "CREATE TABLE t (a); CREATE INDEX IF NOT EXISTS i ON t ([a]) WHERE (a = 1)"},
      {"CREATE TABLE t (a); CREATE TRIGGER g INSERT ON t BEGIN SELECT 1; END",
       "CREATE TABLE t (a); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN select 1 ; END"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.one);
    CHECK_EQ(TextOf(row.one), TextOf(row.other));
  }
}

TEST_CASE("differences of meaning are differences") {
  struct {
    const char* one;
    const char* other;
  } const rows[] = {
      {"CREATE TABLE t (a INT)", "CREATE TABLE t (a TEXT)"},
      {"CREATE TABLE t (a INTEGER PRIMARY KEY)", "CREATE TABLE t (a INTEGER PRIMARY KEY DESC)"},
      {"CREATE TABLE t (a INTEGER PRIMARY KEY)",
       "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)"},
      {"CREATE TABLE t (a, b)", "CREATE TABLE t (b, a)"},
      {"CREATE TABLE t (a INT)", "CREATE TABLE t (a INT) STRICT"},
      {"CREATE TABLE t (a INT PRIMARY KEY)", "CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID"},
      {"CREATE TABLE t (a CHECK (a = 'x'))", "CREATE TABLE t (a CHECK (a = 'X'))"},
      {"CREATE TABLE t (a UNIQUE)", "CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE)"},
      {"CREATE TABLE t (a REFERENCES p)",
       "CREATE TABLE t (a REFERENCES p DEFERRABLE INITIALLY DEFERRED)"},
      {"CREATE TABLE t (a, b AS (1) STORED)", "CREATE TABLE t (a, b AS (1))"},
      {"CREATE TABLE t (a, CHECK (a > 1))", "CREATE TABLE t (a, CONSTRAINT c CHECK (a > 1))"},
      {"CREATE TABLE t (a DEFAULT 1)", "CREATE TABLE t (a DEFAULT '1')"},
      {"CREATE TABLE t (a COLLATE NOCASE)", "CREATE TABLE t (a)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.one);
    CHECK_NE(TextOf(row.one), TextOf(row.other));
  }
}

TEST_CASE("what ALTER TABLE writes into the stored text is read like the rest") {
  CHECK_EQ(
      TextOf("CREATE TABLE t (a INT); ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x' CHECK (b <> '')"),
      TextOf("CREATE TABLE t (a INT, b TEXT DEFAULT 'x' CHECK (b <> ''))"));
  CHECK_EQ(
      TextOf(
          "CREATE TABLE t (a INT CHECK (a > 0)); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t "
          "RENAME COLUMN a TO \"b c\"; ALTER TABLE t RENAME TO u"),
      TextOf("CREATE TABLE u (\"b c\" INT CHECK (\"b c\" > 0)); CREATE VIEW v AS SELECT \"b c\" "
             "FROM u"));
}

TEST_CASE("shadow tables and what SQLite keeps for itself are left out") {
  const model::Snapshot read = ReadOf({"CREATE VIRTUAL TABLE f USING fts5(a)",
                                       "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, "
                                       "b UNIQUE)",
                                       "ANALYZE"});
  REQUIRE_EQ(read.schema->table_size(), 2);
  CHECK_EQ(read.schema->table(0).virtual_().module(), "fts5");
  CHECK_EQ(read.schema->table(1).index_size(), 0);
}

}  // namespace
}  // namespace autogen::sqlite
