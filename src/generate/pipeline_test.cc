// What a comparison asks of servers, and what it can be made of.
#include "src/generate/pipeline.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/introspect/introspect.h"
#include "src/model/print.h"
#include "src/report/finding.h"
#include "tests/support/server.h"

namespace autogen::generate {
namespace {

using testing::TestDatabase;
using testing::TestServer;

class Bench {
 public:
  Bench() {
    folder_ = "/tmp/autogen-pipeline-test-XXXXXX";
    REQUIRE(mkdtemp(folder_.data()) != nullptr);
  }
  ~Bench() { std::filesystem::remove_all(folder_); }

  Source Model(const std::string& text) const {
    return {SourceKind::kModel, {Write("m.txtpb", text)}, ""};
  }
  std::string Write(absl::string_view name, const std::string& text) const {
    std::string path = absl::StrCat(folder_, "/", name);
    REQUIRE(WriteFile(path, text, Overwrite::kReplace).ok());
    return path;
  }

  struct Outcome {
    bool difference;
    // A scratch server was opened: before that, no statement is sent to one.
    bool scratch;
  };
  Outcome Check(const Source& source, const Source& model) const {
    scratch::Options options;
    options.url = TestServer::Get().Url();
    options.disposable = true;
    options.cache_folder = folder_;
    Pipeline pipeline({}, options);
    auto pair = pipeline.Read(source, model, /*dependencies=*/false);
    REQUIRE_MESSAGE(pair.ok(), pair.status().ToString());
    Outcome outcome{false, false};
    if (!pair->equal) {
      auto comparison = pipeline.Compare(*std::move(pair));
      REQUIRE_MESSAGE(comparison.ok(), comparison.status().ToString());
      outcome.difference = !comparison->plan.empty();
    }
    outcome.scratch = !pipeline.bench().place().empty();
    return outcome;
  }

 private:
  std::string folder_;
};

constexpr char kTable[] = R"sql(
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (
  id integer PRIMARY KEY,
  name character varying(9) DEFAULT 'x',
  feels mood DEFAULT 'sad',
  made timestamp DEFAULT (now() AT TIME ZONE 'utc'),
  CONSTRAINT c CHECK (name IN ('a', 'b'))
);
CREATE INDEX i ON t (lower(name)) WHERE feels = 'sad';
CREATE VIEW v AS SELECT id, upper(name) AS up FROM t WHERE id > 0;)sql";

constexpr char kHandWritten[] = R"m(
enum { name: "mood" label: "sad" label: "happy" }
table {
  name: "t"
  column { name: "id" type: "int" primary_key: true }
  column { name: "name" type: "varchar(9)" default: "'x'" }
  column { name: "feels" type: "mood" default: "'sad'" }
  column { name: "made" type: "timestamp" default: "now() at time zone 'utc'" }
  check { name: "c" expression: "name in ('a','b')" }
  index { name: "i" key { expression: "lower(name)" } where: "feels='sad'" }
}
view { name: "v" definition: "select id, upper(name) as up from t where id>0" }
)m";

TEST_CASE("a canonical model is compared without a scratch database") {
  Bench bench;
  TestDatabase database;
  database.Run(kTable);
  auto connection = postgres::Connection::Open({.url = database.Url()});
  REQUIRE(connection.ok());
  auto snapshot = introspect::Introspect(*connection, {});
  REQUIRE(snapshot.ok());
  Source source{SourceKind::kDatabase, {}, database.Url()};
  for (bool written_by_hand : {false, true}) {
    std::string text = model::PrintModel(*snapshot->schema);
    // Forms that the loader normalises cost nothing either.
    if (written_by_hand) text.replace(text.find("character varying(9)"), 20, "VARCHAR( 9 )");
    CAPTURE(text);
    Bench::Outcome outcome = bench.Check(source, bench.Model(text));
    CHECK_FALSE(outcome.difference);
    CHECK_FALSE(outcome.scratch);
  }
}

TEST_CASE("a hand-written model needs a scratch database once") {
  Bench bench;
  TestDatabase database;
  database.Run(kTable);
  Source source{SourceKind::kDatabase, {}, database.Url()};
  Source model = bench.Model(kHandWritten);
  Bench::Outcome first = bench.Check(source, model);
  CHECK_FALSE(first.difference);
  CHECK(first.scratch);
  Bench::Outcome second = bench.Check(source, model);
  CHECK_FALSE(second.difference);
  CHECK_FALSE(second.scratch);
  // A change of the database is seen through the cache, and costs nothing where it is no text.
  database.Run("ALTER TABLE t ADD more integer");
  Bench::Outcome third = bench.Check(source, model);
  CHECK(third.difference);
  CHECK_FALSE(third.scratch);
  database.Run("ALTER TABLE t DROP more, ALTER name SET DEFAULT 'y'");
  CHECK(bench.Check(source, model).difference);
}

TEST_CASE("scripts, SQL files and models stand for a database") {
  Bench bench;
  Source model = bench.Model(kHandWritten);
  Source sql{SourceKind::kSql, {bench.Write("schema.sql", kTable)}, ""};
  CHECK_FALSE(bench.Check(sql, model).difference);
  CHECK(bench.Check(Source(), model).difference);

  auto parsed = ParseSource("/nowhere");
  CHECK(absl::IsNotFound(parsed.status()));

  std::string folder = bench.Write("x", "") + "-versions";
  std::filesystem::create_directory(folder);
  auto script = [&](const std::string& id, const std::string& revises, const std::string& up) {
    std::string text =
        absl::StrCat("-- step\n--\n-- revision:   ", id, "\n-- revises:    ", revises,
                     "\n-- created:    2026-01-01 00:00:00 UTC\n\n", "-- autogen: upgrade\n\n", up,
                     "\n\n-- autogen: downgrade\n\nSELECT 1;\n");
    REQUIRE(WriteFile(absl::StrCat(folder, "/", id, ".sql"), text, Overwrite::kReplace).ok());
  };
  script("000000000001", "base", kTable);
  auto versions = ParseSource(folder);
  REQUIRE_MESSAGE(versions.ok(), versions.status().ToString());
  CHECK(versions->kind == SourceKind::kVersions);
  CHECK_FALSE(bench.Check(*versions, model).difference);
  script("000000000002", "000000000001", "ALTER TABLE t ADD more integer;");
  CHECK(bench.Check(*versions, model).difference);
}

TEST_CASE("what PostgreSQL does not take of a model has its place there, and the nearest name") {
  struct Row {
    const char* text;
    const char* place;
    const char* rule;
    const char* fix;
  };
  const Row rows[] = {
      {R"m(table { name: "t" column { name: "a" type: "integr" } })m", "integr", "unknown-name",
       "integer"},
      {R"m(enum { name: "mood" label: "x" } table { name: "t" column { name: "a" type: "public.mod" } })m",
       "public.mod", "unknown-name", "public.mood"},
      {R"m(table { name: "t" column { name: "total" type: "int" } check { expression: "totl > 0" } })m",
       "totl", "unknown-name", "total"},
      {R"m(table { name: "t" column { name: "a" type: "int" default: "twise(2)" } }
function { name: "twice" argument { name: "n" type: "int" } returns: "int" language: "sql" body: "SELECT n * 2" })m",
       "twise", "unknown-name", "twice"},
      {R"m(view { name: "v" definition: "SELECT 1 AS one FROM tasksk" } table { name: "tasks" column { name: "a" type: "int" } })m",
       "tasksk", "unknown-name", "tasks"},
      {R"m(table { name: "t" column { name: "a" type: "int" default: "'x'" } })m", "'x'",
       "not-built", ""},
  };
  const Bench bench;
  for (const Row& row : rows) {
    CAPTURE(std::string(row.text));
    const Source model = bench.Model(row.text);
    scratch::Options options;
    options.url = TestServer::Get().Url();
    options.disposable = true;
    options.cache_folder = "";
    Pipeline pipeline({}, options);
    const auto pair = pipeline.Read(Source(), model, true);
    REQUIRE(!pair.ok());
    CAPTURE(std::string(pair.status().message()));
    const std::vector<report::Finding> findings = report::FindingsOf(pair.status());
    REQUIRE(findings.size() == 1);
    const report::Finding& f = findings[0];
    CHECK(f.rule == row.rule);
    CHECK(f.fix == row.fix);
    CHECK(f.path == model.paths[0]);
    // The statement is ours: the model's own line says as much.
    CHECK_FALSE(absl::StrContains(f.message, "STATEMENT: "));
    REQUIRE(f.column > 0);
    CHECK(f.excerpt.substr(static_cast<size_t>(f.column - 1),
                           static_cast<size_t>(f.end_column - f.column)) == row.place);
  }
}

}  // namespace
}  // namespace autogen::generate
