#include "src/model/print.h"

#include "absl/strings/match.h"
#include "doctest/doctest.h"
#include "src/model/load.h"

namespace autogen::model {
namespace {

// The sample of docs/design.md: what a person writes is what comes back.
constexpr char kSample[] = R"m(sequence { name: "free_seq" cache: 10 }

table {
  name: "projects"
  column { name: "id" type: "character varying(50)" primary_key: true }
}

table {
  name: "tasks"
  comment: "Units of \"work\" — größer 'x'"
  column { name: "id" type: "serial" primary_key: true }
  column { name: "title" type: "character varying(500)" not_null: true }
  column { name: "status" type: "text" not_null: true default: "'new'::text" }
  column { name: "primary_project" type: "character varying(50)"
           references { table: "projects" on_delete: CASCADE on_update: CASCADE deferrable: true } }
  column { name: "estimate" type: "integer" renamed_from: "effort" }
  column { name: "code" type: "text" unique: true }
  check { expression: "estimate >= 0" }
  index { name: "idx_tasks_status_priority" column: "status" column: "title" }
  index { key { expression: "lower(title)" } }
  index { column: "code" include: "title" where: "status <> 'done'::text" }
}

view {
  name: "v"
  definition:
    "SELECT id,\n"
    "    title\n"
    "   FROM public.tasks"
}
)m";

TEST_CASE("a model prints as a person would write it") {
  auto schema = LoadModelText("m.txtpb", kSample);
  CAPTURE(schema.status().message());
  REQUIRE(schema.ok());
  CHECK(PrintModel(**schema) == kSample);
}

}  // namespace
}  // namespace autogen::model
