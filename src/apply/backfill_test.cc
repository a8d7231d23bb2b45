// Backfills on a server: every row once, whatever happens in between.
#include "src/apply/backfill.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

postgres::Connection Open(const testing::TestDatabase& database) {
  postgres::ConnectOptions options;
  options.url = database.Url();
  auto connection = postgres::Connection::Open(options);
  REQUIRE(connection.ok());
  return std::move(*connection);
}

BackfillRequest Quick() {
  BackfillRequest request;
  request.schema = "public";
  request.table = "t";
  request.set = {{"n", "n + 1"}};
  request.batch_rows = 50;
  request.target_ms = 0;
  request.pause_ms = 0;
  return request;
}

constexpr char kTable[] =
    "CREATE TABLE t (a integer, b text, n integer DEFAULT 0, done boolean, PRIMARY KEY (a, b)); "
    "INSERT INTO t SELECT i / 7, 'k' || i, 0 FROM generate_series(1, 1000) i";

std::string Numbers(const testing::TestDatabase& database) {
  return testing::QueryText(database.Url(),
                            "SELECT string_agg(n || ': ' || c, ', ' ORDER BY n) FROM (SELECT n, "
                            "count(*) AS c FROM t GROUP BY n) AS x");
}

TEST_CASE("a backfill updates each row once, in batches, and is not run twice") {
  testing::TestDatabase database;
  database.Run(kTable);
  postgres::Connection connection = Open(database);
  BackfillRequest request = Quick();
  auto result = RunBackfill(connection, request);
  CAPTURE(result.status().message());
  REQUIRE(result.ok());
  CHECK(result->done);
  CHECK(result->rows == 1000);
  CHECK(result->batches == 21);
  CHECK(Numbers(database) == "1: 1000");
  auto again = RunBackfill(connection, request);
  CHECK(absl::IsFailedPrecondition(again.status()));
  CHECK(absl::StrContains(again.status().message(), "--restart"));
  request.restart = true;
  CHECK(RunBackfill(connection, request).ok());
  CHECK(Numbers(database) == "2: 1000");
}

TEST_CASE("only rows that meet the condition are updated; expressions see the row") {
  testing::TestDatabase database;
  database.Run(kTable);
  postgres::Connection connection = Open(database);
  BackfillRequest request = Quick();
  request.set = {{"n", "a * 2"}, {"done", "b LIKE 'k1%'"}};
  request.where = "a > 100 AND done IS NULL";
  auto result = RunBackfill(connection, request);
  REQUIRE(result.ok());
  CHECK(result->rows == 294);
  CHECK(testing::QueryText(database.Url(),
                           "SELECT count(*) FROM t WHERE a > 100 AND n = a * 2 AND done = (b LIKE "
                           "'k1%')") == "294");
  CHECK(testing::QueryText(database.Url(), "SELECT count(*) FROM t WHERE done IS NULL") == "706");
}

TEST_CASE("a killed backfill continues where it was, and no row is updated twice") {
  testing::TestDatabase database;
  database.Run(kTable);
  for (int kill_after = 1; kill_after <= 4; ++kill_after) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      BackfillRequest request = Quick();
      request.pause_ms = 5;
      request.progress = [&](int64_t, int64_t batches) {
        if (batches == kill_after) (void)!write(ready[1], "x", 1);
        return true;
      };
      postgres::ConnectOptions options;
      options.url = database.Url();
      auto connection = postgres::Connection::Open(options);
      if (connection.ok()) (void)RunBackfill(*connection, request).ok();
      _exit(0);
    }
    close(ready[1]);
    char byte;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ready[0]);
  }
  postgres::Connection connection = Open(database);
  // The killed one's session may still hold its lock for a moment.
  absl::StatusOr<BackfillResult> result = RunBackfill(connection, Quick());
  for (int i = 0; i < 200 && !result.ok(); ++i) {
    usleep(20000);
    result = RunBackfill(connection, Quick());
  }
  CAPTURE(result.status().message());
  REQUIRE(result.ok());
  CHECK(result->resumed);
  CHECK(result->done);
  CHECK(result->rows == 1000);
  CHECK(Numbers(database) == "1: 1000");
}

TEST_CASE("a batch waits for a lock and is retried; two runs exclude one another") {
  testing::TestDatabase database;
  database.Run(kTable);
  postgres::Connection connection = Open(database), other = Open(database);
  REQUIRE(other.Exec("BEGIN; UPDATE t SET b = b WHERE a = 20").ok());
  BackfillRequest request = Quick();
  request.lock_timeout_ms = 20;
  request.progress = [&](int64_t, int64_t batches) {
    if (batches == 1) {
      BackfillRequest same = Quick();
      CHECK(absl::IsFailedPrecondition(RunBackfill(other, same).status()));
    }
    return true;
  };
  request.retries = 2;
  auto result = RunBackfill(connection, request);
  CHECK_FALSE(result.ok());
  CHECK(absl::StrContains(result.status().message(), "run it again"));
  REQUIRE(other.Exec("ROLLBACK").ok());
  request.progress = nullptr;
  result = RunBackfill(connection, request);
  CAPTURE(result.status().message());
  REQUIRE(result.ok());
  CHECK(result->resumed);
  CHECK(Numbers(database) == "1: 1000");
}

TEST_CASE("what cannot be backfilled is an error") {
  testing::TestDatabase database;
  database.Run("CREATE TABLE t (n integer); CREATE TABLE u (id integer PRIMARY KEY, n integer)");
  postgres::Connection connection = Open(database);
  BackfillRequest request = Quick();
  auto status = RunBackfill(connection, request).status();
  CHECK(absl::StrContains(status.message(), "has no primary key"));
  request.table = "gone";
  CHECK(absl::IsNotFound(RunBackfill(connection, request).status()));
  request.table = "u";
  request.set = {{"n", "1, id = 2"}};
  CHECK(absl::IsInvalidArgument(RunBackfill(connection, request).status()));
  request.set = {{"n", "1"}};
  request.where = "true; DROP TABLE u";
  CHECK(absl::IsInvalidArgument(RunBackfill(connection, request).status()));
}

TEST_CASE("a backfill does not move the key along which it walks") {
  testing::TestDatabase database;
  database.Run(kTable);
  database.Run(
      "CREATE TABLE moved (id integer PRIMARY KEY, n integer); "
      "INSERT INTO moved SELECT i, 0 FROM generate_series(1, 200) i; "
      "CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.id := new.id + 1000; "
      "RETURN new; END'; CREATE TRIGGER move BEFORE UPDATE ON moved FOR EACH ROW EXECUTE FUNCTION "
      "move(); CREATE TABLE made (n integer, id integer GENERATED ALWAYS AS (n * 2) STORED PRIMARY "
      "KEY); INSERT INTO made SELECT i FROM generate_series(1, 200) i");
  postgres::Connection connection = Open(database);
  BackfillRequest request = Quick();
  request.set = {{"n", "1"}, {"b", "b || 'x'"}};
  absl::Status status = RunBackfill(connection, request).status();
  CHECK(absl::IsInvalidArgument(status));
  CHECK_MESSAGE(absl::StrContains(status.message(), "--set b: "), status.message());
  CHECK(Numbers(database) == "0: 1000");
  for (const char* table : {"moved", "made"}) {
    CAPTURE(table);
    request.table = table;
    request.set = {{"n", "n + 500"}};
    status = RunBackfill(connection, request).status();
    CHECK(absl::IsFailedPrecondition(status));
    CHECK_MESSAGE(absl::StrContains(status.message(), "changes its primary key (id)"),
                  status.message());
    CHECK(testing::QueryText(database.Url(), absl::StrCat("SELECT count(*) FROM ", table,
                                                          " WHERE n >= 500")) == "0");
  }
}

}  // namespace
}  // namespace autogen::apply
