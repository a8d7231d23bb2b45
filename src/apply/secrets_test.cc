#include "src/apply/secrets.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/apply/compile.h"
#include "src/apply/offline.h"
#include "src/apply/runner.h"
#include "src/apply/test_history.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::QueryText;
using testing::TestDatabase;

constexpr char kPassword[] = "AUTOGEN_SECRET_TEST_PASSWORD";
constexpr char kSubscription[] = "AUTOGEN_SECRET_TEST_CONNECTION";

// A variable of the environment for as long as it lives.
class Set {
 public:
  Set(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Set() { unsetenv(name_); }

 private:
  const char* name_;
};

TestHistory Mapping() {
  return TestHistory({{"aaaa00000000",
                       "CREATE SERVER s FOREIGN DATA WRAPPER w;\nCREATE USER MAPPING FOR PUBLIC "
                       "SERVER s OPTIONS (user 'u', password '${AUTOGEN_SECRET_TEST_PASSWORD}');",
                       "DROP SERVER s CASCADE;"}});
}

std::string Options(const TestDatabase& database) {
  return QueryText(database.Url(), "SELECT umoptions::text FROM pg_user_mappings");
}

TEST_CASE("a secret comes from the environment, and stays out of what is shown and recorded") {
  TestDatabase database;
  database.Run("CREATE FOREIGN DATA WRAPPER w");
  const TestHistory history = Mapping();
  Notes notes;
  SUBCASE("missing, before anything changes") {
    const absl::Status failed =
        RunTo(database.Url(), history.graph(), Direction::kUpgrade, "head", notes);
    CHECK(failed.code() == absl::StatusCode::kFailedPrecondition);
    CHECK(absl::StrContains(failed.message(), absl::StrCat(kPassword, " is not set")));
    CHECK(absl::StrContains(failed.message(), "aaaa00000000.sql:"));
    CHECK(QueryText(database.Url(), "SELECT to_regclass('autogen_version') IS NULL") == "t");
  }
  SUBCASE("with quotes and backslashes") {
    const Set password(kPassword, "se'same\\1 ${HOME} $1");
    REQUIRE(RunTo(database.Url(), history.graph(), Direction::kUpgrade, "head", notes) ==
            absl::OkStatus());
    CHECK(Options(database) == "{user=u,\"password=se'same\\\\1 ${HOME} $1\"}");
    CHECK(QueryText(database.Url(),
                    "SELECT count(*) FROM autogen_version_ledger l WHERE l::text ~ 'same'") == "0");
  }
}

TEST_CASE("the server's words hold no part of a connection string") {
  TestDatabase database;
  const TestHistory history({{"aaaa00000000",
                              "CREATE SUBSCRIPTION s CONNECTION "
                              "'${AUTOGEN_SECRET_TEST_CONNECTION}' PUBLICATION p WITH (connect = "
                              "false, slot_name = NONE);",
                              "DROP SUBSCRIPTION s;"}});
  Notes notes;
  for (const char* value : {"dbname=x password", "sesame", "postgresql://u:sesame%zz@h/x",
                            "dbname=x sesame=1", "password='sesame"}) {
    CAPTURE(value);
    const Set connection(kSubscription, value);
    const absl::Status failed =
        RunTo(database.Url(), history.graph(), Direction::kUpgrade, "head", notes);
    CHECK_FALSE(failed.ok());
    CHECK_FALSE(absl::StrContains(failed.message(), "sesame"));
  }
  const Set connection(kSubscription, "dbname=nowhere password=sesame");
  REQUIRE(RunTo(database.Url(), history.graph(), Direction::kUpgrade, "head", notes) ==
          absl::OkStatus());
  CHECK(QueryText(database.Url(), "SELECT subconninfo FROM pg_subscription WHERE subname = 's'") ==
        "dbname=nowhere password=sesame");
  REQUIRE(RunTo(database.Url(), history.graph(), Direction::kDowngrade, "base", notes) ==
          absl::OkStatus());
}

TEST_CASE("printed for psql, a secret is a variable of psql") {
  const TestHistory history = Mapping();
  auto scripts = CompileScripts(history.graph(), {}, {0}, Direction::kUpgrade);
  REQUIRE(scripts.ok());
  const Set password(kPassword, "sesame");
  const absl::StatusOr<std::string> sql = OfflineSql(impact::DefaultDialect(), *scripts, {}, true);
  REQUIRE(sql.ok());
  CHECK(absl::StrContains(*sql, "password :'AUTOGEN_SECRET_TEST_PASSWORD')"));
  CHECK(absl::StrContains(*sql, "-- Before it: \\set AUTOGEN_SECRET_TEST_PASSWORD"));
  CHECK_FALSE(absl::StrContains(*sql, "sesame"));
}

TEST_CASE("a variable elsewhere is an error with file and line") {
  const TestHistory history(
      {{"aaaa00000000", "SELECT 1;\nSELECT '${AUTOGEN_SECRET_TEST_PASSWORD}';", "SELECT 1;"}});
  auto scripts = CompileScripts(history.graph(), {}, {0}, Direction::kUpgrade);
  REQUIRE(scripts.ok());
  const absl::Status failed = SplitIntoSteps(scripts->front()).status();
  CHECK(failed.code() == absl::StatusCode::kInvalidArgument);
  CHECK(absl::StrContains(failed.message(), "aaaa00000000.sql:9: a variable for a secret cannot "));
}

}  // namespace
}  // namespace autogen::apply
