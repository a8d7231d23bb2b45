#include "src/generate/privileges.h"

#include <doctest/doctest.h>

#include "src/model/load.h"

namespace autogen::generate {
namespace {

TEST_CASE("ALL stands for what the kind and the server know") {
  auto model = model::LoadModelText("m", R"m(
    schema { name: "s" grant { role: "r" privilege: "all" } }
    table {
      name: "t"
      column { name: "a" type: "int" grant { role: "r" privilege: "ALL" } }
      grant { role: "r" privilege: "SELECT" privilege: "ALL" }
      grant { role: "q" privilege: "SELECT" }
    }
    sequence { name: "q" grant { role: "r" privilege: "ALL" } }
    default_privileges { role: "o" on: FUNCTIONS grant { role: "r" privilege: "ALL" } }
  )m");
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  Schema older = **model, newer = **model;
  ExpandAllGrants(&older, 160000);
  ExpandAllGrants(&newer, 170000);
  CHECK(older.schema(0).grant(0).privilege_size() == 2);
  CHECK(older.table(0).column(0).grant(0).privilege_size() == 4);
  CHECK(older.table(0).grant(0).privilege_size() == 7);
  CHECK(older.table(0).grant(1).privilege_size() == 1);
  CHECK(older.sequence(0).grant(0).privilege(0) == "USAGE");
  CHECK(older.default_privileges(0).grant(0).privilege(0) == "EXECUTE");
  CHECK(newer.table(0).grant(0).privilege(7) == "MAINTAIN");
}

}  // namespace
}  // namespace autogen::generate
