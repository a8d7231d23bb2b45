#include "src/model/outside.h"

#include <doctest/doctest.h>

#include "absl/strings/string_view.h"
#include "src/model/load.h"

namespace autogen::model {
namespace {

Snapshot Read(absl::string_view text) {
  absl::StatusOr<std::shared_ptr<Schema>> schema = LoadModelText("model", std::string(text));
  REQUIRE_MESSAGE(schema.ok(), schema.status().ToString());
  Snapshot snapshot;
  snapshot.schema = *std::move(schema);
  return snapshot;
}

bool IsApp(const std::string& schema) { return schema == "public"; }

constexpr absl::string_view kAll = R"m(
  schema { name: "public" } schema { name: "auth" } schema { name: "lib" }
  extension { name: "citext" schema: "lib" }
  enum { schema: "auth" name: "level" label: "low" }
  enum { schema: "auth" name: "unused" label: "low" }
  function { schema: "auth" name: "fresh" returns: "uuid" language: "sql" body: "SELECT NULL" }
  table { schema: "auth" name: "users"
          column { name: "id" type: "uuid" default: "auth.fresh()" primary_key: true }
          column { name: "level" type: "auth.level" }
          check { name: "c" expression: "id IS NOT NULL" } }
  table { schema: "auth" name: "base" column { name: "a" type: "integer" default: "1" } }
  view { schema: "auth" name: "seen" definition: "SELECT 1 AS one" }
)m";

TEST_CASE("objects lie where their schema does") {
  const Snapshot all = Read(kAll);
  const SplitSchema split = Split(*all.schema, IsApp);
  CHECK(split.inside->schema_size() == 1);
  CHECK(split.inside->extension_size() == 0);
  CHECK(split.outside->schema_size() == 2);
  CHECK(split.outside->extension_size() == 1);
  CHECK(split.outside->table_size() == 2);
}

TEST_CASE("what is referred to is needed, with what that needs") {
  Outside outside;
  outside.schema = Split(*Read(kAll).schema, IsApp).outside;
  struct Row {
    const char* what;
    const char* model;
    int tables, enums, functions, views;
  };
  for (const Row& row : {
           Row{"nothing", R"m(table { name: "t" column { name: "a" type: "integer" } })m", 0, 0, 0,
               0},
           Row{"the target of a key, without its default",
               R"m(table { name: "t" column { name: "a" type: "uuid"
                           references { schema: "auth" table: "users" column: "id" } } })m",
               1, 1, 0, 0},
           Row{"a type", R"m(table { name: "t" column { name: "a" type: "auth.level[]" } })m", 0, 1,
               0, 0},
           Row{"what a text calls",
               R"m(table { name: "t" column { name: "a" type: "uuid" default: "auth.fresh()" } })m",
               0, 0, 1, 0},
           Row{"what a query reads",
               R"m(view { name: "v" definition: "SELECT one FROM auth.seen" })m", 0, 0, 0, 1},
           Row{"a parent", R"m(table { name: "t" inherits { schema: "auth" name: "base" } })m", 1,
               0, 0, 0},
       }) {
    CAPTURE(row.what);
    const Snapshot side = Read(row.model);
    const Outside needed = Needed(outside, {&side});
    CHECK(needed.schema->extension_size() == 1);
    CHECK(needed.schema->table_size() == row.tables);
    CHECK(needed.schema->enum__size() == row.enums);
    CHECK(needed.schema->function_size() == row.functions);
    CHECK(needed.schema->view_size() == row.views);
    for (const Table& t : needed.schema->table()) {
      CHECK(t.check_size() == 0);
      CHECK(t.column(0).default_().empty() == (t.name() == "users"));
    }
  }
}

TEST_CASE("together: what is missing is added, nothing is replaced") {
  Outside first, second;
  first.schema = Read(R"m(enum { schema: "auth" name: "level" label: "a" })m").schema;
  second.schema = Read(R"m(enum { schema: "auth" name: "level" label: "b" }
                           enum { schema: "auth" name: "kind" label: "b" })m")
                      .schema;
  const Outside both = Together(first, second);
  REQUIRE(both.schema->enum__size() == 2);
  CHECK(both.schema->enum_(0).label(0) == "a");
}

}  // namespace
}  // namespace autogen::model
