// upgrade over many databases, and many schemas of one.
#include <doctest/doctest.h>

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/cli/run_main.h"
#include "src/postgres/connection.h"
#include "tests/support/pooler.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrContains;
using testing::QueryText;
using testing::TestDatabase;
using testing::TestServer;

void WriteProject() {
  REQUIRE(RunMain({"init"}).code == 0);
  std::ofstream("versions/a.sql")
      << "-- first\n--\n-- revision: aaa1\n-- revises: base\n\n-- autogen: upgrade\n\nCREATE TABLE "
         "t "
         "(a int);\nINSERT INTO t VALUES (1);\n\n-- autogen: downgrade\n\nDROP TABLE t;\n";
  std::ofstream("versions/b.sql")
      << "-- second\n--\n-- revision: bbb2\n-- revises: aaa1\n\n-- autogen: upgrade\n\nCREATE "
         "INDEX "
         "CONCURRENTLY t_a ON t (a);\nALTER TABLE t ADD COLUMN b int;\n\n-- autogen: "
         "downgrade\n\nALTER TABLE t DROP COLUMN b;\nDROP INDEX CONCURRENTLY t_a;\n";
}

// Two hundred databases, copies of a small one, dropped at the end.
class Tenants {
 public:
  static constexpr int kCount = 200;

  Tenants() : prefix_(absl::StrCat(source_.name(), "_t")) {
    admin_ = std::make_unique<postgres::Connection>(
        *postgres::Connection::Open({.url = TestServer::Get().Url()}));
    for (int i = 0; i < kCount; ++i) {
      // FILE_COPY is dear with many checkpoints, WAL_LOG came with 15; either is right.
      Do(absl::StrCat("CREATE DATABASE ", Name(i), " TEMPLATE ", source_.name(),
                      TestServer::Get().version() >= 150000 ? " STRATEGY WAL_LOG" : ""));
    }
  }
  ~Tenants() {
    for (int i = 0; i < kCount; ++i) {
      admin_->Exec(absl::StrCat("DROP DATABASE IF EXISTS ", Name(i), " WITH (FORCE)"))
          .IgnoreError();
    }
  }
  std::string Name(int i) const { return absl::StrCat(prefix_, i); }
  std::string Url(int i) const { return TestServer::Get().Url(Name(i)); }
  const TestDatabase& source() const { return source_; }
  const std::string& prefix() const { return prefix_; }

 private:
  void Do(const std::string& sql) { REQUIRE(admin_->Exec(sql).status() == absl::OkStatus()); }
  TestDatabase source_;
  std::string prefix_;
  std::unique_ptr<postgres::Connection> admin_;
};

TEST_CASE("two hundred databases, sixteen at a time, three of them broken; then just the three") {
  ScratchFolder folder;
  WriteProject();
  Tenants tenants;
  for (int broken : {7, 77, 177}) {
    REQUIRE(testing::RunSql(tenants.Url(broken), "CREATE TABLE t (other text)").ok());
  }
  std::ofstream("targets.txtpb") << "query: \"SELECT datname AS database FROM pg_database WHERE "
                                    "datname LIKE '"
                                 << tenants.prefix() << "%' ORDER BY 1\"\n";
  const std::vector<std::string> command = {
      "upgrade",  "--targets", "targets.txtpb",        "--jobs",
      "16",       "--url",     tenants.source().Url(), "--metrics-file",
      "many.prom"};
  Outcome outcome = RunMain(command);
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.out, "\n200 targets: 197 done, 3 failed\n"));
  CHECK(StrContains(WithoutUrl(outcome.err),
                    "3 targets of 200 failed. Once they are fixed: autogen upgrade "
                    "head --targets targets.txtpb"));
  for (int i = 0; i < Tenants::kCount; ++i) {
    CAPTURE(i);
    const bool broken = i == 7 || i == 77 || i == 177;
    CHECK(QueryText(tenants.Url(i),
                    "SELECT coalesce((SELECT string_agg(version_num, ' ') FROM "
                    "autogen_version), 'base')") == (broken ? "base" : "bbb2"));
    CHECK(StrContains(outcome.err, absl::StrCat(tenants.Name(i),
                                                ": failed: versions/a.sql:8: "
                                                "ERROR: relation \"t\" already "
                                                "exists (42P07)\n")) == broken);
  }
  for (int broken : {7, 77, 177}) {
    REQUIRE(testing::RunSql(tenants.Url(broken), "DROP TABLE t").ok());
  }
  outcome = RunMain(command);
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK(StrContains(outcome.out, "\n200 targets: 3 done, 197 with nothing to do\n"));
  for (int i = 0; i < Tenants::kCount; ++i) {
    CAPTURE(i);
    CHECK(StrContains(outcome.out, absl::StrCat(tenants.Name(i), ": upgrade bbb2 second (")) ==
          (i == 7 || i == 77 || i == 177));
    CHECK(QueryText(tenants.Url(i),
                    "SELECT count(*) FROM autogen_version_ledger WHERE step = steps "
                    "AND state = 'done'") == "2");
  }
}

TEST_CASE("a schema for each tenant: its own tables, versions and ledger") {
  ScratchFolder folder;
  WriteProject();
  TestDatabase database;
  database.Run(
      "CREATE SCHEMA \"Tenant one\"; CREATE SCHEMA two; CREATE SCHEMA shared; CREATE DOMAIN "
      "shared.amount AS int; CREATE TABLE public.t (mine text)");
  std::ofstream("versions/c.sql")
      << "-- third\n--\n-- revision: ccc3\n-- revises: bbb2\n\n-- autogen: upgrade\n\nALTER TABLE "
         "t "
         "ADD COLUMN c amount;\n\n-- autogen: downgrade\n\nALTER TABLE t DROP COLUMN c;\n";
  std::ofstream("targets.txtpb") << "target { schema: \"Tenant one\" }\ntarget { name: \"second\" "
                                    "schema: \"two\" }\nshared_schema: \"shared\"\n";
  Outcome outcome = RunMain({"upgrade", "--targets", "targets.txtpb", "--url", database.Url()});
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK(StrContains(outcome.out, "Tenant one: upgrade ccc3 third ("));
  CHECK(StrContains(outcome.out, "second: upgrade ccc3 third ("));
  for (const char* schema : {"\"Tenant one\"", "two"}) {
    CHECK(QueryText(database.Url(), absl::StrCat("SELECT version_num FROM ", schema,
                                                 ".autogen_version")) == "ccc3");
    CHECK(QueryText(database.Url(), absl::StrCat("SELECT a FROM ", schema, ".t")) == "1");
  }
  CHECK(QueryText(database.Url(), "SELECT to_regclass('public.autogen_version') IS NULL") == "t");
  outcome = RunMain({"downgrade", "base", "--targets", "targets.txtpb", "--log-format", "json",
                     "--url", database.Url()});
  CHECK(outcome.code == 0);
  CHECK(StrContains(outcome.out, "\"target\":\"second\"}\n"));
  CHECK(QueryText(database.Url(),
                  "SELECT to_regclass('two.t') IS NULL AND to_regclass('public.t') "
                  "IS NOT NULL") == "t");
}

// The three scripts of WriteProject, one of which has a statement that needs a session.
TEST_CASE("many targets behind a pooler run over --direct-url, each in its place") {
  ScratchFolder folder;
  WriteProject();
  TestDatabase database, second;
  database.Run("CREATE SCHEMA one; CREATE SCHEMA two");
  testing::TestPooler pooler("transaction");
  const std::string url = pooler.Url(database.name());
  std::ofstream("targets.txtpb") << "target { schema: \"one\" }\ntarget { schema: \"two\" }\n"
                                 << "target { database: \"" << second.name() << "\" }\n";
  std::vector<std::string> command = {"upgrade", "--targets", "targets.txtpb", "--url", url};
  Outcome outcome = RunMain(command);
  CAPTURE(outcome.err);
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.err, "3 targets of 3 failed"));
  CHECK(StrContains(outcome.out, "direct_url"));
  CHECK(QueryText(database.Url(), "SELECT count(*) FROM pg_class WHERE relname = 't'") == "0");

  // Of another database: none of them.
  outcome = RunMain({"upgrade", "--targets", "targets.txtpb", "--url", url, "--direct-url",
                     "host=/nowhere dbname=none"});
  CHECK(outcome.code == 2);
  CHECK(QueryText(database.Url(), "SELECT count(*) FROM pg_class WHERE relname = 't'") == "0");

  command.insert(command.end(), {"--direct-url", database.Url()});
  outcome = RunMain(command);
  CAPTURE(outcome.err);
  CAPTURE(outcome.out);
  CHECK(outcome.code == 0);
  CHECK(StrContains(outcome.out, "running over direct_url"));
  CHECK(QueryText(database.Url(),
                  "SELECT (SELECT version_num FROM one.autogen_version) || (SELECT "
                  "version_num FROM two.autogen_version)") == "bbb2bbb2");
  CHECK(QueryText(second.Url(), "SELECT version_num FROM autogen_version") == "bbb2");

  // A target with a url of its own does not take that of the others.
  std::ofstream("own.txtpb") << "target { name: \"own\" url: \"" << pooler.Url(second.name())
                             << "\" }\n";
  outcome = RunMain({"downgrade", "base", "--targets", "own.txtpb", "--url", url, "--direct-url",
                     database.Url()});
  CHECK(outcome.code == 2);
  std::ofstream("own.txtpb") << "target { name: \"own\" url: \"" << pooler.Url(second.name())
                             << "\" direct_url: \"" << second.Url() << "\" }\n";
  outcome = RunMain({"downgrade", "base", "--targets", "own.txtpb", "--url", url});
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK(QueryText(second.Url(), "SELECT count(*) FROM autogen_version") == "0");
}

TEST_CASE("check and -m read through a pooler in transaction mode, with direct_url or without") {
  ScratchFolder folder;
  REQUIRE(RunMain({"init"}).code == 0);
  TestDatabase database;
  testing::TestPooler pooler("transaction", "default_pool_size = 2");
  for (const std::string& direct : {std::string(), database.Url()}) {
    std::ofstream config("autogen.txtpb");
    config << "url: \"" << pooler.Url(database.name()) << "\"\n";
    if (!direct.empty()) config << "direct_url: \"" << direct << "\"\n";
    config.close();
    std::ofstream("models/schema.txtpb") << "table { name: \"t" << direct.size()
                                         << "\" column { name: \"a\" type: \"varchar(3)\" } }\n";
    CHECK(RunMain({"check"}).code == 1);
    Outcome outcome = RunMain({"-m", "table", "--no-input"});
    CAPTURE(outcome.err);
    CHECK(outcome.code == 0);
    CHECK(RunMain({"upgrade"}).code == 0);
    CHECK(RunMain({"check"}).code == 0);
  }
}

TEST_CASE("a list with a mistake in it runs nothing") {
  ScratchFolder folder;
  WriteProject();
  struct Row {
    const char* list;
    const char* message;
  };
  const Row rows[] = {
      {"", "lists no database"},
      {"target { name: \"x\" }", "target 1 has no database, schema or url: give it one of them"},
      {"target { schema: \"a\" } target { schema: \"a\" }", "a is listed twice"},
      {"target { databse: \"a\" }", "did you mean \"database\"?"},
      {"query: \"SELECT 1 AS x\"", "must return a column called database, schema or url"},
      {"query: \"SELEC\"", "list.txtpb: query: ERROR: syntax error"},
      {"target { schema: \"a\" }\ntarget { name: \"b\"\n  url: \"postgresql://u:pw@[h/d\" }",
       "list.txtpb:3: target b: "},
      {"target { name: \"b\"\n  url: \"dbname=a\"\n\n  direct_url: \"nonsense\" }",
       "list.txtpb:4: target b: direct_url: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.list);
    std::ofstream("list.txtpb") << row.list;
    Outcome outcome =
        RunMain({"upgrade", "--targets", "list.txtpb", "--url", TestServer::Get().Url()});
    CHECK(outcome.code == 2);
    CAPTURE(outcome.err);
    CHECK(StrContains(outcome.err, row.message));
  }
}

}  // namespace
}  // namespace autogen::cli
