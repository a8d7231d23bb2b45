#include <doctest/doctest.h>

#include "src/model/load.h"

namespace autogen::model {
namespace {

std::string Refusal(const char* text, EngineName engine) {
  return std::string(LoadModelText("m.txtpb", text, engine).status().message());
}

TEST_CASE("what an engine lacks is refused at its place, with what to use instead") {
  struct Row {
    const char* text;
    const char* refusal;  // of SQLite
  };
  const Row rows[] = {
      {"table { name: \"t\" column { name: \"a\" type: \"text\" not_null: true } }", ""},
      {"enum { name: \"e\" label: \"x\" }\n",
       "m.txtpb:1:1: SQLite has no enum; use a text column with a check"},
      {"table {\n  name: \"t\"\n  unlogged: true\n  column { name: \"a\" type: \"text\" }\n}",
       "m.txtpb:3:3: SQLite has no field unlogged; remove it"},
      {"table { name: \"t\" schema: \"s\"\n  column { name: \"a\" type: \"text\" }\n}",
       "m.txtpb:1:19: SQLite has no field schema; leave it out"},
      {"table { name: \"t\"\n  column { name: \"a\" type: \"text\" comment: \"x\" }\n"
       "  policy { name: \"p\" }\n}",
       "m.txtpb:2:35: SQLite has no field comment; write it as a # line of the model\n"
       "m.txtpb:3:3: SQLite has no policy; use a view with a where clause"},
      {"table { name: \"t\" column { name: \"a\" type: \"text\" }\n"
       "  column { name: \"b\" type: \"text\" references { schema: \"s\" table: \"t\" } } }",
       "m.txtpb:2:48: SQLite has no field schema; leave it out"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(Refusal(row.text, POSTGRESQL).find("has no") == std::string::npos);
    const std::string refusal = Refusal(row.text, SQLITE);
    CAPTURE(refusal);
    if (*row.refusal == '\0') {
      CHECK(refusal.empty());
    } else {
      CHECK(refusal.find(row.refusal) != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace autogen::model
