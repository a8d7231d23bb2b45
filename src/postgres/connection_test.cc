
#include <chrono>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/postgres/batch.h"
#include "src/postgres/watched.h"
#include "tests/support/server.h"

namespace autogen::postgres {
namespace {

using ::autogen::testing::TestDatabase;
using ::autogen::testing::TestServer;

Connection Open(const std::string& url) {
  ConnectOptions options;
  options.url = url;
  auto connection = Connection::Open(options);
  REQUIRE_MESSAGE(connection.ok(), connection.status().ToString());
  return *std::move(connection);
}

TEST_CASE("rows, nulls, numbers and arrays") {
  Connection c = Open(TestServer::Get().Url());
  auto r = c.Exec(
      "SELECT 1 AS one, NULL AS n, true AS yes, "
      "ARRAY['a', NULL, 'b,c', 'd\"\\e', '', 'NULL', '{f}'] AS list, '{}'::text[] AS none");
  REQUIRE(r.ok());
  CHECK(r->rows() == 1);
  CHECK(r->Int(0, r->Column("one")) == 1);
  CHECK(r->IsNull(0, 1));
  CHECK(r->Text(0, 1) == "");
  CHECK(r->Bool(0, 2));
  CHECK(r->Array(0, 3) == std::vector<std::string>{"a", "", "b,c", "d\"\\e", "", "NULL", "{f}"});
  CHECK(r->Array(0, 4).empty());
  CHECK(r->Column("two") == -1);
  auto p = c.ExecParams("SELECT $1::int + 1", {"41"});
  REQUIRE(p.ok());
  CHECK(p->Int(0, 0) == 42);
}

TEST_CASE("an error carries its SQLSTATE, code, line, detail and hint") {
  Connection c = Open(TestServer::Get().Url());
  struct Row {
    const char* sql;
    const char* state;
    absl::StatusCode code;
    const char* words;
  };
  const Row rows[] = {
      {"SELECT 1;\nSELECT *\nFROM nosuch", "42P01", absl::StatusCode::kNotFound, "LINE: 3"},
      {"SELEC 1", "42601", absl::StatusCode::kInvalidArgument, "syntax error"},
      {"SELECT 'é', nosuch()", "42883", absl::StatusCode::kNotFound, "HINT: "},
      {"CREATE SCHEMA public", "42P06", absl::StatusCode::kAlreadyExists, "already exists (42P06)"},
      {"SELECT 1/0", "22012", absl::StatusCode::kFailedPrecondition, "division by zero"},
      {"DO $$ BEGIN RAISE 'no' USING DETAIL = 'd'; END $$", "P0001",
       absl::StatusCode::kFailedPrecondition, "DETAIL: d\nCONTEXT: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.sql);
    absl::Status status = c.Exec(row.sql).status();
    CHECK(SqlState(status) == row.state);
    CHECK(status.code() == row.code);
    CHECK_MESSAGE(absl::StrContains(status.message(), row.words), status.message());
  }
  CHECK(c.Exec("SELECT 1").ok());
  CHECK(SqlState(absl::OkStatus()) == "");
}

TEST_CASE("a pipeline gives every result in order; its first error stops it") {
  Connection c = Open(TestServer::Get().Url());
  std::vector<std::string> queries;
  for (int i = 0; i < 500; ++i) {
    queries.push_back(absl::StrCat("SELECT ", i, ", repeat('x', 10000)"));
  }
  auto r = c.Pipeline(queries);
  REQUIRE_MESSAGE(r.ok(), r.status().ToString());
  REQUIRE(r->size() == 500);
  CHECK((*r)[499].Int(0, 0) == 499);
  CHECK((*r)[499].Text(0, 1).size() == 10000);

  size_t index = 99;
  auto failed = c.Pipeline({"SELECT 1", "SELECT\nnosuch", "SELECT 2"}, &index);
  CHECK(index == 1);
  CHECK(SqlState(failed.status()) == "42703");
  CHECK(absl::StrContains(failed.status().message(), "LINE: 2"));
  CHECK(c.Exec("SELECT 1").ok());
  CHECK(c.Pipeline({})->empty());
}

TEST_CASE("a batch answers while it is being filled, and is one transaction") {
  Connection c = Open(TestServer::Get().Url());
  {
    Batch batch(c);
    batch.Add("CREATE TEMPORARY TABLE t (a int)");
    batch.Add("SELECT 1");
    CHECK(batch.Next().ok());
    CHECK(batch.Next()->Int(0, 0) == 1);
    batch.Add("SELECT 2");
    batch.Flush();
    batch.Add("SELECT\nnosuch");
    batch.Add("SELECT 3");
    batch.End();
    CHECK(batch.Next()->Int(0, 0) == 2);
    CHECK(SqlState(batch.Next().status()) == "42703");
    CHECK(SqlState(batch.Next().status()) == "42703");
    size_t index = 99;
    CHECK(SqlState(batch.Finish(&index)) == "42703");
    CHECK(index == 3);
    CHECK(SqlState(batch.Finish()) == "42703");
  }
  CHECK(SqlState(c.Exec("SELECT FROM t").status()) == "42P01");
  // Answers that nobody takes.
  { Batch(c).Add("SELECT repeat('x', 1000000) FROM generate_series(1, 10)"); }
  CHECK(c.Exec("SELECT 1").ok());
}

TEST_CASE("kept plans are made once, and again after much else or an error") {
  ConnectOptions options;
  options.url = TestServer::Get().Url();
  options.keep_plans = true;
  auto c = Connection::Open(options);
  REQUIRE(c.ok());
  auto ask = [&](const std::string& query) {
    Batch batch(*c);
    batch.AddKept(query);
    batch.Add("SELECT count(*) FROM pg_prepared_statements");
    batch.AddKept("SELECT 7");
    batch.End();
    absl::StatusOr<Result> kept = batch.Next(), count = batch.Next(), seven = batch.Next();
    REQUIRE(batch.Finish().ok());
    CHECK(kept->Int(0, 0) == 5);
    CHECK(seven->Int(0, 0) == 7);
    return count->Int(0, 0);
  };
  CHECK(ask("SELECT 5") == 1);
  CHECK(ask("SELECT 5") == 2);
  CHECK(ask("SELECT 2 + 3") == 3);
  CHECK(c->Exec(absl::StrCat("SELECT ", std::string(100000, ' '), "1")).ok());
  CHECK(ask("SELECT 5") == 1);
  CHECK(c->Exec("Discard All").ok());
  CHECK(ask("SELECT 5") == 1);

  Batch batch(*c);
  batch.Add("SELECT nosuch");
  batch.AddKept("SELECT 6");
  CHECK(SqlState(batch.Finish()) == "42703");
  CHECK(ask("SELECT 5") == 1);
  {
    Batch second(*c);
    second.AddKept("SELECT 6");
    second.AddKept("SELECT nosuch");
    CHECK(second.Next()->Int(0, 0) == 6);
    size_t index = 0;
    CHECK(SqlState(second.Finish(&index)) == "42703");
    CHECK(index == 1);
  }
  CHECK(ask("SELECT 5") == 1);
}

TEST_CASE("an array's bounds are not an element") {
  Connection c = Open(TestServer::Get().Url());
  auto r = c.Exec("SELECT '[0:1]={a,\"=b\"}'::text[], '{}'::text[], '{\"[\"}'::text[]");
  REQUIRE(r.ok());
  CHECK(r->Array(0, 0) == std::vector<std::string>{"a", "=b"});
  CHECK(r->Array(0, 1).empty());
  CHECK(r->Array(0, 2) == std::vector<std::string>{"["});
}

TEST_CASE("settings go with the start-up packet, odd values too") {
  ConnectOptions options;
  options.url = TestServer::Get().Url();
  options.settings = {{"search_path", ""}, {"application_name", "a b\\c"}, {"work_mem", "5MB"}};
  auto c = Connection::Open(options);
  REQUIRE_MESSAGE(c.ok(), c.status().ToString());
  auto r = c->Exec("SELECT current_setting('search_path'), current_setting('work_mem')");
  REQUIRE(r.ok());
  CHECK(r->Text(0, 0) == "");
  CHECK(r->Text(0, 1) == "5MB");
}

TEST_CASE("watched statements tick, and a refusal cancels the one that runs") {
  Connection c = Open(TestServer::Get().Url());
  auto batch = [&](const std::string& sql, const BatchHooks& hooks) {
    return RunBatch(c, {"SELECT 1", sql, "SELECT 2"}, hooks);
  };
  auto alone = [&](const std::string& sql, const BatchHooks& hooks) {
    return RunAlone(c, sql, hooks);
  };
  const std::function<BatchError(const std::string&, const BatchHooks&)> ways[] = {batch, alone};
  for (size_t way = 0; way < 2; ++way) {
    CAPTURE(way);
    const size_t at = way == 0 ? 1 : 0;
    int ticks = 0, seen = 0;
    BatchHooks hooks;
    hooks.tick = [&] { return ++ticks > 0; };
    hooks.done = [&](size_t i, const Result& result) {
      if (i == at) seen = static_cast<int>(result.Int(0, 1));
    };
    CHECK(ways[way]("SELECT pg_sleep(0.5), 7", hooks).status.ok());
    CHECK(seen == 7);
    CHECK(ticks >= 3);

    seen = 0;
    hooks.tick = [] { return false; };
    auto start = std::chrono::steady_clock::now();
    const BatchError cancelled = ways[way]("SELECT pg_sleep(60), 7", hooks);
    CHECK(cancelled.status.code() == absl::StatusCode::kCancelled);
    CHECK(cancelled.index == at);
    CHECK(seen == 0);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));

    const BatchError failed = ways[way]("SELECT 'é',\n  nothing", {});
    CHECK(SqlState(failed.status) == "42703");
    CHECK(failed.index == at);
    CHECK(failed.line == 2);
    CHECK(c.Exec("SELECT 1").ok());
  }
}

TEST_CASE("COPY with the client is refused and leaves the session usable") {
  TestDatabase db;
  Connection c = Open(db.Url());
  REQUIRE(c.Exec("CREATE TABLE t (a int)").ok());
  CHECK(c.Exec("COPY t FROM STDIN").status().code() == absl::StatusCode::kUnimplemented);
  CHECK(c.Exec("COPY t TO STDOUT").status().code() == absl::StatusCode::kUnimplemented);
  CHECK(c.Exec("SELECT 1").ok());
  for (const char* copy : {"COPY t FROM STDIN", "COPY t TO STDOUT"}) {
    CAPTURE(std::string(copy));
    CHECK(RunBatch(c, {"SELECT 1", copy, "SELECT 2"}, {}).status.code() ==
          absl::StatusCode::kUnimplemented);
    CHECK(c.Exec("SELECT 1").ok());
    CHECK(RunAlone(c, copy, {}).status.code() == absl::StatusCode::kUnimplemented);
    CHECK(c.Exec("SELECT 1").ok());
  }
}

TEST_CASE("notices go where they are sent") {
  Connection c = Open(TestServer::Get().Url());
  std::string heard;
  c.OnNotice([&](absl::string_view text) { heard = std::string(text); });
  Connection moved = std::move(c);
  REQUIRE(moved.Exec("DO $$ BEGIN RAISE NOTICE 'hello'; END $$").ok());
  CHECK(heard == "NOTICE:  hello");
}

TEST_CASE("a failed login names the place and never the password") {
  ConnectOptions options;
  options.url = "postgresql://someone:s3cret@127.0.0.1:1/db?connect_timeout=2";
  absl::Status status = Connection::Open(options).status();
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK(absl::StrContains(status.message(), "someone@127.0.0.1:1/db"));
  CHECK_FALSE(absl::StrContains(status.message(), "s3cret"));

  options.url = TestServer::Get().Url("autogen_no_such_database");
  CHECK(Connection::Open(options).status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("a lost connection is Unavailable") {
  Connection c = Open(TestServer::Get().Url());
  absl::Status killed = testing::RunSql(
      TestServer::Get().Url(), absl::StrCat("SELECT pg_terminate_backend(", c.backend_pid(), ")"));
  REQUIRE(killed.ok());
  absl::Status status = c.Exec("SELECT pg_sleep(5)").status();
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK(c.Pipeline({"SELECT 1"}).status().code() == absl::StatusCode::kUnavailable);
  CHECK_FALSE(c.alive());
}

TEST_CASE("a dump is the same whatever the order of creation") {
  TestDatabase a, b;
  a.Run(
      "CREATE TABLE t (a int); CREATE TABLE u (b int);"
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1;\n\n-- two\nSELECT 2; $$");
  b.Run(
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1;\n\n-- two\nSELECT 2; $$;"
      "CREATE TABLE u (b int); CREATE TABLE t (a int)");
  auto da = testing::PgDump(a.Url());
  auto db = testing::PgDump(b.Url());
  REQUIRE_MESSAGE(da.ok(), da.status().ToString());
  CHECK(*da == *db);
  CHECK(absl::StrContains(*da, "-- two\nSELECT 2; $$;"));
  b.Run("ALTER TABLE t ALTER a SET DEFAULT 1");
  CHECK(*da != *testing::PgDump(b.Url()));
}

}  // namespace
}  // namespace autogen::postgres
