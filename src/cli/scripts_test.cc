// The commands over scripts, as a user runs them.
#include "src/cli/scripts.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "src/revision/load.h"

namespace autogen::cli {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A command that must succeed; its output.
std::string Run(std::vector<std::string> arguments) {
  Outcome outcome = RunMain(arguments);
  CAPTURE(arguments.front());
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  return outcome.out;
}

// A command that must fail with exit code 2; its message.
std::string Fail(std::vector<std::string> arguments) {
  Outcome outcome = RunMain(arguments);
  CAPTURE(arguments.front());
  REQUIRE(outcome.code == 2);
  REQUIRE(outcome.err.rfind("autogen: ", 0) == 0);
  return outcome.err;
}

std::string Replaced(const std::string& path, const std::string& from, const std::string& to) {
  std::string text = *ReadFile(path);
  text.replace(text.find(from), from.size(), to);
  REQUIRE(WriteFile(path, text, Overwrite::kReplace).ok());
  return text;
}

TEST_CASE("init makes a project once, and refuses to overwrite any of it") {
  ScratchFolder folder;
  Run({"init", "shop"});
  for (const char* path : {"shop/autogen.txtpb", "shop/script.sql.mustache",
                           "shop/models/schema.txtpb", "shop/versions/.gitkeep"}) {
    CAPTURE(path);
    CHECK(std::filesystem::exists(path));
  }
  std::filesystem::remove("shop/autogen.txtpb");
  CHECK(Contains(Fail({"init", "shop"}), "init never overwrites"));
  CHECK(!std::filesystem::exists("shop/autogen.txtpb"));
}

TEST_CASE("the configuration is found from a folder below, and its faults have line and column") {
  ScratchFolder folder;
  Run({"init"});
  Run({"revision", "-m", "one"});
  std::filesystem::current_path("models");
  CHECK(Contains(Run({"heads"}), "<base> -> "));
  CHECK(Contains(Run({"show", "head"}), "path:       ../versions/"));
  std::filesystem::current_path("..");
  std::ofstream("bad.txtpb") << "model: \"a\"\nslug_lenght: 3\n";
  CHECK(Contains(Fail({"--config", "bad.txtpb", "heads"}), "bad.txtpb:2:"));
  CHECK(Contains(Fail({"--config", "bad.txtpb", "heads"}), "did you mean \"slug_length\"?"));
  CHECK(Contains(Fail({"--versions", "none", "heads"}), "no folder none for scripts"));
}

TEST_CASE("revision, merge, heads, branches and show follow a history that forks and joins") {
  ScratchFolder folder;
  Run({"init"});
  Run({"revision", "-m", "first", "--rev-id", "aaa1"});
  Run({"revision", "-m", "core work", "--rev-id", "bbb2", "--branch-label", "core"});
  CHECK(Contains(Fail({"revision", "-m", "x", "--head", "aaa1"}), "is not a head revision"));
  Run({"revision", "-m", "shop work", "--rev-id", "ccc3", "--head", "aaa1", "--splice",
       "--branch-label", "shop", "--depends-on", "core"});
  CHECK(Contains(Fail({"revision", "-m", "x"}), "Multiple head revisions are present"));
  CHECK(Run({"heads"}) ==
        "aaa1 -> bbb2 (core) (head, but others depend on it), core work\n"
        "aaa1 (bbb2) -> ccc3 (shop) (head), shop work\n");
  CHECK(Run({"heads", "--resolve-dependencies"}) ==
        "aaa1 (bbb2) -> ccc3 (shop) (head), shop work\n");
  CHECK(Run({"branches"}) ==
        "<base> -> aaa1 (branchpoint), first\n"
        "    aaa1 -> bbb2 (core) (head, but others depend on it), core work\n"
        "    aaa1 (bbb2) -> ccc3 (shop) (head), shop work\n");
  Run({"revision", "-m", "more core", "--rev-id", "ddd4", "--head", "core@head"});
  CHECK(Contains(Run({"merge", "--rev-id", "eee5"}), "merge_ccc3_and_ddd4.sql"));
  CHECK(Contains(Run({"show", "eee5"}), "revises:    ccc3, ddd4\n"));
  CHECK(Contains(Run({"show", "eee5", "--sql"}), "-- autogen: upgrade\n"));
  CHECK(Contains(Run({"show", "core", "--format", "json"}), "\"revised_by\"") == false);
  CHECK(Contains(Fail({"merge"}), "nothing to merge"));
  CHECK(Contains(Fail({"revision", "--rev-id", "aaa1", "-m", "x"}), "present more than once"));
  CHECK(Contains(Fail({"revision", "--branch-label", "core", "-m", "x"}), "already used"));
  CHECK(Contains(Fail({"revision", "--depends-on", "nope", "-m", "x"}), "Can't locate revision"));
  Run({"revision", "-m", "another history", "--head", "base", "--rev-id", "fff6"});
  CHECK(Contains(Run({"heads"}), "<base> -> fff6 (head), another history"));
}

TEST_CASE("hooks and the user's own template shape a new script, and autogen.sum sees edits") {
  ScratchFolder folder;
  Run({"init"});
  std::ofstream("autogen.txtpb") << R"txt(
template: "own.mustache"
file_template: "%(year)/%(rev)"
post_write_hook { name: "note" argument: "sed" argument: "-i" argument: "s/NOTE/noted/" argument: "{}" }
)txt";
  std::ofstream("own.mustache") << "-- revision: {{revision}}\n-- revises: {{revises}}\n"
                                   "-- message: {{message}}\n-- NOTE\n\n-- autogen: upgrade\n"
                                   "{{{upgrade}}}\n-- autogen: downgrade\n{{{downgrade}}}\n";
  std::string out = Run({"revision", "-m", "it's <new>", "--rev-id", "aaa1", "--hooks"});
  std::string path = out.substr(6, out.size() - 7);
  CHECK(path.rfind("versions/2", 0) == 0);
  CHECK(Contains(*ReadFile(path), "-- message: it's <new>\n-- noted\n"));
  CHECK(RunMain({"sum", "--check"}).code == 0);
  Replaced(path, "-- autogen: downgrade\n", "-- autogen: downgrade\nSELECT 1;\n");
  Outcome outcome = RunMain({"sum", "--check"});
  CHECK(outcome.code == 1);
  CHECK(outcome.out == path + " was edited after it was written\n");
  Run({"sum"});
  CHECK(RunMain({"sum", "--check"}).code == 0);
}

TEST_CASE("with several version folders a script is written to its parent's, or the given one") {
  ScratchFolder folder;
  std::filesystem::create_directories("one");
  std::filesystem::create_directories("two");
  std::ofstream("autogen.txtpb") << "versions: \"one\" versions: \"two\"\n";
  CHECK(Contains(Run({"revision", "-m", "a", "--rev-id", "aaa1"}), "wrote one/"));
  CHECK(Contains(
      Run({"revision", "-m", "b", "--rev-id", "bbb2", "--head", "base", "--version-path", "two"}),
      "wrote two/"));
  CHECK(Contains(Run({"revision", "-m", "c", "--head", "bbb2"}), "wrote two/"));
  CHECK(Contains(Fail({"revision", "-m", "d", "--head", "aaa1", "--version-path", "three"}),
                 "none of the project's version folders"));
  CHECK(std::filesystem::exists("two/autogen.sum"));
}

TEST_CASE("commands that write scripts at the same time make no second head: all but one fail") {
  ScratchFolder folder;
  Run({"init"});
  Run({"revision", "-m", "first"});
  constexpr int kRuns = 8, kRounds = 4;
  int written = 1, refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<pid_t> children;
    for (int i = 0; i < kRuns; ++i) {
      children.push_back(fork());
      if (children.back() != 0) continue;
      const Outcome outcome = RunMain({"revision", "-m", "at once", "--rev-id",
                                       "aaaa" + std::to_string(round) + "bbb" + std::to_string(i)});
      const bool told = Contains(outcome.err, "was written while this command ran");
      _exit(outcome.code == 0 ? 0 : told ? 1 : 3);
    }
    for (pid_t child : children) {
      int status = 0;
      REQUIRE(waitpid(child, &status, 0) == child);
      REQUIRE(WIFEXITED(status));
      CHECK(WEXITSTATUS(status) <= 1);
      ++(WEXITSTATUS(status) == 0 ? written : refused);
    }
    Run({"check", "--heads"});  // exit code 1 for two
    Run({"sum", "--check"});
  }
  CHECK(written == 1 + kRuns * kRounds - refused);
  const auto scripts = ListFiles("versions", ".sql", true);
  REQUIRE(scripts.ok());
  CHECK(static_cast<int>(scripts->size()) == written);
}

TEST_CASE("a script written since the graph was read is noticed before another is written") {
  ScratchFolder folder;
  Run({"init"});
  Run({"revision", "-m", "first", "--rev-id", "aaaa00000001"});
  auto project = Project::Open({});
  REQUIRE(project.ok());
  auto graph = LoadScripts(**project);
  REQUIRE(graph.ok());
  Run({"revision", "-m", "faster", "--rev-id", "aaaa00000002"});
  revision::ScriptSpec spec;
  spec.message = "slower";
  spec.revises = {"aaaa00000001"};
  const auto slower = AddScript(**project, *graph, spec, {});
  REQUIRE_FALSE(slower.ok());
  CHECK(Contains(std::string(slower.status().message()), "aaaa00000002"));
  CHECK(ListFiles("versions", ".sql", true)->size() == 2);
  // A branch that was asked for is one.
  Run({"revision", "-m", "branch", "--head", "aaaa00000001", "--splice"});
  CHECK(RunMain({"check", "--heads"}).code == 1);
}

TEST_CASE("edit opens the editor of the environment and reads the script again") {
  ScratchFolder folder;
  Run({"init"});
  Run({"revision", "-m", "one", "--rev-id", "aaa1"});
  setenv("VISUAL", "sed -i s/upgrade/upgrdae/", 1);
  CHECK(Contains(Fail({"edit"}), "did you mean \"upgrade\"?"));
  setenv("VISUAL", "false", 1);
  CHECK(Contains(Fail({"edit"}), "the editor false failed"));
  unsetenv("VISUAL");
}

TEST_CASE("lint names the hazards of the newest scripts, or of a range, by file and line") {
  ScratchFolder folder;
  Run({"init"});
  Run({"revision", "-m", "first", "--rev-id", "aaa1"});
  CHECK(Run({"lint"}) == "0 findings in 1 script\n");
  std::string out = Run({"revision", "-m", "second", "--rev-id", "bbb2"});
  std::string path = out.substr(6, out.size() - 7);
  Replaced(path, "-- autogen: upgrade\n",
           "-- autogen: upgrade\nCREATE TABLE n (a int);\nDROP TABLE n;\nDROP TABLE t;\n");
  Outcome outcome = RunMain({"lint"});
  CHECK(outcome.code == 1);
  CHECK(Contains(outcome.out,
                 absl::StrCat(path, ":10: data-loss: drops t\n", "  10 | DROP TABLE t\n")));
  CHECK(Contains(outcome.out, "1 finding in 1 script\n"));
  CHECK(RunMain({"lint", "--allow", "data-loss"}).code == 0);
  CHECK(RunMain({"lint", "-r", "aaa1:aaa1"}).code == 0);
  CHECK(Contains(RunMain({"lint", "-r", ":", "--format", "json"}).out, "\"revision\": \"bbb2\""));
  for (const char* field :
       {"\"hazard\": \"data-loss\"", "\"what\": \"drops t\"", "\"rule\": \"data-loss\"",
        "\"severity\": \"warning\"", "\"line\": 10"}) {
    CHECK(Contains(RunMain({"lint", "--format", "json"}).out, field));
  }
  // What only a database could tell is shown in both formats, and of nothing else.
  CHECK(!Contains(outcome.out, "unsure"));
  Replaced(path, "DROP TABLE t;\n", "DROP TABLE t;\nALTER TABLE u ALTER a TYPE bigint;\n");
  CHECK(Contains(RunMain({"lint"}).out,
                 "changes the type of u.a (unsure: it depends on what is in "
                 "the database)\n"));
  CHECK(Contains(RunMain({"lint", "--format", "json"}).out, "\"unsure\": \"true\""));
  // Neither by a word that gives it away, nor where the statement does.
  Replaced(path, "DROP TABLE t;\n",
           "DROP TABLE t;\nDO $$ BEGIN PERFORM pgp_sym_encrypt('x', 'sesame'); END $$;\n");
  const std::string secret = RunMain({"lint"}).out;
  CHECK(Contains(secret, "4 findings"));
  CHECK(!Contains(secret, "sesame"));
  CHECK(Contains(Fail({"lint", "--allow", "dataloss"}), "did you mean \"data-loss\"?"));
}

TEST_CASE("check --heads fails where the scripts have two heads, and shows how to join them") {
  ScratchFolder folder;
  Run({"init"});
  CHECK(Run({"check", "--heads"}) == "no scripts\n");
  Run({"revision", "-m", "one", "--rev-id", "aaa1"});
  Run({"revision", "-m", "two", "--rev-id", "bbb2"});
  CHECK(Run({"check", "--heads"}) == "one head: bbb2\n");
  Run({"revision", "-m", "three", "--rev-id", "ccc3", "--head", "aaa1", "--splice"});
  Outcome outcome = RunMain({"check", "--heads", "--url", "host=/nowhere"});
  CHECK(outcome.code == 1);
  CHECK(outcome.out ==
        "Multiple head revisions are present: bbb2, ccc3. Join them with: autogen merge -m "
        "\"merge\" bbb2 ccc3\n");
  Run({"merge", "-m", "merge", "bbb2", "ccc3"});
  CHECK(RunMain({"check", "--heads"}).code == 0);
}

}  // namespace
}  // namespace autogen::cli
