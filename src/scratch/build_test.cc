#include "src/scratch/build.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "tests/support/server.h"

namespace autogen::scratch {
namespace {

using ::autogen::testing::RunSql;
using ::autogen::testing::TestDatabase;
using ::autogen::testing::TestServer;

postgres::Connection Open(const TestDatabase& db) {
  auto connection = postgres::Connection::Open({.url = db.Url()});
  REQUIRE_MESSAGE(connection.ok(), connection.status().ToString());
  return *std::move(connection);
}

TEST_CASE("an error names the object and the statement, and undoes its transaction") {
  TestDatabase db;
  postgres::Connection c = Open(db);
  absl::Status status = Build(c, {{"CREATE TABLE a (x int)", "table public.a", "public"},
                                  {"CREATE TABLE b (x nosuch)", "table public.b", "public"},
                                  {"CREATE TABLE c (x int)", "table public.c", "public"}});
  CHECK(postgres::SqlState(status) == "42704");
  CHECK(absl::StrContains(status.message(), "building table public.b: "));
  CHECK(absl::StrContains(status.message(), "STATEMENT: CREATE TABLE b"));
  CHECK(testing::QueryText(db.Url(), "SELECT count(*) FROM pg_class WHERE relname = 'a'") == "0");
}

TEST_CASE("what cannot run in a transaction, or not in the same, runs alone") {
  TestDatabase db;
  postgres::Connection c = Open(db);
  absl::Status status = Build(c, {{"CREATE TABLE a (x int)", "", "public"},
                                  {"CREATE INDEX CONCURRENTLY i ON a (x)", "", "public"},
                                  {"CREATE TYPE e AS ENUM ('a')", "", "public"},
                                  {"ALTER TYPE e ADD VALUE 'b'", "", "public"},
                                  {"CREATE TABLE b (x e DEFAULT 'b')", "", "public"},
                                  {"CREATE INDEX CONCURRENTLY j ON a (x)", "", "public"}});
  CHECK_MESSAGE(status.ok(), status.ToString());
  CHECK(testing::QueryText(
            db.Url(), "SELECT count(*) FROM pg_class WHERE relname IN ('i', 'j', 'b')") == "3");
}

TEST_CASE("a wrong order is put right where that is asked for") {
  TestDatabase db;
  std::vector<Step> steps;
  for (int i = 60; i > 0; --i) {
    steps.push_back({absl::StrCat("CREATE VIEW v", i, " AS SELECT * FROM v", i - 1), "", "public"});
  }
  steps.push_back({"CREATE TABLE v0 (x int)", "", "public"});
  postgres::Connection c = Open(db);
  CHECK(postgres::SqlState(Build(c, steps)) == "42P01");
  // 60 views, each the wrong way round: the worst case.
  BuildOptions options;
  options.retry_missing = true;
  absl::Status status = Build(c, steps, options);
  CHECK_MESSAGE(status.ok(), status.ToString());
  steps = {{"CREATE VIEW w AS SELECT * FROM nowhere", "view public.w", "public"}};
  status = Build(c, steps, options);
  CHECK(postgres::SqlState(status) == "42P01");
  CHECK(absl::StrContains(status.message(), "view public.w"));
}

TEST_CASE("of what cannot be built the first is reported, not its dependents") {
  TestDatabase db;
  postgres::Connection c = Open(db);
  BuildOptions options;
  options.retry_missing = true;
  absl::Status status = Build(c,
                              {{"CREATE TABLE t (x bigimt)", "table public.t", "public"},
                               {"CREATE VIEW v AS SELECT x FROM t", "view public.v", "public"},
                               {"CREATE VIEW w AS SELECT x FROM v", "view public.w", "public"}},
                              options);
  CHECK(postgres::SqlState(status) == "42704");
  CHECK_MESSAGE(absl::StrContains(status.message(), "\"bigimt\""), status.message());
}

TEST_CASE("names are looked up in the step's own path") {
  TestDatabase db;
  postgres::Connection c = Open(db);
  absl::Status status =
      Build(c, {{"CREATE SCHEMA \"Odd\"", "", ""},
                {"CREATE TABLE \"Odd\".t (x int)", "", ""},
                {"CREATE VIEW \"Odd\".v AS SELECT x FROM t", "", SearchPath({"Odd", "public"})},
                {"CREATE TABLE t2 (x int)", "", SearchPath({"public"})}});
  CHECK_MESSAGE(status.ok(), status.ToString());
  auto path = c.Exec("SHOW search_path");
  REQUIRE(path.ok());
  CHECK(path->Text(0, 0) == "\"\"");
}

TEST_CASE("transaction statements are refused") {
  TestDatabase db;
  postgres::Connection c = Open(db);
  CHECK(Build(c, {{"COMMIT", "", ""}}).code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("missing roles are made where the server is ours") {
  RunSql(TestServer::Get().Url(), "DROP ROLE IF EXISTS \"autogen test\"").IgnoreError();
  std::vector<Step> steps = {{"CREATE TABLE t (x int)", "", "public"},
                             {"GRANT SELECT ON t TO \"autogen test\"", "", "public"}};
  {
    TestDatabase db;
    postgres::Connection c = Open(db);
    CHECK(postgres::SqlState(Build(c, steps)) == "42704");
  }
  {
    Options options;
    options.url = TestServer::Get().Url();
    options.disposable = true;
    Server server(options);
    auto database = server.Create();
    REQUIRE_MESSAGE(database.ok(), database.status().ToString());
    absl::Status status = Build(**database, steps);
    CHECK_MESSAGE(status.ok(), status.ToString());
  }
  CHECK(RunSql(TestServer::Get().Url(), "DROP ROLE \"autogen test\"").ok());
}

}  // namespace
}  // namespace autogen::scratch
