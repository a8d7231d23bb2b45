// check against a server whose own programs are not installed: both sides are built with those of
// the nearest version above.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "src/postgres/binaries.h"
#include "src/postgres/connection.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrContains;

std::string ServerUrl(int major) {
  const std::string name = absl::StrCat("AUTOGEN_TEST_URL_", major);
  const char* url = getenv(name.c_str());
  REQUIRE_MESSAGE(url != nullptr, name, " is not set: tools/test starts that server");
  return url;
}

// A database on the server of `major`.
class VersionDatabase {
 public:
  explicit VersionDatabase(int major)
      : server_(ServerUrl(major)), name_(absl::StrCat("autogen_test_versions_", getpid())) {
    Drop();
    REQUIRE(testing::RunSql(server_, absl::StrCat("CREATE DATABASE ", name_)) == absl::OkStatus());
  }
  ~VersionDatabase() { Drop(); }
  std::string Url() const { return absl::StrCat(server_, " dbname=", name_); }
  void Run(const std::string& sql) const { REQUIRE(testing::RunSql(Url(), sql).ok()); }

 private:
  void Drop() const {
    testing::RunSql(server_, absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)"))
        .IgnoreError();
  }
  std::string server_, name_;
};

// The programs of the server of `major`, beside those that the machine has.
class Binaries {
 public:
  explicit Binaries(int major) {
    const char* before = getenv("AUTOGEN_PG_BIN");
    if (before != nullptr) before_ = before;
    if (major == 0) {
      unsetenv("AUTOGEN_PG_BIN");
      return;
    }
    const std::string folder =
        testing::QueryText(ServerUrl(major), "SELECT setting FROM pg_config WHERE name = 'BINDIR'");
    setenv("AUTOGEN_PG_BIN", folder.c_str(), 1);
  }
  ~Binaries() {
    before_.empty() ? unsetenv("AUTOGEN_PG_BIN") : setenv("AUTOGEN_PG_BIN", before_.c_str(), 1);
  }

 private:
  std::string before_;
};

// The version that a database of `major` is compared as; 0: none is new enough.
int Nearest(int major) {
  int nearest = 0;
  for (const postgres::Installation& one : postgres::ServerInstallations()) {
    if (one.major >= major) nearest = one.major;
  }
  return nearest;
}

// Each of them is printed in another way by some version: before 14, 16 and 18.
constexpr char kModel[] = R"m(
table { name: "people"
  column { name: "id" type: "int" primary_key: true }
  column { name: "name" type: "varchar(20)" not_null: true }
  column { name: "born" type: "timestamptz" default: "now()" }
  check { name: "name_is" expression: "name in ('a', 'b') and char_length(name) between 1 and 5" }
  index { name: "by_year" key { expression: "extract(year from born at time zone 'UTC')" } }
}
view { name: "years" definition: "select extract(year from born) as y, substring(name from 2 for 3) as s, trim(both 'x' from name) as t, position('a' in name) as p, overlay(name placing 'x' from 1) as o from people" }
view { name: "one" definition: "select id, name from people where id between 1 and 5" }
view { name: "pairs" definition: "select a.id, b.name from people a join people b using (id) where a.name <> b.name order by 1" }
view { name: "star" definition: "select * from one natural join people" }
)m";

// How a server before 14 stores kModel's functions with a grammar of their own.
std::string WithPlainCalls() {
  return absl::StrReplaceAll(
      kModel,
      {{"extract(year from born at time zone 'UTC')", "date_part('year', timezone('UTC', born))"},
       {"extract(year from born)", "date_part('year', born)"},
       {"substring(name from 2 for 3)", "\\\"substring\\\"(name, 2, 3)"},
       {"trim(both 'x' from name)", "btrim(name, 'x')"},
       {"position('a' in name)", "\\\"position\\\"(name, 'a')"},
       {"overlay(name placing 'x' from 1)", "\\\"overlay\\\"(name, 'x', 1)"}});
}

constexpr char kSql[] = R"sql(
CREATE TABLE people (id int PRIMARY KEY, name varchar(20) NOT NULL, born timestamptz DEFAULT now(),
  CONSTRAINT name_is CHECK (name IN ('a', 'b') AND char_length(name) BETWEEN 1 AND 5));
CREATE INDEX by_year ON people (extract(year FROM born AT TIME ZONE 'UTC'));
CREATE VIEW years AS SELECT extract(year FROM born) AS y, substring(name FROM 2 FOR 3) AS s,
  trim(BOTH 'x' FROM name) AS t, position('a' IN name) AS p, overlay(name PLACING 'x' FROM 1) AS o
  FROM people;
CREATE VIEW one AS SELECT id, name FROM people WHERE id BETWEEN 1 AND 5;
CREATE VIEW pairs AS SELECT a.id, b.name FROM people a JOIN people b USING (id)
  WHERE a.name <> b.name ORDER BY 1;
CREATE VIEW star AS SELECT * FROM one NATURAL JOIN people;)sql";

Outcome Check(const VersionDatabase& database, int code) {
  Outcome outcome = RunMain({"check", "--model", "m.txtpb", "--url", database.Url()});
  CAPTURE(outcome.err);
  CAPTURE(outcome.out);
  CHECK(outcome.code == code);
  return outcome;
}

// The model of the database, in that server's canonical form.
void Import(const std::string& url) {
  std::filesystem::remove("m.txtpb");
  const Outcome outcome = RunMain({"import", "--url", url, "--output", "m.txtpb"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
}

void Write(const std::string& model) {
  REQUIRE(WriteFile("m.txtpb", model, Overwrite::kReplace).ok());
}

TEST_CASE(
    "without the target's own programs, both sides are read as the next version prints them") {
  ScratchFolder folder;
  int target = 0, offered = 0;
  SUBCASE("13, and what the machine has") { target = 13; }
  SUBCASE("14, and what the machine has") { target = 14; }
  SUBCASE("16 as 17 or 18") { target = 16, offered = 18; }
  SUBCASE("17 as 18") { target = 17, offered = 18; }
  CAPTURE(target);
  Binaries binaries(offered);
  const int nearest = Nearest(target);
  REQUIRE(nearest != 0);
  VersionDatabase database(target);
  database.Run(kSql);

  const std::string model = target < 14 && nearest >= 14 ? WithPlainCalls() : kModel;
  Write(model);
  Outcome outcome = Check(database, 0);
  if (nearest != target) {
    CHECK(StrContains(outcome.err,
                      absl::StrCat("the database is PostgreSQL ", target,
                                   "; both sides are compared as PostgreSQL ", nearest)));
  }
  // In another version's canonical form.
  if (target >= 14) {
    testing::TestDatabase newer;
    newer.Run(kSql);
    Import(newer.Url());
    Check(database, 0);
  }
  // In the target's canonical form.
  Import(database.Url());
  Check(database, 0);

  // A real difference is one, and only that one.
  Write(absl::StrReplaceAll(model, {{"between 1 and 5\" }\nview", "between 1 and 6\" }\nview"}}));
  outcome = Check(database, 1);
  CHECK(StrContains(outcome.out, "view public.one"));
  CHECK_FALSE(StrContains(outcome.out, "years"));
  CHECK_FALSE(StrContains(outcome.out, "by_year"));
}

TEST_CASE("what two versions read as two things is an error, where it is not the same text") {
  ScratchFolder folder;
  Binaries binaries(0);
  REQUIRE(Nearest(13) > 13);
  VersionDatabase database(13);
  database.Run(kSql);
  Write(kModel);
  Outcome outcome = Check(database, 2);
  CHECK(StrContains(outcome.err, "cannot be compared: PostgreSQL 13 stores EXTRACT(…) as a call"));
  CHECK_FALSE(StrContains(outcome.out, "differs"));
  // What is not there at all differs in every version.
  database.Run("DROP VIEW years; DROP INDEX by_year");
  outcome = Check(database, 1);
  CHECK(StrContains(outcome.out, "create view public.years"));
}

TEST_CASE("what the other version cannot build is an error, never a difference") {
  ScratchFolder folder;
  Binaries binaries(0);
  REQUIRE(Nearest(13) > 13);
  VersionDatabase database(13);
  // Postfix operators went with 14.
  database.Run(absl::StrCat(kSql, "CREATE VIEW factorial AS SELECT 5 ! AS n"));
  Write(absl::StrCat(kModel,
                     "view { name: \"factorial\" definition: \"select 120::numeric as n\" }"));
  const Outcome outcome = Check(database, 2);
  CHECK(StrContains(outcome.err, "factorial"));
  CHECK_FALSE(StrContains(outcome.out, "differs"));
}

TEST_CASE("programs that are older than the database are an error") {
  ScratchFolder folder;
  Binaries binaries(0);
  if (Nearest(18) != 0) return;  // this machine has newer ones
  VersionDatabase database(18);
  database.Run(kSql);
  Write(kModel);
  const Outcome outcome = Check(database, 2);
  CHECK(StrContains(outcome.err, "the database is PostgreSQL 18, and the newest server programs"));
  CHECK_FALSE(StrContains(outcome.out, "differs"));
}

}  // namespace
}  // namespace autogen::cli
