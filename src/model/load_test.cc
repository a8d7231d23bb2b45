#include "src/model/load.h"

#include <google/protobuf/text_format.h>
#include <stdlib.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "doctest/doctest.h"
#include "src/base/file.h"

namespace autogen::model {
namespace {

// What `text` loads as, in protobuf's plain form.
std::string Loaded(const std::string& text) {
  absl::StatusOr<std::shared_ptr<Schema>> schema = LoadModelText("m.txtpb", text);
  if (!schema.ok()) return absl::StrCat("ERROR ", schema.status().message());
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string out;
  printer.PrintToString(**schema, &out);
  return absl::StrReplaceAll(out, {{"\\'", "'"}});
}

std::string Problems(const std::string& text) {
  absl::StatusOr<std::shared_ptr<Schema>> schema = LoadModelText("m.txtpb", text);
  return schema.ok() ? "" : std::string(schema.status().message());
}

struct Folder {
  Folder() {
    char pattern[] = "/tmp/autogen_model_XXXXXX";
    path = mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void Write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(DirName(JoinPath(path, name)));
    REQUIRE(WriteFile(JoinPath(path, name), text, Overwrite::kReplace).ok());
  }
  std::string path;
};

TEST_CASE("sugar becomes the messages that introspection gives") {
  struct Row {
    const char* name;
    const char* text;
    const char* holds;
  };
  const Row rows[] = {
      {"the schema is public", R"m(table { name: "t" })m",
       R"m(table { schema: "public" name: "t" })m"},
      {"a primary key on a column",
       R"m(table { name: "t" column { name: "a" type: "integer" primary_key: true } })m",
       R"m(column { name: "a" type: "integer" not_null: true } primary_key { name: "t_pkey" column: "a" })m"},
      {"the columns of a primary key are not null",
       R"m(table { name: "t" column { name: "a" type: "integer" } primary_key { column: "a" } })m",
       R"m(column { name: "a" type: "integer" not_null: true })m"},
      {"unique on a column",
       R"m(table { name: "t" column { name: "a" type: "integer" unique: true } })m",
       R"m(unique { name: "t_a_key" column: "a" })m"},
      {"references takes the target's primary key",
       R"m(table { name: "p" column { name: "id" type: "integer" primary_key: true } }
          table { name: "t" column { name: "a" type: "integer" references { table: "p" on_delete: CASCADE } } })m",
       R"m(foreign_key { name: "t_a_fkey" column: "a" references { schema: "public" table: "p" column: "id" } on_delete: CASCADE })m"},
      {"index columns",
       R"m(table { name: "t" column { name: "a" type: "integer" } index { column: "a" include: "a" } })m",
       R"m(index { name: "t_a_a1_idx" key { column: "a" } include: "a" })m"},
      {"an index on an expression",
       R"m(table { name: "t" column { name: "a" type: "text" } index { key { expression: "lower(a)" } key { expression: "(a || 'x')" } } })m",
       R"m(index { name: "t_lower_expr_idx")m"},
      {"serial, in any case", R"m(table { name: "T" column { name: "id" type: "SERIAL" } })m",
       R"m(sequence { schema: "public" name: "T_id_seq" type: "integer" owned_by { schema: "public" table: "T" column: "id" } } table { schema: "public" name: "T" column { name: "id" type: "integer" not_null: true default: "nextval('public.\"T_id_seq\"'::regclass)" } })m"},
      {"an identity is not null, its usual values go",
       R"m(table { name: "t" column { name: "id" type: "int" identity { kind: ALWAYS start: 1 increment: 1 max: 2147483647 cache: 1 sequence_name: "t_id_seq" } } })m",
       R"m(column { name: "id" type: "integer" not_null: true identity { kind: ALWAYS } })m"},
      {"checks are named by their only column",
       R"m(table { name: "t" column { name: "a" type: "int" } column { name: "b" type: "int" }
          check { expression: "a > 0" } check { expression: "a > b" } check { expression: "b > 0 AND b < 9" } check { expression: "a < 5" } })m",
       R"m(check { name: "t_a_check" expression: "a > 0" } check { name: "t_check" expression: "a > b" } check { name: "t_b_check" expression: "b > 0 AND b < 9" } check { name: "t_a_check1" expression: "a < 5" })m"},
      {"partition_by columns",
       R"m(table { name: "t" column { name: "a" type: "int" } partition_by { strategy: LIST column: "a" } })m",
       R"m(partition_by { strategy: LIST key { column: "a" } })m"},
      {"references stay in the object's schema where the model has the target there",
       R"m(table { schema: "app" name: "p" column { name: "id" type: "int" primary_key: true } }
          table { schema: "app" name: "t" column { name: "a" type: "int" references { table: "p" } } })m",
       R"m(references { schema: "app" table: "p" column: "id" })m"},
      {"a model's types are qualified",
       R"m(enum { name: "mood" label: "sad" } table { name: "t" column { name: "m" type: "mood[]" } })m",
       R"m(type: "public.mood[]")m"},
      {"what is the default is left out",
       R"m(table { name: "t" access_method: "heap" column { name: "a" type: "text" storage: "EXTENDED" collation { name: "default" } default: "NULL" }
          index { name: "i" method: "btree" key { column: "a" descending: true nulls: FIRST } } policy { name: "p" role: "public" } })m",
       R"m(table { schema: "public" name: "t" column { name: "a" type: "text" } index { name: "i" key { column: "a" descending: true } } policy { name: "p" } })m"},
      {"a descending sequence has other defaults",
       R"m(sequence { name: "s" type: "bigint" increment: -1 start: -1 max: -1 min: -9223372036854775808 })m",
       R"m(sequence { schema: "public" name: "s" increment: -1 })m"},
      {"functions",
       R"m(function { name: "f" argument { type: "int" } argument { mode: TABLE name: "x" type: "varchar" } returns: "record" returns_set: true language: "SQL" cost: 100 rows: 1000 body: "select 'x'" })m",
       R"m(function { schema: "public" name: "f" argument { type: "integer" } argument { mode: TABLE name: "x" type: "character varying" } language: "sql" body: "select 'x'" })m"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    std::string loaded = Loaded(row.text);
    CAPTURE(loaded);
    CHECK(absl::StrContains(absl::StrReplaceAll(loaded, {{"\\\"", "\""}}),
                            absl::StrReplaceAll(row.holds, {{"\\\"", "\""}})));
  }
}

TEST_CASE("problems say where, what and what to do, all at once") {
  std::string text = R"m(table {
  name: "tasks"
  colum { name: "id" type: "integer" }
  column { name: "title" type: "integer); DROP TABLE x; --" }
  column { name: "owner" type: "integer" not_null: yes }
  column { name: "project" type: "integer" references { table: "projects" on_delete: "cascade" } }
  index { column: "tittle" }
}
table { name: "project" }
)m";
  CHECK(Problems(text) ==
        R"m(m.txtpb:3:3: unknown field "colum" in table; did you mean "column"?
m.txtpb:4:26: type: not a type: a comment is not allowed here (character 25)
m.txtpb:5:52: not_null is true or false, not yes
m.txtpb:6:57: foreign key tasks_project_fkey names table public.projects, which the model does not have; did you mean "project"?
m.txtpb:6:86: on_delete cannot be "cascade"; did you mean "CASCADE"? (without quotes)
m.txtpb:7:11: index tasks_tittle_idx names column "tittle", which table tasks does not have; did you mean "title"?)m");
}

TEST_CASE("a name with a line end makes no second problem") {
  const std::string table =
      "table { name: \"a\\nm.txtpb:1:1: b\" column { name: \"c\" type: \"int\" } }\n";
  const std::string problems = Problems(table + table);
  CAPTURE(problems);
  CHECK(absl::StartsWith(problems, "m.txtpb:2:9: "));
  CHECK_FALSE(absl::StrContains(problems, '\n'));
}

TEST_CASE("what PostgreSQL allows is no mistake, odd as it looks") {
  for (const char* text : {
           R"m(enum { name: "e" })m",
           R"m(enum { name: "e" label: "" })m",
           R"m(table { name: "t" column { name: "a" type: "int" identity {} }
                       column { name: "b" type: "int" identity {} } })m",
           R"m(table { name: "t" })m",
           R"m(table { name: "t" grant { role: "r" privilege: "ALL" } })m",
       }) {
    CAPTURE(text);
    auto model = LoadModelText("m", text);
    CHECK_MESSAGE(model.ok(), model.status().ToString());
  }
}

TEST_CASE("every semantic mistake has its line") {
  struct Row {
    const char* text;
    const char* says;
  };
  const std::string column = R"m(column { name: "a" type: "int" } )m";
  const Row rows[] = {
      {R"m(table { })m", "table needs a name"},
      {R"m(table { name: "t" } table { name: "t" })m",
       "table public.t is declared twice, first at m.txtpb:1:1"},
      {R"m(table { name: "t" $a $a })m", "column a is declared twice"},
      {R"m(table { name: "t" } view { name: "t" definition: "SELECT 1" })m", "the name public.t"},
      {R"m(table { name: "t" $a index { name: "t" column: "a" } })m", "the name public.t"},
      {R"m(table { name: "t" $a check { name: "c" expression: "a > 0" } unique { name: "c" column: "a" } })m",
       "constraint c of table t is declared twice"},
      {R"m(table { name: "a234567890123456789012345678901234567890123456789012345678901234" })m",
       "64 bytes"},
      {R"m(table { name: "t\000" })m", "NUL byte"},
      {R"m(table { name: "t\377" })m", "not UTF-8"},
      {R"m(table { name: "t" column { name: "a" } })m", "needs a type"},
      {R"m(table { name: "t" column { name: "a" type: "text" identity {} } })m",
       "must be smallint, integer or bigint"},
      {R"m(table { name: "t" column { name: "a" type: "int" identity {} default: "1" } })m",
       "has both default and identity"},
      {R"m(table { name: "t" column { name: "a" type: "int" generated { expression: "1" } default: "1" } })m",
       "has both default and generated"},
      {R"m(table { name: "t" column { name: "a" type: "int" primary_key: true } column { name: "b" type: "int" primary_key: true } })m",
       "second primary key"},
      {R"m(table { name: "t" $a primary_key { column: "b" } })m",
       "names column \"b\", which table t does not have"},
      {R"m(table { name: "t" $a primary_key { } })m", "has no column"},
      {R"m(collation { name: "c" locale: "C" provider: "libc); DROP TABLE t; --" })m",
       "provider \"libc); drop table t; --\" is not a keyword"},
      {R"m(table { name: "t" $a } statistics { name: "s" table { name: "t" } column: "a" column: "a" kind: "mcv" kind: "mcv)" })m",
       "kind \"mcv)\" is not a keyword"},
      {R"m(view { name: "v" definition: "SELECT 1 AS a" column { name: "a" storage: "plain, x" } })m",
       "storage \"plain, x\" is not a keyword"},
      {R"m(event_trigger { name: "e" event: "sql_drop EXECUTE" function { name: "f" } })m",
       "event \"sql_drop EXECUTE\" is not a keyword"},
      {R"m(aggregate { name: "a" argument { type: "integer" } sfunc { name: "f" } stype: "integer" finalfunc_modify: "x)" })m",
       "finalfunc_modify \"X)\" is not a keyword"},
      {R"m(aggregate { name: "a" argument { type: "integer" } sfunc { name: "f" } stype: "integer" sortop: "<)); DROP TABLE t; --" })m",
       "is not an operator"},
      {R"m(operator { name: "--" left: "integer" right: "integer" function { name: "f" } })m",
       "name \"--\" is not an operator"},
      {R"m(operator { name: "+/*" left: "integer" right: "integer" function { name: "f" } })m",
       "is not an operator"},
      {R"m(table { name: "t" $a exclude { name: "x" key { column: "a" operator: "=, b WITH =" } } })m",
       "operator \"=, b WITH =\" is not an operator"},
      {R"m(table { name: "t" $a exclude { name: "x" key { column: "a" operator: "a b.=" } } })m",
       "is not an operator"},
      {R"m(table { name: "t" $a unique { column: "a" column: "a" } })m", "twice"},
      {R"m(table { name: "t" $a check { } })m", "needs its condition"},
      {R"m(table { name: "t" $a index { } })m", "has no key"},
      {R"m(table { name: "t" $a index { key { column: "a" expression: "a" } } })m",
       "either a column or an expression"},
      {R"m(table { name: "t" $a index { column: "a" key { column: "a" } } })m",
       "either as column or as key"},
      {R"m(table { name: "t" $a foreign_key { column: "a" references { table: "t" column: "a" } } })m",
       "which is not unique there"},
      {R"m(table { name: "t" $a foreign_key { column: "a" references { table: "t" } } })m",
       "has no primary key"},
      {R"m(table { name: "t" $a unique { column: "a" } foreign_key { column: "a" references { table: "t" column: "a" column: "a" } } })m",
       "the numbers must match"},
      {R"m(table { name: "t" $a foreign_key { column: "a" references { table: "v" } } } view { name: "v" definition: "SELECT 1" })m",
       "which is not a table"},
      {R"m(table { name: "t" $a trigger { name: "g" event: UPDATE update_of: "b" function { name: "f" } } })m",
       "names column \"b\""},
      {R"m(table { name: "t" $a trigger { name: "g" event: UPDATE } })m",
       "trigger g needs its function"},
      {R"m(table { name: "t" partition_of { table: "p" bound: "DEFAULT" } })m",
       "names table public.p"},
      {R"m(table { name: "t" $a cluster_on: "i" })m", "has no index \"i\""},
      {R"m(enum { name: "e" label: "a" label: "a" })m", "label \"a\" twice"},
      {R"m(view { name: "v" })m", "view v needs its definition"},
      {R"m(view { name: "v" definition: "DELETE FROM x" })m", "definition: "},
      {R"m(function { name: "f" body: "x" returns: "void" })m", "needs its language"},
      {R"m(function { name: "f" language: "plpgsql" returns: "void" })m", "needs its body"},
      {R"m(function { name: "f" language: "sql" body: "select 1" })m", "needs its result"},
      {R"m(table { name: "t" $a } sequence { name: "s" owned_by { table: "t" column: "b" } })m",
       "owned by column \"b\""},
      {R"m(sequence { name: "s" increment: 0 })m", "cannot be 0"},
      {R"m(table { name: "t" $a grant { role: "r" privilege: "SELCT" } })m",
       "did you mean SELECT?"},
      {R"m(table { name: "t" $a column { name: "b" type: "serial" default: "1" } })m",
       "already has a default"},
      {R"m(table { name: "t" name: "u" })m", "name is set twice"},
      {R"m(table { name: "t)m", "this string is not closed on its line"},
      {R"m(table { name: "t")m", "this bracket is never closed"},
      {R"m(table { name: "t" column: "a" })m", "column holds fields"},
      {R"m(sequence { name: "s" start: "1" })m", "start is a whole number"},
      {R"m(table { name: "t" column { name: "a" type: "int" default: "1, 2" } })m", "default: "},
      {R"m(table { name: "t" column { name: "a" type: "int" default: "'x" } })m", "default: "},
      {R"m(table { name: "t" column { name: "a" type: "int" default: "$$x" } })m", "default: "},
      {R"m(server { name: "s" foreign_data_wrapper: "w" option { name: "password" value: "x" } })m",
       "looks like a secret"},
      {R"m(include: "other.txtpb")m", "needs a model that is a file"},
  };
  for (const Row& row : rows) {
    std::string problems = Problems(absl::StrReplaceAll(row.text, {{"$a", column}}));
    CAPTURE(row.text);
    CAPTURE(problems);
    CHECK(absl::StrContains(problems, row.says));
    CHECK(absl::StartsWith(problems, "m.txtpb:1:"));
  }
}

TEST_CASE("a folder is read whole, with what it includes and the definitions beside it") {
  Folder folder;
  folder.Write("a.txtpb", R"m(include: "extra/c.sub" table { name: "a" })m");
  folder.Write("deep/b.txtpb", R"m(view { name: "b" definition_file: "b.sql" }
function { name: "f" returns: "void" language: "plpgsql" definition_file: "../f.sql" })m");
  folder.Write("deep/b.sql", "SELECT 1 -- one\n AS x;\n\n");
  folder.Write("f.sql", "\nBEGIN\nEND;\n");
  folder.Write("autogen.txtpb", "url: \"embedded\"");
  folder.Write("ignored.txt", "{{{");
  folder.Write("extra/c.sub", R"m(table { name: "c" })m");
  auto schema = LoadModel({folder.path});
  CAPTURE(schema.status().message());
  REQUIRE(schema.ok());
  REQUIRE((*schema)->table_size() == 2);
  CHECK((*schema)->table(0).name() == "a");
  CHECK((*schema)->table(1).name() == "c");
  CHECK((*schema)->include_size() == 0);
  CHECK((*schema)->view(0).definition() == "SELECT 1 -- one\n AS x");
  CHECK((*schema)->view(0).definition_file().empty());
  CHECK((*schema)->function(0).body() == "\nBEGIN\nEND;\n");
}

TEST_CASE("files that are not models are named with the reason") {
  Folder folder;
  CHECK(absl::StrContains(LoadModel({folder.path}).status().message(), "no model file"));
  CHECK(absl::StrContains(LoadModel({JoinPath(folder.path, "x.txtpb")}).status().message(),
                          "No such file"));
  folder.Write("a.txtpb", std::string("\x7f"
                                      "ELF\0\0\1",
                                      7));
  folder.Write("b.txtpb", "table { name: \"caf\xE9\" }");
  folder.Write("c.txtpb", "view { name: \"v\" definition_file: \"none.sql\" }");
  std::string message(LoadModel({folder.path}).status().message());
  CAPTURE(message);
  std::vector<std::string> lines = absl::StrSplit(message, '\n');
  REQUIRE(lines.size() == 3);
  CHECK(absl::EndsWith(lines[0], "a.txtpb:1:5: this file is binary, not a model; a model is text"));
  CHECK(absl::EndsWith(lines[1], "b.txtpb:1:19: this byte is not UTF-8; save the file as UTF-8"));
  CHECK(absl::StrContains(lines[2], "none.sql: No such file"));
}

TEST_CASE("several files may name the same include once") {
  Folder folder;
  folder.Write("a.txtpb", R"m(include: "b.txtpb" include: "a.txtpb" table { name: "a" })m");
  folder.Write("b.txtpb", R"m(include: "./a.txtpb" table { name: "b" })m");
  auto schema = LoadModel({folder.path, JoinPath(folder.path, "b.txtpb")});
  CAPTURE(schema.status().message());
  REQUIRE(schema.ok());
  CHECK((*schema)->table_size() == 2);
}

TEST_CASE("what a model names stays in its project: file and line of what does not") {
  Folder folder;
  folder.Write("project/models/a.txtpb", "");
  struct Row {
    const char* text;
    const char* place;
  };
  const Row rows[] = {
      {"include: \"/etc/passwd\"", "a.txtpb:1:1: /etc/passwd is outside of the project"},
      {"\ninclude: \"../../secret.txtpb\"", "a.txtpb:2:1: "},
      {"include: \"link.txtpb\"", "a.txtpb:1:1: "},
      {"include: \"folder\"", "a.txtpb:1:1: "},
      {"view { name: \"v\" definition_file: \"/proc/self/environ\" }", "a.txtpb:1:"},
      {"view { name: \"v\" definition_file: \"link.txtpb\" }", "a.txtpb:1:"},
  };
  folder.Write("secret.txtpb", "root:x:0");
  std::filesystem::create_symlink("../../secret.txtpb", folder.path + "/project/models/link.txtpb");
  std::filesystem::create_symlink("../..", folder.path + "/project/models/folder");
  for (const Row& row : rows) {
    CAPTURE(row.text);
    folder.Write("project/models/a.txtpb", row.text);
    const std::string path = folder.path + "/project/models/a.txtpb";
    const std::string message(LoadModel({path}).status().message());
    CHECK(absl::StrContains(message, row.place));
    CHECK(absl::StrContains(message, "is outside of the project"));
    CHECK_FALSE(absl::StrContains(message, "root:x"));
  }
  // A link in a folder of models is a file of that folder.
  folder.Write("project/models/a.txtpb", "");
  std::filesystem::remove(folder.path + "/project/models/folder");
  const std::string linked(LoadModel({folder.path + "/project/models"}).status().message());
  CAPTURE(linked);
  CHECK(absl::StrContains(linked, "models/link.txtpb is outside of the project"));
  CHECK_FALSE(absl::StrContains(linked, "root:x"));
  std::filesystem::remove(folder.path + "/project/models/link.txtpb");
  // The project is as large as its configuration's folder, and as its work tree.
  folder.Write("project/models/a.txtpb", "include: \"../shared/b.txtpb\"");
  folder.Write("project/shared/b.txtpb", "table { name: \"t\" }");
  const std::string a = folder.path + "/project/models/a.txtpb";
  CHECK_FALSE(LoadModel({a}).ok());
  folder.Write("project/autogen.txtpb", "");
  CHECK(LoadModel({a}).ok());
}

}  // namespace
}  // namespace autogen::model
