// Extensions that go to another schema, and back.
#include "src/diff/extension_move.h"

#include <doctest/doctest.h>

#include <string>

#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CatalogOf;
using testing::CheckTexts;

std::string MovesText(absl::string_view before, absl::string_view after) {
  auto current = CatalogOf(before), wanted = CatalogOf(after);
  const std::vector<Rename> renames = DeclaredRenames(*current, *wanted);
  Plan plan;
  AddMoves(ExtensionMoves(*current, *wanted, renames), *current, *wanted, &plan);
  return testing::PlanText(plan);
}

// `after` stands for what the database is then.
std::string BackText(absl::string_view before, absl::string_view after) {
  auto current = CatalogOf(before), wanted = CatalogOf(after);
  Plan plan;
  AddMovesBack(ExtensionMoves(*current, *wanted, DeclaredRenames(*current, *wanted)), *wanted,
               &plan);
  return testing::PlanText(plan);
}

TEST_CASE("an extension moves before all else") {
  CheckTexts(
      {
          {"to a schema that is there", R"(schema { name: "s" } extension { name: "x" })",
           R"(schema { name: "s" } extension { name: "x" schema: "s" })",
           "alter extension x: schema", "alter extension x: schema"},
          {"to one that is made for it, once for all",
           R"(extension { name: "x" } extension { name: "y" })",
           R"(schema { name: "s" } extension { name: "x" schema: "s" }
              extension { name: "y" schema: "s" })",
           R"(create schema s
              alter extension x: schema
              alter extension y: schema)",
           R"(alter extension y: schema
              alter extension x: schema
              drop schema s)"},
          {"to public", R"(schema { name: "s" } extension { name: "x" schema: "s" })",
           R"(schema { name: "s" } extension { name: "x" })", "alter extension x: schema",
           "alter extension x: schema"},
          {"not with a schema that is renamed around it",
           R"(schema { name: "s" } extension { name: "x" schema: "s" })",
           R"(schema { name: "r" renamed_from: "s" } extension { name: "x" schema: "r" })", "", ""},
          {"into a schema that gets its name by a rename",
           R"(schema { name: "s" } extension { name: "x" })",
           R"(schema { name: "r" renamed_from: "s" } extension { name: "x" schema: "r" })",
           "alter extension x: schema", "alter extension x: schema"},
          {"not one that is new, nor one that stays",
           R"(schema { name: "s" } extension { name: "x" schema: "s" })",
           R"(schema { name: "s" } extension { name: "x" schema: "s" }
              extension { name: "y" schema: "s" })",
           "", ""},
      },
      MovesText, BackText);
}

}  // namespace
}  // namespace autogen::diff
