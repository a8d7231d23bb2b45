#include <doctest/doctest.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/process.h"
#include "src/cli/run_main.h"
#include "src/lint/rule.h"

namespace autogen::cli {
namespace {

void Write(const std::string& path, const std::string& text) {
  REQUIRE(WriteFile(path, text, Overwrite::kReplace).ok());
}

void Script(const std::string& path, const std::string& id, const std::string& revises,
            const std::string& upgrade) {
  Write(path, absl::StrCat("-- ", id, "\n--\n-- revision:   ", id, "\n-- revises:    ", revises,
                           "\n\n-- autogen: upgrade\n\n", upgrade, "\n"));
}

std::string Lint(std::vector<std::string> arguments, int code) {
  arguments.insert(arguments.begin(), "lint");
  const Outcome outcome = RunMain(std::move(arguments));
  CHECK_MESSAGE(outcome.code == code, outcome.out << outcome.err);
  return code == 2 ? outcome.err : outcome.out;
}

TEST_CASE("lint takes any file of SQL, without a project") {
  ScratchFolder folder;
  Write("a.sql", "\\set ON_ERROR_STOP 1\nSET lock_timeout = '1s';\nDROP TABLE :t;\nDROP TABL b;\n");
  CHECK(Lint({"a.sql"}, 1) ==
        "a.sql:3: data-loss: drops _t\n"
        "  3 | DROP TABLE _t\n"
        "a.sql:4:6: syntax error at or near \"TABL\"\n"
        "  4 | DROP TABL b;\n"
        "    |      ^\n"
        "  Syntax that is newer than PostgreSQL 15's is not judged.\n"
        "2 findings in 1 file\n");
  Write("b.sql", "SET lock_timeout = '1s';\nCREATE TABLE b (x int);");
  CHECK(Lint({"b.sql"}, 0) == "0 findings in 1 file\n");
  CHECK(absl::StrContains(Lint({"--set", "style", "b.sql"}, 1), "b.x is an integer of 32 bits"));
  CHECK(absl::StrContains(Lint({"--allow", "syntax", "a.sql", "b.sql"}, 1),
                          "1 finding in 2 files\n"));
  CHECK(Lint({"--allow", "syntax", "--allow", "data-loss", "a.sql"}, 0) ==
        "0 findings in 1 file\n");
  // Notes alone do no harm.
  Write("c.sql", "SET lock_timeout = '1s';\nALTER TABLE t ALTER COLUMN x DROP NOT NULL;");
  CHECK(absl::StrContains(Lint({"c.sql"}, 0), "c.sql:2: constraint-drop: lets t.x be NULL\n"));
  Lint({"none.sql"}, 2);
  CHECK(absl::StrContains(Lint({"a.sql", "--since", "HEAD"}, 2), "not several of them"));
}

TEST_CASE("the configuration says what counts where") {
  ScratchFolder folder;
  std::filesystem::create_directories("versions/old");
  Write("autogen.txtpb",
        "lint {\n  set: \"safety\" set: \"style\"\n"
        "  rule { name: \"data-loss\" severity: ERROR }\n"
        "  rule { name: \"data-loss\" path: \"versions/old/.*\" severity: OFF }\n"
        "  allow_needs_reason: true\n}\n");
  Script("versions/old/1.sql", "aaaa1", "base", "DROP TABLE a;");
  Script("versions/2.sql", "bbbb2", "aaaa1",
         "DROP TABLE b;\n-- autogen: step\n-- autogen: allow data-loss\nDROP TABLE c;\n"
         "CREATE TABLE d (x json);");
  const std::string out = Lint({"-r", ":"}, 1);
  CHECK(out ==
        "versions/2.sql:8: drops b\n  8 | DROP TABLE b\n"
        "versions/2.sql:10: allows data-loss without a reason\n"
        "versions/2.sql:12: jsonb-column: d.x is json, which has no equality\n"
        "  12 | CREATE TABLE d (x json)\n"
        "3 findings in 2 scripts\n");
  // A file's path is the same however it is named.
  CHECK(Lint({"versions/old/1.sql"}, 0) == "0 findings in 1 file\n");
  CHECK(Lint({"./versions/old/1.sql"}, 0) == "0 findings in 1 file\n");
  Write("autogen.txtpb", "lint { rule { name: \"datalos\" } }");
  CHECK(
      absl::StrContains(Lint({}, 2), "there is no rule \"datalos\"; did you mean \"data-loss\"?"));
  Write("autogen.txtpb", "lint { naming { kind: \"tabel\" pattern: \"x\" } }");
  CHECK(absl::StrContains(Lint({}, 2), "the kinds are schema, table"));
}

TEST_CASE(
    "--since takes what git does not have in a commit, and one script makes what the next uses") {
  ScratchFolder folder;
  auto git = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=a", "-c", "user.email=a@b"});
    const absl::StatusOr<ProcessResult> result = RunProcess(arguments);
    REQUIRE(result.ok());
    REQUIRE_MESSAGE(result->exit_code == 0, result->err);
  };
  std::filesystem::create_directories("versions");
  Script("versions/1.sql", "aaaa1", "base",
         "CREATE TABLE a (id bigint PRIMARY KEY);\nCREATE TABLE p (id bigint PRIMARY KEY);");
  CHECK(absl::StrContains(Lint({"--since", "HEAD"}, 2), "git"));
  git({"init", "-q"});
  git({"add", "."});
  git({"commit", "-q", "-m", "one"});
  CHECK(Lint({"--since", "HEAD"}, 0) == "0 findings in 0 scripts\n");
  Script("versions/2 \xC3\xA4.sql", "bbbb2", "aaaa1", "CREATE TABLE b (id bigint);");
  Script("versions/3.sql", "cccc3", "bbbb2",
         "CREATE INDEX ON b (id);\nCREATE INDEX ON a (id);\n"
         "ALTER TABLE a ADD COLUMN p bigint REFERENCES p;");
  git({"add", "versions/3.sql"});
  const std::string out = Lint({"--since", "HEAD"}, 1);
  CHECK(absl::StrContains(out, "versions/3.sql:9: index-build: builds an index of a\n"));
  CHECK(!absl::StrContains(out, "builds an index of b"));
  // What the table is like stands in the scripts before.
  CHECK(
      absl::StrContains(out, "foreign-key-index: no index begins with p of a, which references p"));
  CHECK(absl::StrContains(out, "2 findings in 2 scripts\n"));
  CHECK(absl::StrContains(Lint({"-r", "cccc3:cccc3"}, 1), "builds an index of b"));
  CHECK(absl::StrContains(Lint({"--since", "no-such-branch"}, 2), "no-such-branch"));
}

TEST_CASE("rules are listed and explained") {
  const std::string list = Lint({"--list"}, 0);
  for (const lint::Rule& rule : lint::Rules()) {
    CHECK(absl::StrContains(list, rule.name));
    CHECK(absl::StrContains(Lint({"--explain", rule.name}, 0), rule.meaning));
  }
  CHECK(absl::StrContains(Lint({"--explain", "index-dropp"}, 2), "did you mean \"index-drop\"?"));
}

}  // namespace
}  // namespace autogen::cli
