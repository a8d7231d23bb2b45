// What may run through PgBouncer, in each of its modes.
#include "src/apply/pooled.h"

#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/backfill.h"
#include "src/apply/test_pooled.h"
#include "src/postgres/pooler.h"

namespace autogen::apply {
namespace {

using testing::QueryText;
using testing::TestDatabase;
using testing::TestPooler;

const std::vector<TestScript> kAlone = {
    {"aaaa00000000", "CREATE TABLE t (v int);", "DROP TABLE t;"},
    {"aaaa00000001", "ALTER TABLE t ADD w int;\nCREATE INDEX CONCURRENTLY t_v ON t (v);",
     "DROP INDEX CONCURRENTLY t_v;"}};

TEST_CASE(
    "a step outside a transaction needs direct_url in transaction mode, in session mode not") {
  TestHistory history(kAlone);
  TestDatabase database;
  Observer observer;
  auto upgrade = [&](const std::string& url, const Options& options = {}) {
    return RunTo(url, history.graph(), Direction::kUpgrade, "head", observer, options);
  };
  SUBCASE("session") {
    TestPooler pooler("session");
    CHECK(upgrade(pooler.Url(database.name())) == absl::OkStatus());
    CheckNothingLeft(pooler, database, 1);
  }
  for (const std::string mode : {"transaction", "statement"}) {
    SUBCASE(mode.c_str()) {
      TestPooler pooler(mode);
      const std::string url = pooler.Url(database.name());
      absl::Status status = upgrade(url);
      CAPTURE(status.message());
      CHECK(absl::IsFailedPrecondition(status));
      CHECK(absl::StrContains(status.message(), "direct_url"));
      if (mode == "transaction") {
        CHECK(absl::StrContains(status.message(), "aaaa00000001.sql:9"));
        CHECK(absl::StrContains(status.message(), "CREATE INDEX CONCURRENTLY"));
      }
      CHECK(QueryText(database.Url(), "SELECT count(*) FROM pg_class WHERE relname = 't'") == "0");
      CHECK(upgrade(url, {.direct_url = database.Url()}) == absl::OkStatus());
      CHECK(QueryText(database.Url(), "SELECT version_num FROM autogen_version") == "aaaa00000001");
    }
  }
  SUBCASE("direct_url of another database, or of a pooler") {
    TestPooler pooler("transaction");
    TestDatabase other;
    CHECK(absl::StrContains(
        upgrade(pooler.Url(database.name()), {.direct_url = other.Url()}).message(),
        "another database"));
    CHECK(absl::StrContains(
        upgrade(pooler.Url(database.name()), {.direct_url = pooler.Url(database.name())}).message(),
        "is a pooler in transaction mode"));
  }
}

postgres::Pooling Detect(const std::string& url) {
  auto opened = postgres::Connection::Open({.url = url});
  REQUIRE(opened.status() == absl::OkStatus());
  auto pooling = postgres::DetectPooling(*opened, {.url = url});
  REQUIRE(pooling.status() == absl::OkStatus());
  CHECK(opened->Exec("SELECT 1").ok());
  return *pooling;
}

TEST_CASE("the mode of a pooler is seen whatever its pool is like") {
  using postgres::Pooling;
  struct {
    const char* mode;
    Pooling pooling;
  } modes[] = {{"session", Pooling::kSession},
               {"transaction", Pooling::kTransaction},
               {"statement", Pooling::kStatement}};
  for (const auto& mode : modes) {
    CAPTURE(mode.mode);
    TestDatabase database;
    {
      TestPooler pooler(mode.mode);
      CHECK(Detect(pooler.Url(database.name())) == mode.pooling);
    }
    {
      TestPooler pooler(mode.mode, "server_round_robin = 1\nmin_pool_size = 2");
      // Two servers that take turns.
      auto a = postgres::Connection::Open({.url = pooler.Url(database.name())});
      auto b = postgres::Connection::Open({.url = pooler.Url(database.name())});
      REQUIRE(a->Exec("SELECT 1").ok());
      REQUIRE(b->Exec("SELECT 1").ok());
      CHECK(Detect(pooler.Url(database.name())) == mode.pooling);
    }
    if (mode.pooling == Pooling::kStatement) continue;
    TestPooler pooler(mode.mode, "default_pool_size = 1");
    CHECK(Detect(pooler.Url(database.name())) == mode.pooling);
    TestHistory history(TenantScripts(2));
    database.Run("CREATE SCHEMA tenant_0");
    Observer observer;
    CHECK(RunTo(pooler.Url(database.name()), history.graph(), Direction::kUpgrade, "head", observer,
                ForTenant("tenant_0")) == absl::OkStatus());
    CheckTenants(database, 1, 2);
    CheckNothingLeft(pooler, database, 1);
  }
}

TEST_CASE("a pooler that takes start-up options and drops them is noticed by the pid") {
  for (const std::string mode : {"session", "transaction"}) {
    CAPTURE(mode);
    TestPooler pooler(mode, "ignore_startup_parameters = options\ndefault_pool_size = 2");
    TestHistory history(TenantScripts(2));
    TestDatabase database;
    database.Run("CREATE SCHEMA tenant_0");
    Observer observer;
    CHECK(RunTo(pooler.Url(database.name()), history.graph(), Direction::kUpgrade, "head", observer,
                ForTenant("tenant_0")) == absl::OkStatus());
    CheckTenants(database, 1, 2);
    CheckNothingLeft(pooler, database, 2);
  }
}

TEST_CASE("RESET ALL in session mode restores the tenant's settings") {
  TestHistory history({{"aaaa00000000", "RESET ALL;\nCREATE TABLE t ();", "DROP TABLE t;"}});
  TestDatabase database;
  database.Run("CREATE SCHEMA tenant_0");
  TestPooler pooler("session");
  Observer observer;
  CHECK(RunTo(pooler.Url(database.name()), history.graph(), Direction::kUpgrade, "head", observer,
              ForTenant("tenant_0")) == absl::OkStatus());
  CHECK(QueryText(database.Url(),
                  "SELECT relnamespace::regnamespace FROM pg_class WHERE relname = "
                  "'t'") == "tenant_0");
}

TEST_CASE("a backfill through a pooler: no row twice, nothing left, others give way") {
  TestDatabase database;
  database.Run(
      "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);"
      "INSERT INTO t SELECT generate_series(1, 200)");
  TestPooler pooler("transaction", "default_pool_size = 2");
  const std::string url = pooler.Url(database.name());
  BackfillRequest request;
  request.schema = "public";
  request.table = "t";
  request.set = {{"n", "n + 1"}};
  request.batch_rows = 20;
  request.target_ms = request.pause_ms = 0;
  request.pooled = true;
  auto connection = postgres::Connection::Open({.url = url});
  REQUIRE(connection.ok());
  absl::Status other_status;
  request.progress = [&](int64_t, int64_t batches) {
    if (batches != 3) return true;
    // Another run, from another client, continues behind this one's last batch.
    auto other = postgres::Connection::Open({.url = url});
    BackfillRequest again = request;
    again.progress = [](int64_t, int64_t n) { return n < 2; };
    other_status = RunBackfill(*other, again).status();
    return true;
  };
  absl::Status status = RunBackfill(*connection, request).status();
  CHECK(other_status == absl::OkStatus());
  CHECK(absl::StrContains(status.message(), "another run of this backfill"));
  request.progress = nullptr;
  CHECK(RunBackfill(*connection, request).ok());
  CHECK(QueryText(database.Url(), "SELECT count(*) FROM t WHERE n = 1") == "200");
  CheckNothingLeft(pooler, database, 2);
}

TEST_CASE("statements in a form that leaves nothing") {
  const Settings settings = {{"search_path", "app"}, {"lock_timeout", "3000"}};
  auto form = [&](const std::string& text) {
    return LocalForm(text, settings).value_or("refused");
  };
  CHECK(form("SET work_mem = '5MB'") == "SET LOCAL work_mem = '5MB'");
  CHECK(form("set session\n search_path to a, b") == "SET LOCAL search_path to a, b");
  CHECK(form("SET LOCAL work_mem = 1") == "SET LOCAL work_mem = 1");
  CHECK(form("SET ROLE x") == "SET LOCAL ROLE x");
  CHECK(form("SET SESSION AUTHORIZATION x") == "SET LOCAL SESSION AUTHORIZATION x");
  CHECK(form("SET TIME ZONE 'UTC'") == "SET LOCAL TIME ZONE 'UTC'");
  CHECK(form("SET CONSTRAINTS ALL DEFERRED") == "SET CONSTRAINTS ALL DEFERRED");
  CHECK(form("RESET search_path") == "SELECT pg_catalog.set_config('search_path', 'app', true)");
  CHECK(form("SET lock_timeout TO DEFAULT") ==
        "SELECT pg_catalog.set_config('lock_timeout', '3000', true)");
  CHECK(form("RESET work_mem") == "SET LOCAL work_mem TO DEFAULT");
  CHECK(form("RESET ROLE") == "SET LOCAL ROLE NONE");
  CHECK(form("SELECT pg_catalog.set_config('search_path', '', false)") ==
        "SELECT pg_catalog.set_config('search_path', '', true)");
  for (const char* same :
       {"CREATE TABLE prepared (set int)", "UPDATE t SET a = 1",
        "SELECT set_config('a.b', 'c', true)", "CREATE TEMP TABLE x (i int) ON COMMIT DROP",
        "SELECT pg_advisory_xact_lock(1)",
        "DO $$ BEGIN UPDATE t SET a = 1; SET LOCAL work_mem = 1; END $$"}) {
    CHECK(form(same) == same);
  }
  for (const char* refused :
       {"RESET ALL", "DISCARD ALL", "PREPARE p AS SELECT 1", "LISTEN x", "LOAD 'x'",
        "CREATE TEMP TABLE x (i int)", "SELECT 1 INTO TEMP x", "SELECT pg_advisory_lock(1)",
        "SELECT set_config('a', b, false) FROM c", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "DO $$ BEGIN SET search_path = x; END $$"}) {
    CAPTURE(refused);
    CHECK(form(refused) == "refused");
  }
}

}  // namespace
}  // namespace autogen::apply
