#include "src/revision/write.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/revision/hook.h"
#include "src/revision/script.h"
#include "src/revision/sum.h"
#include "src/revision/template.h"

namespace autogen::revision {
namespace {

SectionSpec Section(const std::string& statement) {
  return {.sql = absl::StrCat(statement, ";\n"), .statements = {statement}};
}

ScriptLayout Layout(const std::string& template_text) {
  return {.template_text = template_text, .template_path = "own.mustache"};
}

ScriptSpec Spec() {
  return {.id = "3f2a9c1d7b60",
          .revises = {"934f38a4fc73"},
          .message = "Add task complexity score",
          .created = absl::FromUnixSeconds(1795252380),
          .upgrade = Section("ALTER TABLE public.tasks ADD COLUMN n integer"),
          .downgrade = Section("ALTER TABLE public.tasks DROP COLUMN n")};
}

struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "autogen_write_test").string();
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

TEST_CASE("the built-in template gives this file, byte for byte") {
  absl::StatusOr<std::string> text = RenderScript(Spec(), {});
  REQUIRE_MESSAGE(text.ok(), text.status().ToString());
  CHECK(*text == R"(-- Add task complexity score
--
-- revision:   3f2a9c1d7b60
-- revises:    934f38a4fc73
-- created:    2026-11-21 09:13:00 UTC

-- autogen: upgrade

ALTER TABLE public.tasks ADD COLUMN n integer;

-- autogen: downgrade

ALTER TABLE public.tasks DROP COLUMN n;
)");
  ScriptSpec full = Spec();
  full.revises = {};
  full.depends_on = {"a1", "billing"};
  full.labels = {"core"};
  full.notes = {"not proved: <no> \"scratch\" & such"};
  full.message = "one\ntwo";
  full.upgrade = full.downgrade = {};
  text = RenderScript(full, {});
  REQUIRE_MESSAGE(text.ok(), text.status().ToString());
  CHECK(text->find("-- one\n-- two\n--\n") == 0);
  CHECK(text->find("-- revises:    base\n") != std::string::npos);
  CHECK(text->find("-- depends on: a1, billing\n-- labels:     core\n"
                   "-- not proved: <no> \"scratch\" & such\n") != std::string::npos);
}

TEST_CASE(
    "a template or message that would lose the header is refused before anything is written") {
  ScriptSpec spec = Spec();
  CHECK(!RenderScript(spec, Layout("-- {{message}}\n")).ok());
  CHECK(!RenderScript(spec, Layout("{{#open}}")).ok());
  CHECK(!RenderScript(spec, Layout("-- revision: {{revision}}\n-- revises: {{revises}}\n"
                                   "-- autogen: upgrade\n"))
             .ok());
  for (const char* message : {"revision: other", "x\nrevision: other", "x\nRevises : base",
                              "x\r\nlabels: a", "x\ncreated: now", "x\nmessage: y",
                              "proof: mine; sha256 0123456789abcdef", "x\nproof: y"}) {
    CAPTURE(message);
    spec.message = message;
    CHECK(!RenderScript(spec, {}).ok());
  }
  for (const char* id : {"", "a b", "a/b", "a@b", "../a", "a\nb", "a\vb",
                         "a\xC2\x85"
                         "b",
                         "a\xE2\x80\xAE", "\xFF"}) {
    CAPTURE(id);
    spec = Spec();
    spec.id = id;
    CHECK(!RenderScript(spec, {}).ok());
  }
}

constexpr char kFrame[] =
    "-- {{message}}\n-- revision: {{revision}}\n-- revises: {{revises}}\n{{#notes}}-- {{.}}\n"
    "{{/notes}}-- autogen: upgrade\n{{upgrade}}\n-- autogen: downgrade\n{{downgrade}}\n";

TEST_CASE("text of a message or note is a comment and nothing else") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const std::string hostile =
        absl::StrCat("a", std::string(1, static_cast<char>(byte)), "DROP TABLE t; --");
    ScriptSpec spec = Spec();
    spec.message = absl::StrCat("m ", hostile, "\n", hostile, "\nautogen: irreversible \"x\"");
    spec.notes = {hostile, absl::StrCat("autogen:", hostile), "x\nrevises: base",
                  "x\n-- autogen: no-transaction"};
    absl::StatusOr<std::string> text = RenderScript(spec, {});
    REQUIRE_MESSAGE(text.ok(), text.status().ToString());
    absl::StatusOr<Script> script = ParseScript(*text, "a.sql");
    REQUIRE_MESSAGE(script.ok(), script.status().ToString());
    CHECK(script->upgrade.steps.size() == 1);
    CHECK(script->downgrade.steps.size() == 1);
    CHECK(!script->irreversible);
    CHECK(!script->upgrade.no_transaction);
    CHECK(script->header.revises == spec.revises);
    CHECK(script->proved.empty());
  }
}

TEST_CASE("a template adds comments, never what runs") {
  const std::string frame = kFrame;
  CHECK(RenderScript(Spec(), Layout(frame)).ok());
  CHECK(RenderScript(Spec(), Layout(absl::StrReplaceAll(frame, {{"-- autogen: upgrade\n",
                                                                 "-- autogen: upgrade\n/* ok */"
                                                                 " -- for {{revises}}\n"}})))
            .ok());
  struct {
    const char* from;
    const char* to;
    const char* problem;
  } rows[] = {
      {"{{upgrade}}", "SET ROLE app;\n{{upgrade}}", "\"SET ROLE app\""},
      {"{{upgrade}}", "{{upgrade}}\nGRANT ALL ON t TO app;", "\"GRANT ALL ON t TO app\""},
      {"{{downgrade}}", "{{downgrade}}\nSELECT 1;", "\"SELECT 1\""},
      {"{{upgrade}}", "", "ADD COLUMN n integer\" was expected"},
      {"{{upgrade}}", "{{downgrade}}", "DROP COLUMN n"},
      {"{{upgrade}}", "{{upgrade}}\n{{upgrade}}", "ADD COLUMN n"},
      {"{{upgrade}}", "-- autogen: no-transaction\n{{upgrade}}", "no-transaction"},
      {"{{upgrade}}", "-- autogen: assert \"SELECT f()\" \"x\"\n{{upgrade}}", "assert"},
      {"-- autogen: upgrade", "-- autogen: irreversible \"x\"\n-- autogen: upgrade",
       "irreversible"},
      {"-- {{message}}", "/* {{message}} */", "do not make a script"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.to));
    absl::Status status =
        RenderScript(Spec(), Layout(absl::StrReplaceAll(frame, {{row.from, row.to}}))).status();
    CHECK(absl::IsInvalidArgument(status));
    CHECK_MESSAGE(absl::StrContains(status.message(), row.problem), status.ToString());
    CHECK_MESSAGE(absl::StrContains(status.message(), "own.mustache"), status.ToString());
  }
  // An empty script gets no statement either.
  ScriptSpec empty = Spec();
  empty.upgrade = empty.downgrade = {};
  CHECK(RenderScript(empty, Layout(frame)).ok());
  CHECK(!RenderScript(empty, Layout(absl::StrReplaceAll(frame, {{"{{upgrade}}", "SELECT 1;"}})))
             .ok());
  // Into a comment of another kind a message can put its end.
  ScriptSpec closing = Spec();
  closing.message = "x */ DROP TABLE t; /*";
  std::string block = frame;
  block = absl::StrReplaceAll(block, {{"{{upgrade}}", "/* {{message}} */\n{{upgrade}}"}});
  CHECK(RenderScript(Spec(), Layout(block)).ok());
  absl::Status status = RenderScript(closing, Layout(block)).status();
  CHECK_MESSAGE(absl::StrContains(status.message(), "\"DROP TABLE t\""), status.ToString());
  // Nothing is written where it is refused.
  Folder folder;
  ScriptLayout layout = Layout(block);
  layout.folder = folder.path;
  CHECK(!WriteScript(closing, layout).ok());
  CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("file names follow the tokens, in UTC") {
  struct {
    const char* file_template;
    const char* message;
    const char* expected;  // "": an error
  } rows[] = {
      {"", "Add task complexity score", "20261121_0913_3f2a9c1d7b60_add_task_complexity_score.sql"},
      {"", "добавить", "20261121_0913_3f2a9c1d7b60.sql"},
      {"%(year)/%(epoch)_%(second)_%(slug)", "x", "2026/1795252380_00_x.sql"},
      {"%(rev)", "../../etc/passwd", "3f2a9c1d7b60.sql"},
      {"%(revision)", "x", ""},
      {"%(rev", "x", ""},
      {"../%(rev)", "x", ""},
      {"/tmp/%(rev)", "x", ""},
      {"a\n%(rev)", "x", ""},
      {"\x1b[2J%(rev)", "x", ""},
      {"\xE2\x80\xAE%(rev)", "x", ""},
      {"%(slug)", "\r\n-- autogen: upgrade", "autogen_upgrade.sql"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.file_template));
    CAPTURE(std::string(row.expected));
    ScriptSpec spec = Spec();
    spec.message = row.message;
    absl::StatusOr<std::string> name = ScriptFileName(spec, {.file_template = row.file_template});
    if (*row.expected == '\0') {
      CHECK(!name.ok());
    } else {
      REQUIRE_MESSAGE(name.ok(), name.status().ToString());
      CHECK(*name == row.expected);
    }
  }
}

TEST_CASE("a script is written once; a second time it is refused") {
  Folder folder;
  ScriptLayout layout = {.folder = folder.path, .file_template = "%(year)/%(rev)"};
  absl::StatusOr<std::string> path = WriteScript(Spec(), layout);
  REQUIRE_MESSAGE(path.ok(), path.status().ToString());
  CHECK(*path == folder.path + "/2026/3f2a9c1d7b60.sql");
  CHECK(ReadScript(*path)->header.message == "Add task complexity score");
  CHECK(absl::IsAlreadyExists(WriteScript(Spec(), layout).status()));
  CHECK(!WriteScript(Spec(), {.folder = folder.path + "/none"}).ok());
}

TEST_CASE("random ids are 12 hex digits and differ") {
  std::string id = RandomId();
  CHECK(id.size() == 12);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(id != RandomId());
}

TEST_CASE("hooks run without a shell, and their failure is reported") {
  Folder folder;
  std::string path = folder.path + "/a b;$(x).sql";
  CHECK(RunHook("make", {"touch", "{}"}, path).ok());
  CHECK(std::filesystem::exists(path));
  absl::Status status = RunHook("fail", {"false"}, path);
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(status.message().find("\"fail\" (false) exited with 1") != absl::string_view::npos);
  CHECK(RunHook("none", {"autogen-no-such-program"}, path).message().find("cannot start") !=
        absl::string_view::npos);
  CHECK(absl::IsInvalidArgument(RunHook("empty", {}, path)));
}

TEST_CASE("autogen.sum shows edited, moved, missing and unknown scripts") {
  Folder folder;
  ScriptLayout layout = {.folder = folder.path, .file_template = "%(rev)"};
  CHECK(absl::IsNotFound(CheckSum(folder.path).status()));
  for (const char* id : {"a1", "b2", "c3"}) {
    ScriptSpec spec = Spec();
    spec.id = id;
    REQUIRE(AddToSum(folder.path, {*WriteScript(spec, layout)}).ok());
  }
  REQUIRE(CheckSum(folder.path).ok());
  CHECK(CheckSum(folder.path)->empty());

  auto edit = [&](const std::string& name, const std::string& from, const std::string& to) {
    std::string path = folder.path + "/" + name;
    std::string text = *ReadFile(path);
    text.replace(text.find(from), from.size(), to);
    REQUIRE(WriteFile(path, text, Overwrite::kReplace).ok());
  };
  edit("a1.sql", "ADD COLUMN n integer", "ADD COLUMN n bigint");
  edit("b2.sql", "934f38a4fc73", "a1");
  edit("c3.sql", "Add task", "Say task");  // the header may change
  ScriptSpec spec = Spec();
  spec.id = "d4";
  REQUIRE(WriteScript(spec, layout).ok());
  std::vector<std::string> differences = *CheckSum(folder.path);
  REQUIRE(differences.size() == 3);
  CHECK(differences[0] == folder.path + "/a1.sql was edited after it was written");
  CHECK(differences[1] ==
        folder.path + "/b2.sql was moved: it revised 934f38a4fc73, now it revises a1");
  CHECK(differences[2] == folder.path + "/d4.sql is not in autogen.sum (revision d4)");
  // Adding one script leaves the others' differences visible.
  REQUIRE(AddToSum(folder.path, {folder.path + "/d4.sql"}).ok());
  CHECK(CheckSum(folder.path)->size() == 2);
  REQUIRE(WriteSum(folder.path).ok());
  CHECK(CheckSum(folder.path)->empty());
  std::filesystem::remove(folder.path + "/a1.sql");
  CHECK(CheckSum(folder.path)->front() == folder.path + "/a1.sql is missing (revision a1)");
}

TEST_CASE("the header shows what was proved, and an edit after that is noticed") {
  ScriptSpec spec = Spec();
  spec.proof = "PostgreSQL 15.20, up, down and up again";
  spec.notes = {"rows: 3 rows"};
  auto text = RenderScript(spec, {});
  REQUIRE(text.ok());
  auto script = ParseScript(*text, "a.sql");
  REQUIRE(script.ok());
  CHECK(script->proved.size() == 16);
  CHECK(!script->EditedSinceProof());
  CHECK(absl::StrContains(*text,
                          absl::StrCat("-- proof: PostgreSQL 15.20, up, down and up again; sha256 ",
                                       script->checksum.substr(0, 16), "\n-- rows: 3 rows\n")));
  CHECK(ParseScript(absl::StrReplaceAll(*text, {{"DROP COLUMN", "DROP"}}), "a.sql")
            ->EditedSinceProof());
  // The header is not part of it.
  CHECK(!ParseScript(absl::StrReplaceAll(*text, {{"complexity score", "score"}}), "a.sql")
             ->EditedSinceProof());
  spec.proof = "";
  CHECK(!ParseScript(*RenderScript(spec, {}), "a.sql")->EditedSinceProof());
}

}  // namespace
}  // namespace autogen::revision
