#include "src/render/render.h"

#include <doctest/doctest.h>
#include <google/protobuf/text_format.h>

#include "absl/strings/str_join.h"
#include "autogen/schema.pb.h"
#include "src/diff/diff.h"
#include "src/render/kind.h"

namespace autogen::render {
namespace {

std::shared_ptr<const model::Catalog> CatalogOf(const std::string& text) {
  auto schema = std::make_shared<Schema>();
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, schema.get()));
  auto catalog = model::Catalog::Build(schema, {});
  REQUIRE(catalog.ok());
  return std::move(*catalog);
}

absl::StatusOr<std::vector<Statement>> Between(const std::string& before, const std::string& after,
                                               int version) {
  diff::Options options(diff::PostgresRules());
  options.server_version = version * 10000;
  auto plan = diff::Diff(CatalogOf(before), CatalogOf(after), options);
  if (!plan.ok()) return plan.status();
  auto statements = Render(*plan, {.server_version = version * 10000});
  if (statements.ok()) Annotate(*plan, &*statements);
  return statements;
}

TEST_CASE("notes say the lock, the work, and what is lost or may fail") {
  const std::string t = R"(schema { name: "public" } table { schema: "public" name: "t"
      column { name: "a" type: "integer" } )";
  const std::string u = R"(table { schema: "public" name: "u" column { name: "a" type: "integer" }
      primary_key { name: "u_pkey" column: "a" } })";
  struct Row {
    std::string before, after;
    const char* note;
    bool loses_data;
  };
  const Row rows[] = {
      {t + "}", t + R"(column { name: "b" type: "integer" } })",
       "t.b: add column (ACCESS EXCLUSIVE on public.t, no rewrite)", false},
      {t + R"(column { name: "b" type: "integer" } })", t + "}",
       "t.b: drop column (ACCESS EXCLUSIVE on public.t). LOSES DATA: the column's values", true},
      {t + "}", t + R"~(column { name: "b" type: "uuid" default: "gen_random_uuid()" } })~",
       "t.b: add column (ACCESS EXCLUSIVE on public.t, rewrites the table for its volatile "
       "default)",
       false},
      {t + "}", t + R"(column { name: "b" type: "text" default: "'random()'::text" } })",
       "t.b: add column (ACCESS EXCLUSIVE on public.t, no rewrite)", false},
      {t + "}", t + R"(column { name: "b" type: "integer" not_null: true } })",
       "t.b: add column (ACCESS EXCLUSIVE on public.t, no rewrite). FAILS where rows exist: NOT "
       "NULL without a default",
       false},
      {t + "}", R"(schema { name: "public" })",
       "t: drop table (ACCESS EXCLUSIVE on public.t). LOSES DATA: the table's rows", true},
      {R"(schema { name: "public" })", t + "}", "", false},
      // A table of the script's own makes nobody wait; the one that it refers to does.
      {R"(schema { name: "public" } )" + u,
       t + R"(foreign_key { name: "f" column: "a" references { table: "u" column: "a" } } } )" + u,
       "t: create table (SHARE ROW EXCLUSIVE on public.u)", false},
      {t + R"(check { name: "c" expression: "a IS NOT NULL" } })",
       R"(schema { name: "public" } table { schema: "public" name: "t"
          column { name: "a" type: "integer" not_null: true }
          check { name: "c" expression: "a IS NOT NULL" } })",
       "t.a: set not null (ACCESS EXCLUSIVE on public.t, no scan)", false},
  };
  for (const Row& row : rows) {
    auto statements = Between(row.before, row.after, 15);
    REQUIRE(statements.ok());
    REQUIRE(statements->size() == 1);
    CHECK(absl::StrJoin(Notes(statements->front()), "|") == row.note);
    CHECK(statements->front().impact.LosesData() == row.loses_data);
  }
}

TEST_CASE("what a server's version cannot do is refused with the version that can") {
  const std::string head = R"(schema { name: "public" } table { schema: "public" name: "t" )";
  struct Row {
    const char* body;
    int version;
    const char* message;
  };
  const Row rows[] = {
      {R"(column { name: "a" type: "text" compression: "lz4" } })", 13, "PostgreSQL 14"},
      {R"(column { name: "a" type: "integer" generated { expression: "1" virtual: true } } })", 17,
       "PostgreSQL 18"},
      {R"(column { name: "a" type: "integer" } unique { name: "u" column: "a"
          nulls_not_distinct: true } })",
       14, "PostgreSQL 15"},
      {R"(column { name: "a" type: "integer" } index { name: "i" unique: true
          key { column: "a" } nulls_not_distinct: true } })",
       14, "PostgreSQL 15"},
      {R"(column { name: "a" type: "integer" } check { name: "c" expression: "a > 0"
          not_enforced: true } })",
       17, "PostgreSQL 18"},
      {R"(} sequence { schema: "public" name: "s" unlogged: true })", 14, "PostgreSQL 15"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    auto refused = Between(R"(schema { name: "public" })", head + row.body, row.version);
    CHECK(refused.status().code() == absl::StatusCode::kUnimplemented);
    CHECK(std::string(refused.status().message()).find(row.message) != std::string::npos);
    CHECK(Between(R"(schema { name: "public" })", head + row.body, 18).ok());
  }
}

TEST_CASE("a column's storage stands in its definition since PostgreSQL 16") {
  const std::string after = R"(schema { name: "public" } table { schema: "public" name: "t"
      column { name: "a" type: "text" storage: "external" } })";
  auto old_way = Between(R"(schema { name: "public" })", after, 15);
  REQUIRE(old_way.ok());
  CHECK(old_way->size() == 2);
  auto new_way = Between(R"(schema { name: "public" })", after, 16);
  REQUIRE(new_way.ok());
  REQUIRE(new_way->size() == 1);
  CHECK(new_way->front().sql == "CREATE TABLE public.t (\n    a text STORAGE external\n)");
}

TEST_CASE("notes are comment lines, and what has one stands apart") {
  std::vector<Statement> statements = {
      {.sql = "A"},
      {.sql = "B", .remarks = {"one", "two\nautogen: downgrade"}, .preflight = {{"q\n", "\""}}},
      {.sql = "C"},
      {.sql = "D"}};
  CHECK(ToSql(statements) ==
        "A;\n\n-- one\n-- two\\nautogen: downgrade\n-- autogen: preflight \"q\\n\" \"\\\"\"\nB;\n\n"
        "C;\nD;\n");
  CHECK(StatementTexts(statements) == std::vector<std::string>{"A", "B", "C", "D"});
  CHECK(ToPsql(statements).value() == ToSql(statements));
  CHECK(ToSql({}).empty());
}

TEST_CASE("what psql would read in another way is set first, or refused") {
  CHECK(ToPsql({{.sql = "SELECT '\\'"}}).value() ==
        "SET standard_conforming_strings = on;\n\nSELECT '\\';\n");
  CHECK(ToPsql({{.sql = "SELECT E'\\\\'"}}).value() == "SELECT E'\\\\';\n");
  for (const char* sql : {"SELECT 1; DROP TABLE t", "SELECT 1 -- x", "\\! touch x", "SELECT '"}) {
    CAPTURE(std::string(sql));
    CHECK(!ToPsql({{.sql = sql}}).ok());
  }
}

TEST_CASE("option lists are quoted and compared by name") {
  google::protobuf::RepeatedPtrField<Option> before, after;
  auto add = [](auto& list, const char* name, const char* value) {
    Option* o = list.Add();
    o->set_name(name);
    o->set_value(value);
  };
  add(before, "fillfactor", "70");
  add(before, "buffering", "auto");
  add(after, "fillfactor", "80");
  add(after, "toast.autovacuum_enabled", "false");
  add(after, "odd Name", "it's");
  CHECK(WithOptions(after) ==
        "fillfactor=80, toast.autovacuum_enabled=false, \"odd Name\"='it''s'");
  OptionChanges changes = DiffOptions(before, after);
  CHECK(changes.set == "fillfactor=80, toast.autovacuum_enabled=false, \"odd Name\"='it''s'");
  CHECK(changes.reset == "buffering");
  CHECK(DiffForeignOptions(before, after) ==
        "SET fillfactor '80', ADD \"toast.autovacuum_enabled\" 'false', ADD \"odd Name\" 'it''s', "
        "DROP buffering");
}

}  // namespace
}  // namespace autogen::render
