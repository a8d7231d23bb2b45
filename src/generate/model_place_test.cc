// An error of the server in each kind of text that a model has: at its field, in the model's file.
#include "src/generate/model_place.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/generate/pipeline.h"
#include "src/report/finding.h"
#include "tests/support/server.h"

namespace autogen::generate {
namespace {

TEST_CASE("what PostgreSQL does not take stands at the field that says it, in every kind") {
  struct Row {
    const char* name;
    const char* text;
    const char* place;
    const char* fix;
  };
  const Row rows[] = {
      {"a default",
       R"m(table { name: "t" column { name: "a" type: "int" default: "'x'" } })m",
       "'x'", ""},
      {"a default of another type",
       R"m(table { name: "t" column { name: "a" type: "int" default: "0" } column { name: "b" type: "int" default: "'x'::text" } })m",
       "\"'x'::text\"", ""},
      {"a generated column",
       R"m(table { name: "t" column { name: "a" type: "text" generated { expression: "now()::text" } } })m",
       "\"now()::text\"", ""},
      {"the second of two checks",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" } check { expression: "a > 0" } check { expression: "a > 'x'::date" } })m",
       "'x'", ""},
      {"a predicate that is not immutable",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" } index { column: "a" where: "random() > 0.5" } })m",
       "\"random() > 0.5\"", ""},
      {"a predicate that is no condition",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" } index { column: "a" where: "a" } })m",
       "a", ""},
      {"an index expression",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" } index { key { expression: "a + 'x'::text" } } })m",
       "+", ""},
      {"an exclusion",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" } exclude { method: "btree" key { column: "a" operator: "=" } where: "b" } })m",
       "b", ""},
      {"a policy",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" } policy { name: "p" using: "a" } })m",
       "\"a\"", ""},
      {"a trigger's WHEN",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" } trigger { name: "g" timing: BEFORE event: INSERT for_each_row: true when: "OLD.a > 1" function { schema: "pg_catalog" name: "suppress_redundant_updates_trigger" } } })m",
       "OLD", ""},
      {"a rule",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" } rewrite_rule { name: "r" definition: "CREATE RULE r AS ON INSERT TO public.t DO ALSO SELECT 1 + 'x'::text" } })m",
       "+", ""},
      {"a view",
       R"m(view { name: "v" definition: "SELECT 1 + 'x'::text AS one" })m",
       "+", ""},
      {"a materialized view",
       R"m(materialized_view { name: "v" definition: "SELECT 1 AS one WHERE 7" })m",
       "7", ""},
      {"a body in standard SQL",
       R"m(function { name: "f" returns: "int" language: "sql" sql_body: "RETURN 1 + 'x'::text" })m",
       "+", ""},
      {"an argument's default",
       R"m(function { name: "f" argument { name: "n" type: "int" default: "'x'" } returns: "int" language: "sql" body: "SELECT n" })m",
       "'x'", ""},
      {"a domain's check",
       R"m(domain { name: "d" type: "int" check { name: "c" expression: "VALUE > 'x'::date" } })m",
       "\"VALUE > 'x'::date\"", ""},
      {"a domain's default",
       R"m(domain { name: "d" type: "int" default: "'x'" })m",
       "\"'x'\"", ""},
      {"an attribute",
       R"m(composite_type { name: "c" attribute { name: "a" type: "integr" } })m",
       "integr", "integer"},
      {"a range",
       R"m(range_type { name: "r" subtype: "integr" })m",
       "integr", "integer"},
      {"an aggregate",
       R"m(aggregate { name: "g" argument { type: "int" } stype: "int" sfunc { name: "nope" } })m",
       "nope", ""},
      {"a cast",
       R"m(cast { source: "int" target: "public.d" function: "public.nope(integer)" } domain { name: "d" type: "text" })m",
       "public.nope", ""},
      {"statistics",
       R"m(table { name: "t" column { name: "x" type: "xml" } column { name: "b" type: "int" } } statistics { name: "s" table { name: "t" } column: "x" column: "b" })m",
       "x", ""},
      {"a partition",
       R"m(table { name: "t" column { name: "a" type: "int" } partition_by { strategy: RANGE column: "a" } } table { name: "u" partition_of { table: "t" bound: "FOR VALUES FROM ('x') TO (2)" } })m",
       "'x'", ""},
  };
  const std::string folder =
      absl::StrCat(std::filesystem::temp_directory_path().string(), "/autogen_place_", getpid());
  std::filesystem::create_directory(folder);
  Source model;
  model.kind = SourceKind::kModel;
  model.paths = {absl::StrCat(folder, "/m.txtpb")};
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    REQUIRE(WriteFile(model.paths[0], row.text, Overwrite::kReplace).ok());
    scratch::Options options;
    options.url = testing::TestServer::Get().Url();
    options.disposable = true;
    options.cache_folder = folder;
    Pipeline pipeline({}, options);
    const auto pair = pipeline.Read(Source(), model, true);
    REQUIRE(!pair.ok());
    CAPTURE(std::string(pair.status().message()));
    const std::vector<report::Finding> findings = report::FindingsOf(pair.status());
    REQUIRE(findings.size() == 1);
    const report::Finding& f = findings[0];
    CHECK(f.fix == row.fix);
    CHECK(f.path == model.paths[0]);
    CHECK(f.line == 1);
    // The statement is ours: the model's own line says as much.
    CHECK_FALSE(absl::StrContains(f.message, "STATEMENT: "));
    REQUIRE(f.column > 0);
    CHECK(f.excerpt.substr(static_cast<size_t>(f.column - 1),
                           static_cast<size_t>(f.end_column - f.column)) == row.place);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace autogen::generate
