#include "src/apply/test_pooled.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"

namespace autogen::apply {

using testing::QueryText;
using testing::TestDatabase;
using testing::TestPooler;

std::vector<TestScript> TenantScripts(int count) {
  std::vector<TestScript> scripts;
  for (int i = 0; i < count; ++i) {
    std::string id = absl::StrCat("aaaa000000", i < 10 ? "0" : "", i);
    scripts.push_back(
        {id,
         absl::StrCat(
             i == 0 ? "CREATE TABLE log (i int, tenant text DEFAULT current_schema());\n" : "",
             "SET work_mem = '5MB';\nSELECT set_config('statement_timeout', '9s', false);\n"
             "INSERT INTO log VALUES (",
             i, ");\nCREATE TABLE t", i,
             " (work_mem text DEFAULT current_setting('work_mem'));\nINSERT INTO t", i,
             " DEFAULT VALUES;\nRESET search_path;\nUPDATE log SET i = i;"),
         absl::StrCat("DROP TABLE t", i, ";")});
  }
  return scripts;
}

Options ForTenant(const std::string& tenant) {
  Options options;
  options.version_schema = tenant;
  options.search_path = {tenant};
  options.lock_wait_s = 120;
  return options;
}

void CheckNothingLeft(const TestPooler& pooler, const TestDatabase& database, int servers) {
  CHECK(
      QueryText(database.Url(),
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT "
                "oid FROM pg_database WHERE datname = current_database())") == "0");
  static constexpr char kSettings[] =
      "SELECT concat_ws(', ', current_setting('lock_timeout'), "
      "current_setting('statement_timeout'), "
      "current_setting('idle_in_transaction_session_timeout'), current_setting('search_path'), "
      "current_setting('client_min_messages'), current_setting('work_mem'), current_user, "
      "(SELECT count(*) FROM pg_prepared_statements))";
  const std::string fresh = QueryText(database.Url(), kSettings);
  std::vector<postgres::Connection> clients;
  for (int i = 0; i < servers; ++i) {
    auto client = postgres::Connection::Open({.url = pooler.Url(database.name())});
    REQUIRE(client.ok());
    REQUIRE(client->Exec("BEGIN").ok());
    auto settings = client->Exec(kSettings);
    REQUIRE(settings.ok());
    CHECK(settings->Text(0, 0) == fresh);
    clients.push_back(*std::move(client));
  }
}

void CheckTenants(const TestDatabase& database, int tenants, int scripts) {
  for (int tenant = 0; tenant < tenants; ++tenant) {
    CAPTURE(tenant);
    const std::string schema = absl::StrCat("tenant_", tenant);
    CHECK(QueryText(database.Url(),
                    absl::StrCat("SELECT count(*) || ' ' || count(DISTINCT i) || ' ' || max(i) || "
                                 "' ' || bool_and(tenant = '",
                                 schema, "') FROM ", schema, ".log")) ==
          absl::StrCat(scripts, " ", scripts, " ", scripts - 1, " true"));
    CHECK(QueryText(database.Url(),
                    absl::StrCat("SELECT work_mem FROM ", schema, ".t", scripts - 1)) == "5MB");
  }
  CHECK(QueryText(database.Url(),
                  "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") ==
        "0");
}

}  // namespace autogen::apply
