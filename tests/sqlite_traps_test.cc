// Where rebuilding a table of SQLite loses rows, or what belongs to it, in other programs: each as
// a model that changes, upgraded and downgraded with the program itself, while another program has
// the file open, with foreign keys ON and OFF there, in each journal mode.
//
// Two of the known traps have no place here: a driver that commits on its own (the connection is the
// program's own), and a service that runs each statement in a transaction of its own (it is no
// file).
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"

namespace autogen::cli {
namespace {

using Replacements = std::vector<std::pair<std::string, std::string>>;

// The program that lives on the file.
class Application {
 public:
  Application(const std::string& journal_mode, bool foreign_keys) {
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open("app.db", &raw) == SQLITE_OK);
    db_.reset(raw);
    REQUIRE(Rows(absl::StrCat("PRAGMA journal_mode = ", journal_mode)) == journal_mode + "\n");
    Run(absl::StrCat("PRAGMA foreign_keys = ", foreign_keys ? "ON" : "OFF"));
  }

  // What went wrong, or "".
  std::string Try(const std::string& sql) {
    char* message = nullptr;
    sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, &message);
    std::string error = message == nullptr ? "" : message;
    sqlite3_free(message);
    return error;
  }
  void Run(const std::string& sql) {
    const std::string error = Try(sql);
    CAPTURE(sql);
    REQUIRE(error == "");
  }
  // "1|a\n2|NULL\n"
  std::string Rows(const std::string& query) {
    std::string rows, error;
    char* message = nullptr;
    sqlite3_exec(
        db_.get(), query.c_str(),
        [](void* to, int n, char** values, char**) {
          for (int i = 0; i < n; ++i) {
            absl::StrAppend(static_cast<std::string*>(to), i > 0 ? "|" : "",
                            values[i] == nullptr ? "NULL" : values[i]);
          }
          static_cast<std::string*>(to)->push_back('\n');
          return 0;
        },
        &rows, &message);
    if (message != nullptr) rows = absl::StrCat("error: ", message, "\n");
    sqlite3_free(message);
    return rows;
  }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  std::unique_ptr<sqlite3, Close> db_;
};

struct Trap {
  const char* name;
  const char* schema;   // and its rows
  Replacements change;  // of the model
  // Give the same before, after the upgrade and after the downgrade.
  std::vector<std::string> same;
  // What a query must give after the upgrade.
  std::vector<std::pair<std::string, std::string>> after = {};
  // What the application must then be able to do, or must be refused with such a message; with
  // foreign keys ON alone where it says so. Undone.
  struct Probe {
    const char* sql;
    const char* error;  // "" for none
    bool foreign_keys = false;
  };
  std::vector<Probe> probes = {};
  // The upgrade fails with this, and changes nothing.
  const char* fails = "";
};

const char kFamily[] =
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE "
    "CASCADE,"
    " other INTEGER REFERENCES parent (id) ON DELETE SET NULL);"
    "CREATE TABLE grandchild (id INTEGER PRIMARY KEY, child INTEGER REFERENCES child (id) ON "
    "DELETE CASCADE);"
    "CREATE TABLE strict_child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id)"
    " DEFERRABLE INITIALLY DEFERRED);"
    "INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (7, NULL);"
    "INSERT INTO child VALUES (10, 1, 2), (11, 2, NULL), (12, 7, 7);"
    "INSERT INTO grandchild VALUES (100, 10), (101, 12);"
    "INSERT INTO strict_child VALUES (1, 1), (2, 7);";
const std::vector<std::string> kFamilyRows = {
    "SELECT id, name FROM parent ORDER BY id", "SELECT * FROM child ORDER BY id",
    "SELECT * FROM grandchild ORDER BY id", "SELECT * FROM strict_child ORDER BY id",
    "SELECT m.name, f.\"from\", f.\"table\", f.\"to\", f.on_delete FROM sqlite_schema AS m, "
    "pragma_foreign_key_list(m.name) AS f ORDER BY 1, 2"};
const Replacements kParentText = {
    {"{ name: \"name\" type: \"TEXT\" }", "{ name: \"name\" type: \"VARCHAR(40)\" }"}};

std::vector<Trap> Traps() {
  return {
      {"dropping the parent empties its children",
       kFamily,
       kParentText,
       kFamilyRows,
       {},
       {{"DELETE FROM parent WHERE id = 2", ""},
        {"INSERT INTO child VALUES (13, 99, NULL)", "FOREIGN KEY constraint failed", true},
        {"DELETE FROM parent WHERE id = 1; COMMIT", "FOREIGN KEY constraint failed", true}}},
      {"a rebuilt child loses its foreign keys",
       kFamily,
       {{"{ name: \"other\" type: \"INTEGER\" }", "{ name: \"other\" type: \"INT\" }"}},
       kFamilyRows,
       {},
       {{"INSERT INTO child VALUES (13, 99, NULL)", "FOREIGN KEY constraint failed", true}}},
      {"a table that refers to itself is emptied",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) ON DELETE CASCADE, x "
       "TEXT);"
       "INSERT INTO t VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 2, 'c');",
       {{"{ name: \"x\" type: \"TEXT\" }",
         "{ name: \"x\" type: \"TEXT\" not_null: true default: \"''\" }"}},
       {"SELECT * FROM t ORDER BY id"},
       {},
       {{"DELETE FROM t WHERE id = 1", ""}}},
      {"a view of the table breaks the rename",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); CREATE VIEW v AS SELECT id, x FROM t;"
       "CREATE VIEW w AS SELECT count(*) AS n FROM v; INSERT INTO t VALUES (1, 'a'), (2, 'b');"
       "CREATE TRIGGER vi INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.id, new.x); END;",
       {{"{ name: \"x\" type: \"TEXT\" }", "{ name: \"x\" type: \"CLOB\" }"}},
       {"SELECT * FROM v ORDER BY id", "SELECT * FROM w"},
       {},
       {{"INSERT INTO v VALUES (3, 'c')", ""}}},
      {"triggers vanish with the table",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE log (what TEXT);"
       "CREATE TABLE u (id INTEGER);"
       "CREATE TRIGGER made AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.x); END;"
       "CREATE TRIGGER made_u AFTER INSERT ON u BEGIN INSERT INTO t (x) VALUES ('u'); END;"
       "INSERT INTO t VALUES (1, 'a'); INSERT INTO u VALUES (1);",
       {{"{ name: \"x\" type: \"TEXT\" }", "{ name: \"x\" type: \"CLOB\" }"}},
       {"SELECT * FROM t ORDER BY id", "SELECT * FROM log", "SELECT * FROM u",
        "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger' ORDER BY 1"},
       {},
       {{"INSERT INTO u VALUES (2); SELECT CASE WHEN (SELECT count(*) FROM log) <> 3 THEN "
         "abs(-9223372036854775808) END",
         ""}}},
      {"indexes, STRICT and WITHOUT ROWID are forgotten",
       "CREATE TABLE t (a TEXT, b INTEGER, c INTEGER, PRIMARY KEY (a)) STRICT, WITHOUT ROWID;"
       "CREATE INDEX t_b ON t (b DESC) WHERE c > 0; CREATE UNIQUE INDEX t_bc ON t (b, c);"
       "CREATE INDEX t_x ON t (lower(a)); INSERT INTO t VALUES ('k', 1, 2), ('l', 2, 3);",
       {{"{ name: \"c\" type: \"INTEGER\" }", "{ name: \"c\" type: \"INTEGER\" default: \"5\" }"}},
       {"SELECT * FROM t ORDER BY a",
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 't' ORDER BY 1",
        "SELECT name, wr, strict FROM pragma_table_list WHERE name = 't'"},
       {},
       {{"INSERT INTO t VALUES ('m', 1, 2)", "UNIQUE constraint failed: t.b, t.c"},
        {"INSERT INTO t VALUES ('m', 'x', 2)", "cannot store TEXT value in INTEGER column t.b"}}},
      {"an id is given out twice",
       "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);"
       "CREATE TABLE none (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);"
       "INSERT INTO t (x) VALUES ('a'), ('b'), ('c'); DELETE FROM t WHERE id = 3;"
       "INSERT INTO none (x) VALUES ('a'); DELETE FROM none;",
       {{"{ name: \"x\" type: \"TEXT\" }", "{ name: \"x\" type: \"CLOB\" }"}},
       {"SELECT * FROM t ORDER BY id", "SELECT * FROM none",
        "SELECT * FROM sqlite_sequence ORDER BY name"},
       {},
       {{"INSERT INTO t (id, x) VALUES (3, 'again'); INSERT INTO t (x) VALUES ('d');"
         "SELECT CASE WHEN max(id) <> 4 THEN abs(-9223372036854775808) END FROM t",
         ""},
        {"INSERT INTO none (x) VALUES ('b');"
         "SELECT CASE WHEN max(id) <> 2 THEN abs(-9223372036854775808) END FROM none",
         ""}}},
      {"generated columns shift what is copied",
       "CREATE TABLE t (a INTEGER, g TEXT GENERATED ALWAYS AS (a || '!') STORED, b TEXT,"
       " v INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, c TEXT);"
       "INSERT INTO t (a, b, c) VALUES (1, 'x', 'y'), (2, NULL, 'z');",
       {{"{ name: \"c\" type: \"TEXT\" }", "{ name: \"c\" type: \"CLOB\" }"}},
       {"SELECT a, g, b, v, c FROM t ORDER BY a"}},
      {"a NULL meets NOT NULL",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, y TEXT); INSERT INTO t VALUES (1, NULL, "
       "'a'), (2, 'b', NULL);",
       {{"{ name: \"x\" type: \"TEXT\" }",
         "{ name: \"x\" type: \"TEXT\" not_null: true default: \"'none'\" }"}},
       {"SELECT id, y FROM t ORDER BY id"},
       {{"SELECT x FROM t ORDER BY id", "none\nb\n"}}},
      {"a NULL meets NOT NULL without a default",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, NULL), (2, 'b');",
       {{"{ name: \"x\" type: \"TEXT\" }", "{ name: \"x\" type: \"TEXT\" not_null: true }"}},
       {"SELECT * FROM t ORDER BY id"},
       {},
       {},
       "t.x is NULL: 1 row"},
      {"constraints without a name are left out",
       "CREATE TABLE p (k TEXT UNIQUE);"
       "CREATE TABLE t (a TEXT UNIQUE, b INTEGER CHECK (b > 0), c TEXT REFERENCES p (k), d TEXT,"
       " UNIQUE (b, d), CHECK (a <> d));"
       "INSERT INTO p VALUES ('k'); INSERT INTO t VALUES ('a', 1, 'k', 'd'), ('b', 2, NULL, NULL);",
       {{"{ name: \"d\" type: \"TEXT\" }", "{ name: \"d\" type: \"CLOB\" }"}},
       {"SELECT * FROM t ORDER BY a"},
       {},
       {{"INSERT INTO t VALUES ('a', 9, NULL, 'z')", "UNIQUE constraint failed: t.a"},
        {"INSERT INTO t VALUES ('z', 0, NULL, 'y')", "CHECK constraint failed"},
        {"INSERT INTO t VALUES ('z', 1, NULL, 'd')", "UNIQUE constraint failed: t.b, t.d"},
        {"INSERT INTO t VALUES ('z', 5, NULL, 'z')", "CHECK constraint failed"},
        {"INSERT INTO t VALUES ('z', 5, 'none', 'y')", "FOREIGN KEY constraint failed", true}}},
      {"a CHECK that a row violates",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, -1), (2, 1);",
       {{"{ name: \"n\" type: \"INTEGER\" }",
         "{ name: \"n\" type: \"INTEGER\" } check { expression: \"n > 0\" }"}},
       {"SELECT * FROM t ORDER BY id", "SELECT sql FROM sqlite_schema WHERE name = 't'"},
       {},
       {},
       "violates it: 1 row"},
      {"RENAME COLUMN under a view, a trigger, an index and a foreign key",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT UNIQUE); CREATE TABLE c (x TEXT REFERENCES "
       "t (x));"
       "CREATE VIEW v AS SELECT x FROM t; CREATE INDEX t_x ON t (lower(x));"
       "CREATE TRIGGER tr AFTER UPDATE OF x ON t BEGIN UPDATE c SET x = new.x WHERE x = old.x; END;"
       "INSERT INTO t VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES ('a');",
       {{"{ name: \"x\" type: \"TEXT\" }\n  primary_key",
         "{ name: \"y\" type: \"TEXT\" renamed_from: \"x\" }\n  primary_key"},
        {"unique { column: \"x\" }", "unique { column: \"y\" }"},
        {"lower(x)", "lower(y)"},
        {"references { table: \"t\" column: \"x\" }", "references { table: \"t\" column: \"y\" }"},
        {"SELECT x FROM t", "SELECT y AS x FROM t"},
        {"update_of: \"x\"", "update_of: \"y\""},
        {"SET x = new.x WHERE x = old.x", "SET x = new.y WHERE x = old.y"}},
       {"SELECT * FROM t ORDER BY id", "SELECT x FROM v ORDER BY x", "SELECT * FROM c"}},
      {"two changes rebuild a table twice",
       kFamily,
       {{"{ name: \"parent\" type: \"INTEGER\" }\n  column { name: \"other\" type: \"INTEGER\" }",
         "{ name: \"parent\" type: \"INT\" }\n  column { name: \"other\" type: \"INT\" }"}},
       kFamilyRows},
      {"rowids that a full-text index refers to change",
       "CREATE TABLE note (title TEXT, body TEXT); INSERT INTO note VALUES ('a', 'one'), ('b', "
       "'two'), ('c', 'three');"
       "DELETE FROM note WHERE title = 'a';"
       "CREATE VIRTUAL TABLE note_fts USING fts5(body, content='note', content_rowid='rowid');"
       "INSERT INTO note_fts (rowid, body) SELECT rowid, body FROM note;",
       {{"{ name: \"title\" type: \"TEXT\" }", "{ name: \"title\" type: \"CLOB\" }"}},
       {"SELECT rowid, * FROM note ORDER BY rowid",
        "SELECT rowid, body FROM note_fts WHERE note_fts MATCH 'three'"}},
      {"the name of the new table is taken",
       "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE new_t (id INTEGER); CREATE "
       "TABLE t_new (id INTEGER);"
       "CREATE TABLE autogen_new_t (id INTEGER); CREATE TABLE autogen_t (id INTEGER);"
       "INSERT INTO t VALUES (1, 'a'); INSERT INTO new_t VALUES (5); INSERT INTO autogen_new_t "
       "VALUES (6);",
       {{"{ name: \"x\" type: \"TEXT\" }", "{ name: \"x\" type: \"CLOB\" }"}},
       {"SELECT * FROM t", "SELECT * FROM new_t", "SELECT * FROM autogen_new_t"}},
  };
}

void Spring(const Trap& trap, const std::string& journal_mode, bool foreign_keys) {
  ScratchFolder folder;
  Application application(journal_mode, foreign_keys);
  application.Run(trap.schema);
  REQUIRE(RunMain({"init", "--url", "sqlite:///app.db"}).code == 0);
  REQUIRE(RunMain({"import", "--output", "models/schema.txtpb"}).code == 0);
  const std::string before = *ReadFile("models/schema.txtpb");
  const std::string after = absl::StrReplaceAll(before, trap.change);
  CAPTURE(before);
  for (const auto& [from, to] : trap.change) REQUIRE(absl::StrContains(before, from));
  REQUIRE(WriteFile("models/schema.txtpb", after, Overwrite::kReplace).ok());
  std::vector<std::string> rows;
  for (const std::string& query : trap.same) {
    rows.push_back(application.Rows(query));
    CAPTURE(query);
    REQUIRE_FALSE(absl::StartsWith(rows.back(), "error"));
  }
  const auto check_rows = [&](const char* when) {
    CAPTURE(std::string(when));
    for (size_t i = 0; i < rows.size(); ++i) {
      CAPTURE(trap.same[i]);
      CHECK(application.Rows(trap.same[i]) == rows[i]);
    }
    CHECK(application.Rows("PRAGMA integrity_check") == "ok\n");
    CHECK(application.Rows("PRAGMA foreign_key_check") == "");
  };

  const Outcome made = RunMain({"-m", "change"});
  REQUIRE_MESSAGE(made.code == 0, made.err);
  const std::string script = *ReadFile(ListFiles("versions", ".sql", true)->front());
  CAPTURE(script);
  const Outcome up = RunMain({"upgrade"});
  if (*trap.fails != '\0') {
    CHECK(up.code == 2);
    CHECK_MESSAGE(absl::StrContains(up.err, trap.fails), up.err);
    check_rows("after the upgrade that failed");
    CHECK(RunMain({"upgrade", "--no-data-checks"}).code == 2);
    check_rows("after the upgrade that failed unasked");
    return;
  }
  REQUIRE_MESSAGE(up.code == 0, up.err);
  check_rows("after the upgrade");
  const Outcome equal = RunMain({"check"});
  CHECK_MESSAGE(equal.code == 0, equal.out);
  for (const auto& [query, wanted] : trap.after) {
    CAPTURE(query);
    CHECK(application.Rows(query) == wanted);
  }
  for (const Trap::Probe& probe : trap.probes) {
    if (probe.foreign_keys && !foreign_keys) continue;
    CAPTURE(std::string(probe.sql));
    application.Run("BEGIN");
    const std::string error = application.Try(probe.sql);
    if (application.Rows("SELECT 1") == "1\n") application.Try("ROLLBACK");
    CHECK((*probe.error == '\0' ? error == "" : absl::StrContains(error, probe.error)));
  }
  const Outcome down = RunMain({"downgrade", "base"});
  REQUIRE_MESSAGE(down.code == 0, down.err);
  check_rows("after the downgrade");
  REQUIRE(WriteFile("models/schema.txtpb", before, Overwrite::kReplace).ok());
  const Outcome back = RunMain({"check"});
  CHECK_MESSAGE(back.code == 0, back.out);
}

TEST_CASE("no trap of a rebuild takes a row, or what belongs to a table") {
  int runs = 0;
  for (const Trap& trap : Traps()) {
    for (const char* journal_mode : {"delete", "wal", "truncate"}) {
      for (bool foreign_keys : {true, false}) {
        CAPTURE(std::string(trap.name));
        CAPTURE(std::string(journal_mode));
        CAPTURE(foreign_keys);
        Spring(trap, journal_mode, foreign_keys);
        ++runs;
      }
    }
  }
  MESSAGE(runs, " runs");
}

TEST_CASE("a table is rebuilt once, however many changes it has") {
  ScratchFolder folder;
  Application application("delete", true);
  application.Run(kFamily);
  REQUIRE(RunMain({"init", "--url", "sqlite:///app.db"}).code == 0);
  REQUIRE(RunMain({"import", "--output", "models/schema.txtpb"}).code == 0);
  const std::string before = *ReadFile("models/schema.txtpb");
  REQUIRE(WriteFile("models/schema.txtpb",
                    absl::StrReplaceAll(before, {{"type: \"INTEGER\"", "type: \"INT\""},
                                                 {"on_delete: SET_NULL", "on_delete: CASCADE"}}),
                    Overwrite::kReplace)
              .ok());
  REQUIRE(RunMain({"-m", "change"}).code == 0);
  const std::string script = *ReadFile(ListFiles("versions", ".sql", true)->front());
  const std::string up = script.substr(0, script.find("-- autogen: downgrade"));
  size_t copies = 0;
  for (size_t at = 0; (at = up.find("DROP TABLE child", at)) != std::string::npos; ++at) ++copies;
  CAPTURE(script);
  CHECK(copies == 1);
}

TEST_CASE("rows that violate a foreign key already stop nothing, new ones do") {
  ScratchFolder folder;
  Application application("delete", false);
  application.Run(kFamily);
  application.Run("INSERT INTO child VALUES (99, 12345, NULL)");
  REQUIRE(RunMain({"init", "--url", "sqlite:///app.db"}).code == 0);
  REQUIRE(RunMain({"import", "--output", "models/schema.txtpb"}).code == 0);
  std::string model = absl::StrReplaceAll(*ReadFile("models/schema.txtpb"), kParentText);
  REQUIRE(WriteFile("models/schema.txtpb", model, Overwrite::kReplace).ok());
  REQUIRE(RunMain({"-m", "text"}).code == 0);
  const Outcome first = RunMain({"upgrade"});
  CHECK_MESSAGE(first.code == 0, first.err);
  CHECK(application.Rows("SELECT parent FROM child WHERE id = 99") == "12345\n");

  application.Run(
      "INSERT INTO grandchild VALUES (500, 500); DELETE FROM grandchild WHERE id = 500");
  const std::string key = "child\"\n  column { name: \"id\" type: \"INTEGER\" }\n";
  REQUIRE(absl::StrContains(model, key));
  // grandchild.id refers to nothing that is there.
  model = absl::StrReplaceAll(
      model, {{"table {\n  name: \"grandchild\"\n",
               "table {\n  name: \"grandchild\"\n  foreign_key { column: \"id\" references { "
               "table: \"parent\" column: \"id\" } }\n"}});
  REQUIRE(WriteFile("models/schema.txtpb", model, Overwrite::kReplace).ok());
  const Outcome made = RunMain({"-m", "key"});
  REQUIRE_MESSAGE(made.code == 0, made.err);
  const Outcome second = RunMain({"upgrade"});
  CHECK(second.code == 2);
  CHECK_MESSAGE(absl::StrContains(second.err, "grandchild.id references a missing row: 2 rows"),
                second.err);
  const Outcome unasked = RunMain({"upgrade", "--no-data-checks"});
  CHECK(unasked.code == 2);
  CHECK_MESSAGE(absl::StrContains(unasked.err, "foreign key"), unasked.err);
  CHECK(application.Rows("SELECT count(*) FROM grandchild") == "2\n");
}

TEST_CASE("rows that a script would fail on are counted before it runs") {
  const Replacements unique = {{"{ name: \"x\" type: \"TEXT\" }",
                                "{ name: \"x\" type: \"TEXT\" }\n  unique { column: \"x\" }"}};
  const Replacements strict = {{"type: \"TEXT\" }\n", "type: \"TEXT\" }\n  strict: true\n"}};
  const Replacements index = {{"{ name: \"x\" type: \"TEXT\" }",
                               "{ name: \"x\" type: \"TEXT\" }\n  index { name: \"i\" "
                               "unique: true key { column: \"x\" } where: \"n > 0\" }"}};
  const Replacements key = {{"{ name: \"x\" type: \"TEXT\" }",
                             "{ name: \"x\" type: \"TEXT\" }\n  foreign_key { column: \"n\" "
                             "references { table: \"p\" } }"}};
  const Replacements added = {
      {"{ name: \"x\" type: \"TEXT\" }",
       "{ name: \"x\" type: \"TEXT\" }\n  column { name: \"y\" type: \"TEXT\" not_null: true }"}};
  const std::string start =
      "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);"
      "CREATE TABLE t (n INTEGER, x TEXT);";
  const std::pair<const char*, std::pair<Replacements, const char*>> cases[] = {
      {"INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL), (4, NULL)", {unique, ""}},
      {"INSERT INTO t VALUES (1, 'a'), (2, 'a'), (3, 'a')", {unique, "t.x has duplicates: 2 rows"}},
      {"INSERT INTO t VALUES (1, 'a'), (0, 'a'), (0, 'a')", {index, ""}},
      {"INSERT INTO t VALUES (1, 'a'), (2, 'a')", {index, "t.i has duplicates: 1 row"}},
      {"INSERT INTO t VALUES (1, 'a'), (NULL, 'b')", {key, ""}},
      {"INSERT INTO t VALUES (1, 'a'), (2, 'b')", {key, "t.n references a missing row: 1 row"}},
      {"DELETE FROM t", {added, ""}},
      {"INSERT INTO t VALUES (1, 'a')", {added, "t.y is NOT NULL without a default: 1 row"}},
      {"INSERT INTO t VALUES ('5', 'a'), (6.0, 7), (NULL, NULL), ('5e0', 1.5)", {strict, ""}},
      {"INSERT INTO t VALUES ('five', 'a')", {strict, "t.n is no INTEGER: 1 row"}},
      {"INSERT INTO t VALUES (5.5, 'a')", {strict, "t.n is no INTEGER: 1 row"}},
      {"INSERT INTO t VALUES (5, x'00')", {strict, "t.x is no TEXT: 1 row"}},
  };
  for (const auto& [rows, expected] : cases) {
    CAPTURE(std::string(rows));
    ScratchFolder folder;
    Application application("delete", false);
    application.Run(start + rows);
    const std::string before = application.Rows("SELECT n, quote(x) FROM t ORDER BY rowid");
    REQUIRE(RunMain({"init", "--url", "sqlite:///app.db"}).code == 0);
    REQUIRE(RunMain({"import", "--output", "models/schema.txtpb"}).code == 0);
    const std::string model = *ReadFile("models/schema.txtpb");
    CAPTURE(model);
    const std::string changed = absl::StrReplaceAll(model, expected.first);
    REQUIRE(changed != model);
    REQUIRE(WriteFile("models/schema.txtpb", changed, Overwrite::kReplace).ok());
    const Outcome made = RunMain({"-m", "change"});
    REQUIRE_MESSAGE(made.code == 0, made.err);
    const Outcome up = RunMain({"upgrade"});
    CAPTURE(up.err);
    CHECK(up.code == (*expected.second == '\0' ? 0 : 2));
    if (*expected.second == '\0') continue;
    CHECK(absl::StrContains(up.err, expected.second));
    // It was right.
    CHECK(RunMain({"upgrade", "--no-data-checks"}).code == 2);
    CHECK(application.Rows("SELECT n, quote(x) FROM t ORDER BY rowid") == before);
  }
}

TEST_CASE("rows that a script ahead puts right are no reason to refuse an upgrade") {
  struct Case {
    const char* rows;
    const char* ahead;  // a script of its own
    Replacements change;
    int code;
  };
  const Replacements not_null = {
      {"{ name: \"x\" type: \"TEXT\" }", "{ name: \"x\" type: \"TEXT\" not_null: true }"}};
  const Replacements unique = {{"{ name: \"x\" type: \"TEXT\" }",
                                "{ name: \"x\" type: \"TEXT\" }\n  unique { column: \"x\" }"}};
  const Replacements key = {{"{ name: \"n\" type: \"INTEGER\" }",
                             "{ name: \"n\" type: \"INTEGER\" references { table: \"p\" } }"}};
  const Case cases[] = {
      {"(1, NULL)", "UPDATE T SET x = 'a' WHERE x IS NULL", not_null, 0},
      {"(1, 'a'), (2, 'a')", "DELETE FROM \"t\" WHERE n = 2", unique, 0},
      {"(5, 'a')", "INSERT INTO p VALUES (5)", key, 0},
      // Of others; then nothing runs.
      {"(1, NULL)", "DELETE FROM p", not_null, 2},
      // Not all of them; then the script fails as it would have.
      {"(1, NULL), (2, NULL)", "UPDATE t SET x = 'a' WHERE n = 1", not_null, 2},
  };
  for (const Case& c : cases) {
    CAPTURE(std::string(c.ahead));
    ScratchFolder folder;
    Application application("delete", true);
    application.Run(absl::StrCat("CREATE TABLE p (id INTEGER PRIMARY KEY);",
                                 "CREATE TABLE t (n INTEGER, x TEXT); INSERT INTO t VALUES ",
                                 c.rows));
    REQUIRE(RunMain({"init", "--url", "sqlite:///app.db"}).code == 0);
    REQUIRE(RunMain({"import", "--output", "models/schema.txtpb"}).code == 0);
    REQUIRE(RunMain({"revision", "-m", "ahead", "--rev-id", "1111aaaa"}).code == 0);
    const std::string path = ListFiles("versions", ".sql", true)->front();
    const std::string mark = "-- autogen: upgrade\n";
    REQUIRE(WriteFile(path,
                      absl::StrReplaceAll(*ReadFile(path),
                                          {{mark, absl::StrCat(mark, "\n", c.ahead, ";\n")}}),
                      Overwrite::kReplace)
                .ok());
    // Where it ran already, the next script is written.
    REQUIRE(WriteFile("dev.db", *ReadFile("app.db"), Overwrite::kReplace).ok());
    REQUIRE(RunMain({"upgrade", "--url", "sqlite:///dev.db"}).code == 0);
    const std::string model = *ReadFile("models/schema.txtpb");
    const std::string changed = absl::StrReplaceAll(model, c.change);
    REQUIRE(changed != model);
    REQUIRE(WriteFile("models/schema.txtpb", changed, Overwrite::kReplace).ok());
    const Outcome made = RunMain({"-m", "change", "--url", "sqlite:///dev.db"});
    REQUIRE_MESSAGE(made.code == 0, made.err);

    const Outcome up = RunMain({"upgrade"});
    CHECK_MESSAGE(up.code == c.code, up.err);
    if (c.code == 0) CHECK(RunMain({"check"}).code == 0);
  }
}

}  // namespace
}  // namespace autogen::cli
