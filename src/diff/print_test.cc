// A plan as text and as JSON.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CatalogOf;

Plan Between(absl::string_view before, absl::string_view after) {
  auto plan = Diff(CatalogOf(before), CatalogOf(after), Options(PostgresRules()));
  REQUIRE(plan.ok());
  return *std::move(plan);
}

TEST_CASE("one line an operation") {
  CHECK(PrintPlan(Between("", R"(table { name: "t" column { name: "a" type: "text" } })")) ==
        "create table public.t\n");
  CHECK(PrintPlan(Between(R"(table { name: "t" })", "")) == "drop table public.t\n");
  CHECK(PrintPlan(Between(R"(table { name: "t" })", R"(table { name: "t" unlogged: true })")) ==
        "alter table public.t: unlogged\n");
  CHECK(PrintPlan({}) == "");
}

TEST_CASE("a rename shows both names, one of labels each label") {
  Plan plan;
  Operation op;
  op.action = Action::kRename;
  op.old_id = {ENUM, "public", "", "mood"};
  op.id = {ENUM, "public", "", "spirit"};
  plan.operations.push_back(op);
  op.id = op.old_id;
  op.parts = {{"sad", "blue"}, {"ok", "fine"}};
  plan.operations.push_back(op);
  CHECK(PrintPlan(plan) ==
        "rename enum public.mood to public.spirit\n"
        "rename enum public.mood, sad to blue, ok to fine\n");
}

TEST_CASE("names cannot break a line or a terminal") {
  CHECK(PrintPlan(Between("", "table { name: \"t\\n\\033[31m\" }")) ==
        "create table public.t\\n\\u001b[31m\n");
}

TEST_CASE("JSON holds each operation with its objects") {
  auto json = nlohmann::json::parse(
      PlanToJson(Between(R"(table { name: "t" column { name: "a" type: "integer" } }
                 view { name: "v" definition: "SELECT a FROM public.t" } sequence { name: "s" }
                 # view public.v needs column public.t.a)",
                         R"(table { name: "t" column { name: "a" type: "bigint" } }
                 view { name: "v" definition: "SELECT a FROM public.t" }
                 enum { name: "e" label: "x" }
                 # view public.v needs column public.t.a)")));
  const auto& operations = json["operations"];
  REQUIRE(operations.size() == 5);
  CHECK(operations[0]["action"] == "create");
  CHECK(operations[0]["kind"] == "enum");
  CHECK(operations[0]["object"] == "public.e");
  CHECK(operations[0]["after"]["label"][0] == "x");
  CHECK(!operations[0].contains("before"));
  CHECK(!operations[0].contains("changed"));
  CHECK(operations[1]["because"] == "recreated after column public.t.a");
  CHECK(operations[2]["action"] == "alter");
  CHECK(operations[2]["changed"] == nlohmann::json::array({"type"}));
  CHECK(operations[2]["before"]["type"] == "integer");
  CHECK(operations[2]["after"]["type"] == "bigint");
  CHECK(operations[4]["action"] == "drop");
  CHECK(!operations[4].contains("after"));

  Plan plan;
  Operation op;
  op.action = Action::kRename;
  op.old_id = {TABLE, "public", "", "a"};
  op.id = {TABLE, "public", "", "b"};
  plan.operations.push_back(op);
  json = nlohmann::json::parse(PlanToJson(plan));
  CHECK(json["operations"][0]["from"] == "public.a");
  CHECK(json["operations"][0]["object"] == "public.b");
}

}  // namespace
}  // namespace autogen::diff
