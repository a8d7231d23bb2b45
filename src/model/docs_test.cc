// Every example of docs/model.md loads, and shows every kind of object.
#include <set>

#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/model/load.h"
#include "src/model/print.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

TEST_CASE("every example of docs/model.md loads, and comes back from its print") {
  auto page = ReadFile(AUTOGEN_SOURCE_DIR "/docs/model.md");
  REQUIRE(page.ok());
  const std::string fence = "```textproto\n";
  std::set<std::string> kinds;
  int examples = 0;
  for (size_t at = page->find(fence); at != std::string::npos; at = page->find(fence, at + 1)) {
    size_t start = at + fence.size();
    std::string example = page->substr(start, page->find("```", start) - start);
    auto schema = LoadModelText("docs/model.md", example);
    CAPTURE(example);
    CAPTURE(schema.status().message());
    REQUIRE(schema.ok());
    std::string printed = PrintModel(**schema);
    auto again = LoadModelText("printed", printed);
    CAPTURE(printed);
    REQUIRE(again.ok());
    CHECK(PrintModel(**again) == printed);
    for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
      if ((*schema)->GetReflection()->FieldSize(**schema, f.field) > 0) {
        kinds.insert(f.field->name());
      }
    }
    ++examples;
  }
  CHECK(examples > 8);
  // base_type stands in the text: it needs functions in C.
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    CAPTURE(f.field->name());
    CHECK((kinds.count(f.field->name()) == 1 || f.field->name() == "base_type"));
  }
}

}  // namespace
}  // namespace autogen::model
