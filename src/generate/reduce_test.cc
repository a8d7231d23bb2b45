#include "src/generate/reduce.h"

#include <doctest/doctest.h>

#include "absl/strings/str_cat.h"
#include "src/model/load.h"

namespace autogen::generate {
namespace {

std::shared_ptr<const Schema> Model(const std::string& text) {
  auto schema = model::LoadModelText("model", text);
  REQUIRE_MESSAGE(schema.ok(), schema.status().ToString());
  return *schema;
}

// Eight tables; the fourth loses a column in `after`.
Sides Tables() {
  std::string before, after;
  for (int i = 0; i < 8; ++i) {
    const std::string table = absl::StrCat(
        "table { name: \"t", i, "\" column { name: \"a\" type: \"integer\" primary_key: true }");
    absl::StrAppend(&before, table, " column { name: \"b\" type: \"text\" } }\n");
    absl::StrAppend(&after, table, i == 3 ? " }\n" : " column { name: \"b\" type: \"text\" } }\n");
  }
  return {Model(before), Model(after)};
}

const Table* Find(const Schema& schema, const std::string& name) {
  for (const Table& t : schema.table()) {
    if (t.name() == name) return &t;
  }
  return nullptr;
}

bool Differs(const Sides& sides) {
  const Table* before = Find(*sides.before, "t3");
  const Table* after = Find(*sides.after, "t3");
  return before != nullptr && after != nullptr && before->column_size() != after->column_size();
}

TEST_CASE("what does not matter is left out, nested objects as well") {
  const Sides smallest = Reduce(Tables(), Differs, 100);
  CHECK(ReproductionOf(smallest) == R"m(# from
table {
  name: "t3"
  column { name: "b" type: "text" }
}

# to
table { name: "t3" }
)m");
}

TEST_CASE("the number of questions is limited, and what is returned still fails") {
  int asked = 0;
  const Sides smallest = Reduce(
      Tables(),
      [&](const Sides& sides) {
        ++asked;
        return Differs(sides);
      },
      3);
  CHECK(asked == 3);
  CHECK(Differs(smallest));
  CHECK(smallest.before->table_size() < 8);
}

TEST_CASE("what cannot be reduced comes back whole") {
  const Sides sides = Tables();
  const Sides same = Reduce(
      sides, [](const Sides&) { return false; }, 100);
  CHECK(same.before->table_size() == 8);
}

}  // namespace
}  // namespace autogen::generate
