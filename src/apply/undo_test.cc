// A script of which only some steps are done, taken back.
#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/compile.h"
#include "src/apply/runner.h"
#include "src/apply/test_history.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::QueryText;
using testing::TestDatabase;

// Three steps, the second of which fails over duplicate rows.
TestHistory Half() {
  return TestHistory({{"cccc00000000",
                       "ALTER TABLE t ADD COLUMN b int;\nCREATE UNIQUE INDEX CONCURRENTLY i ON t "
                       "(a);\nALTER TABLE t ADD COLUMN c int;\nALTER TABLE t DROP COLUMN d;",
                       "ALTER TABLE t ADD COLUMN d int;\nALTER TABLE t DROP COLUMN c;\nDROP INDEX "
                       "CONCURRENTLY i;\nALTER TABLE t DROP COLUMN b;"}});
}

struct Bench {
  Bench() {
    database.Run("CREATE TABLE t (a int, d int); INSERT INTO t VALUES (1, 1), (1, 1)");
    absl::Status failed =
        RunTo(database.Url(), history.graph(), Direction::kUpgrade, "head", notes);
    REQUIRE(absl::StrContains(failed.message(), "could not create unique index"));
    REQUIRE(Columns() == "a b d");
  }
  absl::Status Undo() {
    auto runner = Runner::Open({.url = database.Url()}, {}, &notes);
    if (!runner.ok()) return runner.status();
    absl::Status locked = (*runner)->Lock();
    if (!locked.ok()) return locked;
    auto down = CompileScripts(history.graph(), {}, {0}, Direction::kDowngrade);
    if (!down.ok()) return down.status();
    absl::Status undone = (*runner)->Undo((*down)[0]);
    unfinished = (*runner)->unfinished().has_value();
    return undone;
  }
  std::string Columns() {
    return QueryText(database.Url(),
                     "SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute WHERE "
                     "attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped");
  }
  TestDatabase database;
  TestHistory history = Half();
  Notes notes;
  bool unfinished = false;
};

TEST_CASE("what ran is downgraded, what did not run is skipped") {
  Bench bench;
  REQUIRE(bench.Undo() == absl::OkStatus());
  CHECK(bench.Columns() == "a d");
  CHECK(!bench.unfinished);
  CHECK(absl::StrContains(bench.notes.log,
                          "skipped, since its step did not run: DROP INDEX CONCURRENTLY i"));
  CHECK(absl::StrContains(bench.Undo().message(), "no step of revision cccc00000000 is left"));
  // As at the start: the whole script runs once its data is fixed.
  bench.database.Run("DELETE FROM t WHERE ctid = '(0,1)'");
  CHECK(RunTo(bench.database.Url(), bench.history.graph(), Direction::kUpgrade, "head",
              bench.notes) == absl::OkStatus());
  CHECK(bench.Columns() == "a b c");
}

TEST_CASE("an interrupted undo continues") {
  Bench bench;
  // The column to drop has a dependent.
  bench.database.Run("CREATE VIEW v AS SELECT b FROM t");
  CHECK(absl::StrContains(bench.Undo().message(), "cannot drop column b of table t"));
  CHECK(QueryText(bench.database.Url(),
                  "SELECT string_agg(direction || ' ' || step || '/' || steps, ', ' ORDER BY id) "
                  "FROM autogen_version_ledger") == "downgrade 0/3, downgrade 1/3, downgrade 2/3");
  // An upgrade does not run over it.
  CHECK(absl::StrContains(
      RunTo(bench.database.Url(), bench.history.graph(), Direction::kUpgrade, "head", bench.notes)
          .message(),
      "the downgrade of revision cccc00000000 was interrupted"));
  bench.database.Run("DROP VIEW v");
  CHECK(bench.Undo() == absl::OkStatus());
  CHECK(bench.Columns() == "a d");
  CHECK(!bench.unfinished);
}

}  // namespace
}  // namespace autogen::apply
