#include "src/sqlite/run.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/sqlite/backup.h"
#include "src/sqlite/run_lock.h"
#include "src/sqlite/scan.h"
#include "src/sqlite/test_step.h"

namespace autogen::sqlite {
namespace {

absl::Status Run(Database& database, const std::string& script, size_t* failed = nullptr) {
  absl::StatusOr<std::vector<sql::Statement>> statements = SplitScript(script);
  REQUIRE(statements.ok());
  return RunStatements(database, *statements, /*no_transaction=*/false, failed);
}

TEST_CASE("a query of somebody else's can only read") {
  Database database = Make("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2)");
  CHECK_EQ(QueryHarmlessly(database, "SELECT count(*) FROM t")->at(0)[0], "2");
  CHECK_EQ(QueryHarmlessly(database, "WITH x AS (SELECT 3) SELECT * FROM x")->at(0)[0], "3");
  for (const char* query :
       {"DELETE FROM t", "PRAGMA query_only = 0", "ATTACH '/tmp/autogen_run_test.db' AS x",
        "CREATE TABLE u (a)", "BEGIN", "SELECT * FROM pragma_journal_mode('off')",
        "INSERT INTO t VALUES (3) RETURNING a", "VACUUM INTO '/tmp/autogen_run_test.db'"}) {
    CAPTURE(query);
    CHECK_FALSE(QueryHarmlessly(database, query).ok());
  }
  CHECK_FALSE(std::filesystem::exists("/tmp/autogen_run_test.db"));
  // Only the query was held back, not what comes after it.
  CHECK(database.Exec("DELETE FROM t WHERE a = 1").ok());
  CHECK_EQ(database.Query("SELECT count(*) FROM t")->at(0)[0], "1");
}

TEST_CASE("foreign keys are off in a run, and cannot be switched off too late") {
  Database database = Make(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);"
      "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1); PRAGMA foreign_keys = ON");
  REQUIRE(database.Exec("BEGIN").ok());
  CHECK(absl::IsFailedPrecondition(ForeignKeysOff(database)));
  REQUIRE(database.Exec("ROLLBACK").ok());
  CHECK(Run(database, "DELETE FROM p").ok());
  CHECK_EQ(database.Query("SELECT count(*) FROM c")->at(0)[0], "1");
}

TEST_CASE("what fails rolls back to the last commit, and says which statement it was") {
  Database database = Make("CREATE TABLE t (a INT UNIQUE)");
  size_t failed = 0;
  CHECK_FALSE(Run(database, "INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)", &failed).ok());
  CHECK_EQ(failed, 1);
  CHECK_EQ(database.Query("SELECT count(*) FROM t")->at(0)[0], "0");
  // VACUUM can be in no transaction: what is before it is committed.
  CHECK_FALSE(
      Run(database, "INSERT INTO t VALUES (1); VACUUM; INSERT INTO t VALUES (1)", &failed).ok());
  CHECK_EQ(failed, 2);
  CHECK_EQ(database.Query("SELECT count(*) FROM t")->at(0)[0], "1");
}

TEST_CASE("an assertion holds where it gives a true value") {
  Database database = Make("CREATE TABLE t (a INT)");
  CHECK(*Holds(database, "SELECT 1"));
  CHECK(*Holds(database, "SELECT 1 -- to the end"));
  CHECK_FALSE(*Holds(database, "SELECT 0"));
  CHECK_FALSE(*Holds(database, "SELECT NULL"));
  CHECK_FALSE(*Holds(database, "SELECT a FROM t"));
  CHECK_FALSE(Holds(database, "SELECT b FROM t").ok());
}

struct Folder {
  std::string path = absl::StrCat("/tmp/autogen_run_test_", getpid());
  Folder() { std::filesystem::create_directory(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

TEST_CASE("one run at a time holds the lock of a file, which is gone afterwards") {
  const Folder folder;
  const std::string database = folder.path + "/app.db";
  auto never = [](const std::string&, double) { return false; };
  absl::StatusOr<std::unique_ptr<RunLock>> first = RunLock::Take(database, never);
  REQUIRE(first.ok());
  std::string holder;
  CHECK(absl::IsAborted(RunLock::Take(database, [&](const std::string& who, double) {
                          holder = who;
                          return false;
                        }).status()));
  CHECK_EQ(holder, absl::StrCat("autogen, process ", getpid()));
  // The second waits before the first lets go.
  std::promise<void> waits;
  std::thread second([&] {
    bool said = false;
    CHECK(RunLock::Take(database, [&](const std::string&, double) {
            if (!std::exchange(said, true)) waits.set_value();
            return true;
          }).ok());
    CHECK(said);
  });
  waits.get_future().wait();
  first->reset();
  second.join();
  CHECK_FALSE(std::filesystem::exists(database + "-autogen"));
}

TEST_CASE("a backup is a whole database, and never overwrites one") {
  const Folder folder;
  absl::StatusOr<Database> database =
      Database::Open(folder.path + "/app.db", Database::Mode::kCreate);
  REQUIRE(database.ok());
  REQUIRE(database->Exec("PRAGMA journal_mode = wal; CREATE TABLE t (a); INSERT INTO t VALUES (1)")
              .ok());
  const absl::StatusOr<std::string> one = Backup(*database);
  REQUIRE(one.ok());
  REQUIRE(database->Exec("INSERT INTO t VALUES (2)").ok());
  const absl::StatusOr<std::string> other = Backup(*database);
  REQUIRE(other.ok());
  CHECK_NE(*one, *other);
  for (const auto& [path, rows] : {std::pair(*one, "1"), std::pair(*other, "2")}) {
    absl::StatusOr<Database> copy = Database::Open(path, Database::Mode::kReadOnly);
    REQUIRE(copy.ok());
    CHECK_EQ(copy->Query("SELECT count(*) FROM t")->at(0)[0], std::string(rows));
  }
}

}  // namespace
}  // namespace autogen::sqlite
