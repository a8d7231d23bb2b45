// The proof with rows by a role that may not switch foreign keys off.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/generate/pipeline.h"
#include "src/introspect/introspect.h"
#include "src/postgres/connection.h"
#include "tests/support/server.h"

namespace autogen::generate {
namespace {

model::Snapshot Read(const std::string& sql) {
  const testing::TestDatabase database;
  REQUIRE(testing::RunSql(database.Url(), sql).ok());
  auto connection = postgres::Connection::Open({.url = database.Url()});
  REQUIRE(connection.ok());
  auto snapshot = introspect::Introspect(*connection, {});
  REQUIRE(snapshot.ok());
  return *std::move(snapshot);
}

// A role that may do nothing but make databases, on the tests' server.
class PlainRole {
 public:
  PlainRole() : admin_(testing::TestServer::Get().Url()) {
    REQUIRE(testing::RunSql(admin_, absl::StrCat("CREATE ROLE ", name_, " LOGIN CREATEDB")).ok());
  }
  ~PlainRole() { CHECK(testing::RunSql(admin_, absl::StrCat("DROP ROLE ", name_)).ok()); }
  std::string Url() const { return absl::StrCat(admin_, " user=", name_); }

 private:
  const std::string admin_;
  const std::string name_ = absl::StrCat("autogen_test_plain_", getpid());
};

TEST_CASE("without superuser a cycle of foreign keys that no row can begin has no rows") {
  if (absl::StrContains(testing::TestServer::Get().Url(), "://")) return;  // no user to append
  const std::string tables =
      "CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL, v bigint);"
      "CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES a, v bigint);"
      "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b %s;"
      // A table beside it, a reference to the own table, and an ordinary one.
      "CREATE TABLE c (id integer PRIMARY KEY, v bigint);"
      "CREATE TABLE e (id integer PRIMARY KEY, up integer NOT NULL REFERENCES e, v bigint);"
      "CREATE TABLE f (id integer PRIMARY KEY, c integer NOT NULL REFERENCES c, v bigint);";
  const PlainRole role;
  for (const char* deferral : {"", "DEFERRABLE INITIALLY DEFERRED"}) {
    for (const bool superuser : {true, false}) {
      CAPTURE(deferral);
      CAPTURE(superuser);
      const std::string old = absl::StrReplaceAll(tables, {{"%s", deferral}});
      scratch::Options scratch;
      scratch.url = superuser ? testing::TestServer::Get().Url() : role.Url();
      scratch.disposable = superuser;
      Pair pair{Read(old), Read(absl::StrReplaceAll(old, {{"v bigint", "v integer"}})), nullptr};
      Pipeline pipeline({}, scratch);
      auto comparison = pipeline.Compare(pair);
      REQUIRE(comparison.ok());
      auto proof = pipeline.Prove(pair, *comparison);
      REQUIRE_MESSAGE(proof.ok(), proof.status().ToString());
      CHECK_MESSAGE(proof->proved, proof->difference);
      REQUIRE(proof->trial.has_value());
      CHECK(proof->trial->untried == "");
      const std::vector<std::string> none =
          superuser ? std::vector<std::string>() : std::vector<std::string>{"public.a", "public.b"};
      std::vector<std::string> unfilled = proof->trial->unfilled;
      std::sort(unfilled.begin(), unfilled.end());
      CHECK_MESSAGE(unfilled == none, absl::StrJoin(unfilled, ", "));
    }
  }
}

}  // namespace
}  // namespace autogen::generate
