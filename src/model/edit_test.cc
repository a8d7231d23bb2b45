#include "src/model/edit.h"

#include <google/protobuf/text_format.h>
#include <stdlib.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/model/load.h"

namespace autogen::model {
namespace {

// One model file in a folder of its own.
struct File {
  explicit File(const std::string& text) {
    char pattern[] = "/tmp/autogen_edit_XXXXXX";
    folder = mkdtemp(pattern);
    path = JoinPath(folder, "m.txtpb");
    REQUIRE(WriteFile(path, text, Overwrite::kNever).ok());
  }
  ~File() { std::filesystem::remove_all(folder); }
  std::string folder, path;
};

TEST_CASE("canonical texts replace the written ones, and nothing else") {
  File file(R"m(# mine
table { name: "t"   # odd   layout
  column { name: "id" type: "serial" primary_key: true } column {name:"n" type: "int" default: "now ( )"}
  check { expression: 'n>0' }  # c
  index { key { expression: "lower(n)" } where: "n > 1" }
}
view { name: "v" definition: "select 1" }
)m");
  Schema canonical = **LoadModel({file.path});
  Table* t = canonical.mutable_table(0);
  t->mutable_column(1)->set_default_("now()");
  t->mutable_check(0)->set_expression("(n > 0)");
  t->mutable_index(0)->mutable_key(0)->set_expression("lower((n)::text)");
  canonical.mutable_view(0)->set_definition("SELECT 1,\n    \"b\"");
  auto edited = CanonicaliseFiles({file.folder}, canonical);
  CAPTURE(edited.status().message());
  REQUIRE(edited.ok());
  REQUIRE(edited->size() == 1);
  CHECK(edited->begin()->second == R"m(# mine
table { name: "t"   # odd   layout
  column { name: "id" type: "serial" primary_key: true } column {name:"n" type: "int" default: "now()"}
  check { expression: "(n > 0)" }  # c
  index { key { expression: "lower((n)::text)" } where: "n > 1" }
}
view { name: "v" definition:
  "SELECT 1,\n"
  "    \"b\"" }
)m");
  REQUIRE(WriteFile(file.path, edited->begin()->second, Overwrite::kReplace).ok());
  CHECK((*LoadModel({file.path}))->SerializeAsString() == canonical.SerializeAsString());
  CHECK(CanonicaliseFiles({file.folder}, canonical)->empty());
}

TEST_CASE("renames are written into their objects") {
  File file(R"m(table {
  name: "t"  # new
  column { name: "a" type: "integer" unique: true }
  column {
    name: "b"
    type: "integer"
  }
  index { name: "i" column: "a" renamed_from: "old" }
}
)m");
  auto edited = DeclareRenames({file.path}, {{{TABLE, "public", "", "t"}, "s"},
                                             {{COLUMN, "public", "t", "a"}, "it's \"a\""},
                                             {{COLUMN, "public", "t", "b"}, "c"},
                                             {{INDEX, "public", "t", "i"}, "j"}});
  CAPTURE(edited.status().message());
  REQUIRE(edited.ok());
  CHECK(edited->at(file.path) == R"m(table {
  name: "t"  # new
  renamed_from: "s"
  column { name: "a" type: "integer" unique: true renamed_from: "it's \"a\"" }
  column {
    name: "b"
    renamed_from: "c"
    type: "integer"
  }
  index { name: "i" column: "a" renamed_from: "j" }
}
)m");
}

TEST_CASE("labels and schemas of before are written, too") {
  File file(R"m(enum { name: "mood" label: "blue" label: "ok" }
table {
  schema: "work"
  name: "t"
  column { name: "a" type: "integer" }
}
schema { name: "work" }
)m");
  auto edited = DeclareRenames({file.path}, {{{ENUM, "public", "", "mood"}, "sad", "", "blue"},
                                             {{TABLE, "work", "", "t"}, "s", "public"}});
  CAPTURE(edited.status().message());
  REQUIRE(edited.ok());
  CHECK(edited->at(file.path) ==
        R"m(enum { name: "mood" label: "blue" label: "ok" renamed_label { from: "sad" to: "blue" } }
table {
  schema: "work"
  name: "t"
  renamed_from: "s"
  renamed_from_schema: "public"
  column { name: "a" type: "integer" }
}
schema { name: "work" }
)m");
}

TEST_CASE("what the model does not write out cannot be declared renamed") {
  File file(R"m(table { name: "t" column { name: "a" type: "integer" unique: true } })m");
  for (const ObjectId& id :
       {ObjectId{UNIQUE, "public", "t", "t_a_key"}, ObjectId{TABLE, "public", "", "missing"}}) {
    absl::Status status = DeclareRenames({file.path}, {{id, "x"}}).status();
    CHECK(absl::IsNotFound(status));
    CHECK(absl::StrContains(status.message(), "it is implicit in the model"));
  }
}

}  // namespace
}  // namespace autogen::model
