#include "src/sqlite/impacts.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/sqlite/rebuild.h"
#include "src/sqlite/scan.h"

namespace autogen::sqlite {
namespace {

using impact::Impact;
using Kind = impact::Consequence::Kind;

std::vector<Impact> ImpactsOf(const std::string& script) {
  absl::StatusOr<std::vector<sql::Statement>> statements = SplitScript(script);
  REQUIRE_MESSAGE(statements.ok(), statements.status().ToString());
  return FindImpacts(*statements);
}

// What goes: "drops column t.a; …", with "?" where a look at the database may say otherwise.
std::string LossesOf(const std::string& script) {
  std::string text;
  for (const Impact& impact : ImpactsOf(script)) {
    for (const impact::Consequence& c : impact.consequences) {
      if (c.kind != Kind::kLoses || c.is_new) continue;
      absl::StrAppend(&text, text.empty() ? "" : "; ", c.what, c.unsure ? "?" : "");
    }
  }
  return text;
}

TEST_CASE("what loses rows or values is found in the text") {
  const struct {
    const char* script;
    const char* losses;
  } rows[] = {
      {"DROP TABLE t", "drops table t"},
      {"DROP TABLE IF EXISTS main.\"T\"", "drops table T"},
      {"CREATE TABLE t (a); DROP TABLE t", ""},
      {"CREATE TABLE IF NOT EXISTS t (a); DROP TABLE t", "drops table t"},
      {"CREATE TABLE n (a); ALTER TABLE n RENAME TO t; DROP TABLE t", ""},
      {"ALTER TABLE t DROP COLUMN a", "drops column t.a"},
      {"ALTER TABLE t DROP \"a b\"", "drops column t.\"a b\""},
      {"ALTER TABLE t ADD COLUMN a", ""},
      {"DELETE FROM t", "deletes every row of t"},
      {"DELETE FROM t WHERE 1", "deletes every row of t"},
      {"DELETE FROM t WHERE a > 1", "deletes rows of t"},
      {"WITH x AS (SELECT 1) DELETE FROM t WHERE a IN (SELECT * FROM x)", "deletes rows of t"},
      {"UPDATE t SET a = NULL WHERE b = 1", "empties column t.a"},
      {"UPDATE t SET a = 0", "gives every row the same value of t.a"},
      {"UPDATE t SET a = b + 1", ""},
      {"UPDATE OR IGNORE t SET a = 1 WHERE b = 2", ""},
      {"REPLACE INTO t VALUES (1)", "replaces rows of t?"},
      {"INSERT OR REPLACE INTO t VALUES (1)", "replaces rows of t?"},
      {"INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = NULL", "empties column t.b"},
      {"INSERT INTO t SELECT * FROM u", ""},
      {"SELECT 1; EXPLAIN DELETE FROM t", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    CHECK_EQ(LossesOf(row.script), std::string(row.losses));
  }
}

std::string Rebuild(const std::string& checks, const std::string& columns, const std::string& copy,
                    const std::string& count) {
  return absl::StrCat(checks, ";", columns, "; CREATE TABLE n (a, b); ", copy, ";", count,
                      "; DROP TABLE t; ALTER TABLE n RENAME TO t");
}

TEST_CASE("a rebuild keeps what its script proves that it keeps") {
  const std::string checks = CreateChecks(), count = CheckRows("t", "n");
  const std::string known = CheckColumns("t", {"a", "b"});
  const std::string copy = "INSERT INTO n (a, b) SELECT a, IFNULL(b, 0) FROM t";
  CHECK_EQ(LossesOf(Rebuild(checks, known, copy, count)), "");
  CHECK_EQ(LossesOf(Rebuild(checks, known, "INSERT INTO n (a) SELECT a FROM t", count)),
           "drops column t.b");
  // b is a column, and a value that is made of it is none.
  CHECK_EQ(LossesOf(Rebuild(checks, known, "INSERT INTO n (a, b) SELECT a, b + 1 FROM t", count)),
           "drops column t.b");
  const std::string unsure = "rebuilds t: columns that its copy lacks are lost?";
  CHECK_EQ(LossesOf(Rebuild(checks, "SELECT 1", copy, count)), unsure);
  CHECK_EQ(LossesOf(Rebuild(checks, CheckColumns("u", {"a", "b"}), copy, count)), unsure);
  // Rows may stay behind.
  const std::string drops = "drops table t";
  CHECK_EQ(LossesOf(Rebuild(checks, known, copy, "SELECT 1")), drops);
  CHECK_EQ(LossesOf(Rebuild(checks, known, copy + " WHERE a > 1", count)), drops);
  CHECK_EQ(LossesOf(Rebuild(checks, known, copy + " LIMIT 1", count)), drops);
  CHECK_EQ(LossesOf(Rebuild(checks, known, "INSERT OR IGNORE INTO n (a) SELECT a FROM t", count)),
           drops);
  CHECK_EQ(
      LossesOf(Rebuild(checks, known, "INSERT INTO n (a, b) SELECT DISTINCT a, b FROM t", count)),
      drops);
  // Nothing is proved by a table of checks that checks nothing.
  CHECK_EQ(LossesOf(Rebuild("CREATE TEMP TABLE autogen_checks (known_columns, every_row)", known,
                            copy, count)),
           drops);
  CHECK_EQ(
      LossesOf(Rebuild(checks + "; DROP TABLE autogen_checks; CREATE TEMP TABLE autogen_checks "
                                "(known_columns, every_row)",
                       known, copy, count)),
      "drops table autogen_checks; drops table t");
  // The copy is there, but gets another name.
  CHECK_EQ(LossesOf(absl::StrCat(checks, ";", known, "; CREATE TABLE n (a, b);", copy, ";", count,
                                 "; DROP TABLE t; ALTER TABLE n RENAME TO u")),
           drops);
}

TEST_CASE("a table that was rebuilt has the rows that it had") {
  CHECK_EQ(
      LossesOf(absl::StrCat(Rebuild(CreateChecks(), CheckColumns("t", {"a", "b"}),
                                    "INSERT INTO n (a, b) SELECT a, b FROM t", CheckRows("t", "n")),
                            "; DELETE FROM t")),
      "deletes every row of t");
}

TEST_CASE("how a statement can run, and what it reaches") {
  CHECK(ImpactsOf("VACUUM")[0].run == impact::RunMode::kAlone);
  CHECK(ImpactsOf("PRAGMA journal_mode = WAL")[0].run == impact::RunMode::kAlone);
  CHECK(ImpactsOf("PRAGMA user_version = 3")[0].run == impact::RunMode::kTransaction);
  CHECK(ImpactsOf("BEGIN; SELECT 1")[0].run == impact::RunMode::kTransactionControl);
  CHECK(ImpactsOf("SAVEPOINT x")[0].run == impact::RunMode::kTransactionControl);
  CHECK_EQ(ImpactsOf("ATTACH 'x.db' AS x")[0].outside, "reads or writes another file");
  CHECK_EQ(ImpactsOf("VACUUM INTO 'y.db'")[0].outside, "writes another file");
  for (const char* opaque : {"PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = 'x'",
                             "DELETE FROM main.sqlite_master", "FROBNICATE t"}) {
    CAPTURE(opaque);
    CHECK(!ImpactsOf(opaque)[0].opaque.empty());
  }
}

}  // namespace
}  // namespace autogen::sqlite
