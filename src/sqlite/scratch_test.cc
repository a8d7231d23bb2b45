#include "src/sqlite/scratch.h"

#include <doctest/doctest.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/diff/diff.h"
#include "src/sqlite/align.h"
#include "src/sqlite/rules.h"
#include "src/sqlite/script.h"
#include "src/sqlite/test_step.h"

namespace autogen::sqlite {
namespace {

std::vector<std::string> Statements(const Script& script) {
  std::vector<std::string> statements;
  for (const ScriptStep& step : script.steps) statements.push_back(step.sql);
  return statements;
}

Proof ProofOf(const std::string& before, const std::string& after) {
  Database one = Make(before), other = Make(after);
  const model::Snapshot from = ReadOf(one), to = ReadOf(other);
  absl::StatusOr<Script> up = WriteScript(*from.schema, *to.schema, {});
  absl::StatusOr<Script> down = WriteScript(*to.schema, *from.schema, {});
  REQUIRE(up.ok());
  REQUIRE(down.ok());
  absl::StatusOr<Proof> proof = Prove(*from.schema, *to.schema, Statements(*up), Statements(*down));
  REQUIRE_MESSAGE(proof.ok(), proof.status().ToString());
  return *std::move(proof);
}

std::string LossesOf(const Proof& proof) {
  std::string text;
  for (const Proof::Loss& loss : proof.losses) {
    absl::StrAppend(&text, loss.table, loss.column.empty() ? "" : ".", loss.column, ": ", loss.how,
                    "\n");
  }
  return text;
}

std::string PlanOf(const std::string& before, const std::string& after) {
  Database one = Make(before), other = Make(after);
  absl::StatusOr<std::shared_ptr<const model::Catalog>> from = model::ToCatalog(ReadOf(one));
  absl::StatusOr<std::shared_ptr<const model::Catalog>> to = model::ToCatalog(ReadOf(other));
  REQUIRE(from.ok());
  REQUIRE(to.ok());
  absl::StatusOr<diff::Plan> plan = diff::Diff(*from, *to, diff::Options(SqliteRules()));
  REQUIRE(plan.ok());
  return diff::PrintPlan(*plan);
}

TEST_CASE("a proof says what it tried on rows, and what does not come back") {
  const Proof lossless = ProofOf("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
                                 "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT)");
  CHECK_EQ(lossless.difference, "");
  CHECK_EQ(lossless.untried, "");
  CHECK_EQ(lossless.tried, std::vector<std::string>{"t"});
  CHECK_EQ(lossless.rows, 8);
  CHECK(lossless.losses.empty());
  const Proof column = ProofOf("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT)",
                               "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)");
  CHECK_EQ(LossesOf(column), "t.b: 7 of 8 values do not come back\n");
  const Proof table =
      ProofOf("CREATE TABLE t (a INT); CREATE TABLE u (a INT)", "CREATE TABLE t (a INT)");
  CHECK_EQ(LossesOf(table), "u: 8 rows of 8 do not come back\n");
  const Proof refused = ProofOf("CREATE TABLE t (a INT)", "CREATE TABLE t (a INT CHECK (a > 3))");
  CHECK_EQ(refused.difference, "");
  CHECK(absl::StartsWith(refused.untried, "the upgrade fails over rows: CHECK constraint failed"));
}

TEST_CASE("a script that leads elsewhere is not proved") {
  Database one = Make("CREATE TABLE t (a INT)"), other = Make("CREATE TABLE t (a INT, b INT)");
  const model::Snapshot from = ReadOf(one), to = ReadOf(other);
  const std::string add = "ALTER TABLE t ADD COLUMN b INT", drop = "ALTER TABLE t DROP COLUMN b";
  CHECK_EQ(Prove(*from.schema, *to.schema, {add}, {drop})->difference, "");
  CHECK(absl::StrContains(Prove(*from.schema, *to.schema, {"SELECT 1"}, {drop})->difference,
                          "after the upgrade these changes would still be needed:\ncreate column"));
  CHECK(absl::StrContains(Prove(*from.schema, *to.schema, {add}, {"SELECT 1"})->difference,
                          "after the downgrade these changes would still be needed:\ndrop column"));
  CHECK(absl::StrContains(Prove(*from.schema, *to.schema, {add, add}, {drop})->difference,
                          "the upgrade fails: duplicate column name: b"));
}

TEST_CASE("a model cannot reach a file") {
  Schema model;
  Table* table = model.add_table();
  table->set_name("t");
  table->add_column()->set_name("a");
  View* view = model.add_view();
  view->set_name("v");
  view->set_definition("SELECT 1; ATTACH DATABASE '/tmp/autogen_attached.db' AS x");
  CHECK(
      absl::StrContains(Canonicalise(model).status().message(), "a second statement stands here"));
  absl::StatusOr<Database> scratch = NewScratch();
  REQUIRE(scratch.ok());
  CHECK_FALSE(scratch->Exec("ATTACH DATABASE '/tmp/autogen_attached.db' AS x").ok());
}

TEST_CASE("the order of columns is a difference, of a table that is otherwise the same") {
  CHECK_EQ(PlanOf("CREATE TABLE t (a, b)", "CREATE TABLE t (a, b)"), "");
  CHECK_NE(PlanOf("CREATE TABLE t (a, b)", "CREATE TABLE t (b, a)"), "");
  CHECK_EQ(PlanOf("CREATE TABLE t (a, b)", "CREATE TABLE t (a, b, c)"), "create column t.c\n");
  CHECK_NE(PlanOf("CREATE TABLE t (a, b)", "CREATE TABLE t (a, c, b)"), "create column t.c\n");
}

TEST_CASE("names and texts that differ in case alone are no difference") {
  const char* const kOne =
      "CREATE TABLE Users (Id INTEGER PRIMARY KEY, Name TEXT, CHECK (Name <> 'X'));"
      "CREATE TABLE t (u INT REFERENCES Users (Id)); CREATE INDEX Idx ON Users (Name);"
      "CREATE VIEW V AS SELECT Name FROM Users WHERE Name <> 'A'";
  Database one = Make(kOne);
  Database other = Make(
      "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, CHECK (name <> 'X'));"
      "CREATE TABLE T (U INT REFERENCES USERS (ID)); CREATE INDEX idx ON users (name);"
      "CREATE VIEW v AS select name from users where NAME != 'A'");
  const model::Snapshot existing = ReadOf(one);
  model::Snapshot aligned = ReadOf(other);
  AlignCase(*existing.schema, aligned.schema.get());
  absl::StatusOr<model::Snapshot> canonical = Canonicalise(*aligned.schema);
  REQUIRE_MESSAGE(canonical.ok(), canonical.status().ToString());
  CHECK_EQ(Text(*canonical), Text(existing));
  // What stands in a string is another value.
  Database third = Make(
      "CREATE TABLE Users (Name TEXT); CREATE VIEW V AS SELECT Name FROM Users WHERE Name <> 'a'");
  model::Snapshot differs = ReadOf(third);
  AlignCase(*existing.schema, differs.schema.get());
  CHECK_NE(differs.schema->view(0).definition(), existing.schema->view(0).definition());
}

}  // namespace
}  // namespace autogen::sqlite
