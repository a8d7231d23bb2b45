#include "src/apply/preflight.h"

#include <doctest/doctest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/support/server.h"

namespace autogen::apply {
namespace {

using testing::QueryText;
using testing::TestDatabase;

TEST_CASE("everything that blocks a run is reported") {
  PreflightFacts good;
  good.server_version = 150004;
  good.role = "app";
  good.locks_kept = good.lock_room = 7872;
  CHECK(JudgePreflight(good, {}) == absl::OkStatus());
  struct Row {
    void (*change)(PreflightFacts&);
    const char* message;
  };
  const Row rows[] = {
      {[](PreflightFacts& f) { f.server_version = 120009; }, "PostgreSQL 12, and 13 is the oldest"},
      {[](PreflightFacts& f) { f.server_version = 190001; },
       "PostgreSQL 19, and this autogen was tested with 13 to 18"},
      {[](PreflightFacts& f) { f.standby = f.read_only = true; }, "a standby: connect to its"},
      {[](PreflightFacts& f) { f.read_only = true; }, "transactions are read-only here"},
      {[](PreflightFacts& f) { f.missing_privileges = {"INSERT on v"}; },
       "role app lacks INSERT on v"},
      {[](PreflightFacts& f) {
         f.missing_rights.foreign_tables = {"t belongs to boss, whose rights role app has not"};
       },
       "t belongs to boss, whose rights role app has not"},
      {[](PreflightFacts& f) { f.missing_rights.forbidden_roles = {"boss"}; },
       "role app may not SET ROLE boss: GRANT boss TO app"},
      {[](PreflightFacts& f) { f.missing_rights.places = {"role app lacks CREATE on schema s"}; },
       "role app lacks CREATE on schema s"},
      {[](PreflightFacts& f) {
         f.missing_privileges = {"CREATE on schema s"};  // for autogen's own tables
         f.missing_rights.places = {"role app lacks CREATE on schema s"};
       },
       "run:\n  role app lacks CREATE on schema s\nTo run"},
      {[](PreflightFacts& f) {
         f.hiding = {"function app.lower", "type app.text"};
       },
       "looks elsewhere before pg_catalog, where function app.lower, type app.text would be taken"},
      {[](PreflightFacts& f) {
         f.locks_kept = 7873;
         f.most_locks_at = "versions/a.sql:7";
       },
       "the transaction from versions/a.sql:7 on keeps about 7873 locks, and the server has room "
       "for 7872"},
      {[](PreflightFacts& f) {
         f.replica = "r1";
         f.replication_lag_s = 61;
       },
       "replica r1 is 61 s behind, and 60 s is the limit"},
      {[](PreflightFacts& f) {
         f.rewrite_bytes = 600000000;
         f.free_bytes = 1000000000;
       },
       "tables of 600 MB may be rewritten, which takes about twice that, and 1000 MB of the disk"},
  };
  for (const Row& row : rows) {
    PreflightFacts facts = good;
    row.change(facts);
    const absl::Status status = JudgePreflight(facts, {});
    CAPTURE(row.message);
    CHECK(absl::IsFailedPrecondition(status));
    CHECK(absl::StrContains(status.message(), row.message));
    CHECK(absl::StrContains(status.message(), "--no-preflight"));
  }
  PreflightFacts facts = good;
  facts.server_version = 190001;
  CHECK(JudgePreflight(facts, {.untested_version = true}) == absl::OkStatus());
  facts.rewrite_bytes = 600000000;
  facts.replication_lag_s = 100;
  CHECK(JudgePreflight(facts, {.untested_version = true, .max_replication_lag_s = 0}) ==
        absl::OkStatus());
}

TEST_CASE("a role without rights, and tables that would be rewritten, are seen in the catalog") {
  TestDatabase database;
  const std::string role = absl::StrCat(database.name(), "_role");
  database.Run(absl::StrCat("CREATE ROLE ", role,
                            " LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC"
                            "; CREATE TABLE t AS SELECT g FROM generate_series(1, 10000) g; CREATE "
                            "TABLE u (a int); ALTER TABLE u OWNER TO ",
                            role));
  ScriptRun script;
  script.SetStatements(*sql::SplitStatements(
      "ALTER TABLE t ALTER g TYPE bigint; ALTER TABLE u ADD b int; ALTER TABLE missing ADD b int; "
      "INSERT INTO u VALUES (1)"));
  const VersionTable table("public", "autogen_version");
  auto connection =
      postgres::Connection::Open({.url = database.Url(), .settings = {{"role", role}}});
  REQUIRE(connection.ok());
  auto facts = ReadPreflightFacts(*connection, table, {script});
  REQUIRE(facts.status() == absl::OkStatus());
  CHECK(!facts->standby);
  CHECK(facts->role == role);
  CHECK(facts->missing_privileges == std::vector<std::string>{"CREATE on schema public"});
  REQUIRE(facts->missing_rights.foreign_tables.size() == 1);
  CHECK(absl::StrContains(facts->missing_rights.foreign_tables[0],
                          "t belongs to postgres, whose rights role "));
  CHECK(facts->rewrite_bytes > 100000);
  CHECK(facts->free_bytes == -1);  // may not read data_directory

  database.Run(table.CreateTable() + ";" + table.CreateLedger() +
               "; GRANT SELECT ON ALL TABLES IN "
               "SCHEMA public TO " +
               role + "; ALTER TABLE t OWNER TO " + role);
  facts = ReadPreflightFacts(*connection, table, {script});
  REQUIRE(facts.ok());
  CHECK(facts->missing_rights.foreign_tables.empty());
  CHECK(facts->missing_privileges.size() == 6);  // INSERT, UPDATE, DELETE on two tables

  auto reader = postgres::Connection::Open(
      {.url = database.Url(), .settings = {{"default_transaction_read_only", "on"}}});
  REQUIRE(reader.ok());
  CHECK(ReadPreflightFacts(*reader, table, {script})->read_only);
  database.Run(absl::StrCat("DROP OWNED BY ", role, "; DROP ROLE ", role));
}

TEST_CASE("the rights of an owner are had by membership that inherits, or by SET ROLE") {
  TestDatabase database;
  const std::string name = database.name();
  const std::string owner = name + "_owner", heir = name + "_heir", other = name + "_other",
                    stranger = name + "_stranger";
  database.Run(absl::StrCat("CREATE ROLE ", owner, "; CREATE ROLE ", heir, " LOGIN IN ROLE ", owner,
                            "; CREATE ROLE ", other, " LOGIN NOINHERIT IN ROLE ", owner,
                            "; CREATE ROLE ", stranger,
                            " LOGIN; CREATE TABLE t (a int); ALTER "
                            "TABLE t OWNER TO ",
                            owner));
  auto facts_of = [&](const std::string& role, const std::string& sql) {
    ScriptRun script;
    script.SetStatements(*sql::SplitStatements(sql));
    auto connection = postgres::Connection::Open({.url = database.Url()});
    REQUIRE(connection.ok());
    REQUIRE(connection->Exec("SET SESSION AUTHORIZATION " + role).ok());
    auto facts =
        ReadPreflightFacts(*connection, VersionTable("public", "autogen_version"), {script});
    REQUIRE(facts.status() == absl::OkStatus());
    return *facts;
  };
  const std::string alter = "ALTER TABLE t ADD b int";
  const std::string as_owner = absl::StrCat("SET ROLE ", owner, "; ", alter);
  CHECK(facts_of(heir, alter).missing_rights.foreign_tables.empty());
  CHECK(facts_of(heir, as_owner).missing_rights.foreign_tables.empty());
  CHECK(facts_of(other, as_owner).missing_rights.foreign_tables.empty());
  CHECK(facts_of(other, as_owner).missing_rights.forbidden_roles.empty());
  const std::vector<std::string> foreign = facts_of(other, alter).missing_rights.foreign_tables;
  REQUIRE(foreign.size() == 1);
  CHECK(absl::StrContains(foreign[0], absl::StrCat("the script must say SET ROLE ", owner)));
  CHECK(facts_of(other, absl::StrCat("SET LOCAL ROLE ", owner, "; RESET ROLE; ", alter))
            .missing_rights.foreign_tables.size() == 1);
  CHECK(facts_of(stranger, alter).missing_rights.foreign_tables ==
        std::vector<std::string>{absl::StrCat("public.t belongs to ", owner, ", whose rights role ",
                                              stranger, " has not: GRANT ", owner, " TO ",
                                              stranger)});
  CHECK(facts_of(stranger, as_owner).missing_rights.forbidden_roles ==
        std::vector<std::string>{owner});
  CHECK(facts_of(stranger, absl::StrCat("SET ROLE not_yet; ", alter))
            .missing_rights.forbidden_roles.empty());
  // Where the statements make something, and what that takes.
  database.Run(absl::StrCat("CREATE SCHEMA s; ALTER SCHEMA s OWNER TO ", owner,
                            "; CREATE TABLE s.t (a int); ALTER TABLE s.t OWNER TO ", owner,
                            "; CREATE SCHEMA open; GRANT ALL ON SCHEMA open TO PUBLIC; CREATE "
                            "SCHEMA read; GRANT USAGE ON SCHEMA read TO PUBLIC"));
  auto places = [&](const std::string& role, const std::string& sql) {
    std::string all = absl::StrJoin(facts_of(role, sql).missing_rights.places, "\n");
    return absl::StrReplaceAll(all, {{role, "R"}, {owner, "O"}, {database.name(), "D"}});
  };
  auto lacks = [](absl::string_view what, absl::string_view on) {
    return absl::StrCat("role R lacks ", what, " on schema ", on, ": GRANT ", what, " ON SCHEMA ",
                        on, " TO R");
  };
  const std::string both = absl::StrCat(lacks("CREATE", "s"), "\n", lacks("USAGE", "s"));
  const std::string by_set_role =
      "role R lacks CREATE on schema s, which it has by SET ROLE O only (NOINHERIT)\n"
      "role R lacks USAGE on schema s, which it has by SET ROLE O only (NOINHERIT)";
  for (const char* made :
       {"CREATE TABLE s.u (a int)", "CREATE VIEW s.v AS SELECT 1", "CREATE SEQUENCE s.n",
        "CREATE INDEX ON s.t (a)", "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TYPE s.e AS ENUM ('a')", "CREATE DOMAIN s.d AS int", "CREATE TYPE s.c AS (a int)",
        "CREATE TABLE s.u AS SELECT 1", "ALTER TABLE open.t SET SCHEMA s",
        "ALTER TABLE s.t RENAME TO u", "CREATE MATERIALIZED VIEW s.m AS SELECT 1"}) {
    CAPTURE(made);
    CHECK(places(heir, made) == "");
    CHECK(places(stranger, made) == both);
    CHECK(places(other, made) == by_set_role);
    CHECK(places(other, absl::StrCat("SET ROLE ", owner, "; ", made)) == "");
    CHECK(places(stranger, absl::StrCat("GRANT x TO y; ", made)) == "");
  }
  CHECK(places(stranger, "ALTER TABLE s.t ADD b int") == lacks("USAGE", "s"));
  CHECK(places(stranger, "CREATE TABLE open.t (a int); CREATE TEMP TABLE t (a int)") == "");
  CHECK(places(stranger, "CREATE TABLE read.t (a int)") == lacks("CREATE", "read"));
  CHECK(places(stranger, "SET search_path = s; CREATE TABLE t (a int)") == "");
  CHECK(places(stranger, "CREATE SCHEMA mine; CREATE TABLE mine.t (a int)") ==
        "role R lacks CREATE on database D: GRANT CREATE ON DATABASE D TO R");
  for (const std::string& role : {heir, other, stranger, owner}) {
    database.Run(absl::StrCat("DROP OWNED BY ", role, "; DROP ROLE ", role));
  }
}

}  // namespace
}  // namespace autogen::apply
