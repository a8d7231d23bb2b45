// Names, messages, files and a server's words that try to be more than text.
#include <doctest/doctest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/base/printable.h"
#include "src/cli/command.h"
#include "src/cli/run_main.h"
#include "src/revision/script.h"
#include "src/sql/quote.h"
#include "src/sql/statement.h"
#include "tests/support/schemas.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

using absl::StrCat;
using absl::StrContains;

// As a protobuf text model writes a string.
std::string Quoted(const std::string& text) {
  return StrCat(
      "\"",
      absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\r", "\\r"}, {"\n", "\\n"}}),
      "\"");
}

void Write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string OnlyScript() {
  auto files = ListFiles("versions", ".sql", true);
  REQUIRE(files.ok());
  REQUIRE(files->size() == 1);
  return files->front();
}

// A database with two rows in `users`, a model and an empty folder of scripts.
struct Project {
  explicit Project(const std::string& sql, const std::string& model) {
    database.Run(
        StrCat("CREATE TABLE users (id integer); INSERT INTO users VALUES (1), (2);", sql));
    Write("model.txtpb", model);
    std::filesystem::create_directory("versions");
  }
  Outcome Run(std::vector<std::string> arguments) {
    for (const char* more : {"--url", "", "--model", "model.txtpb", "--versions", "versions"}) {
      arguments.emplace_back(*more == '\0' ? database.Url() : more);
    }
    return RunMain(std::move(arguments));
  }
  std::string Users() { return testing::QueryText(database.Url(), "SELECT count(*) FROM users"); }
  ScratchFolder folder;
  testing::TestDatabase database;
};

constexpr char kUsers[] = R"(table { name: "users" column { name: "id" type: "integer" } })";

// Each deletes the rows, or makes the file `touched`, once it is more than a comment.
std::vector<std::string> HostileNames() {
  std::vector<std::string> names;
  for (const char* end :
       {"\r", "\n", "\r\n", "\v", "\f", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    names.push_back(StrCat("old", end, "DELETE FROM users; --"));
    names.push_back(StrCat("old", end, "\\! touch touched #"));
  }
  names.emplace_back("autogen: no-transaction\rDELETE FROM users; --");
  names.emplace_back("a*/ DELETE FROM users; /*");
  return names;
}

TEST_CASE("a name cannot end the comment it stands in, in a script or in what diff prints") {
  for (const std::string& name : HostileNames()) {
    CAPTURE(name);
    // What is dropped is in the database, what is added in the model.
    Project drop(StrCat("CREATE TABLE ", sql::Ident(name), " (id integer)"), kUsers);
    Project add(
        "",
        StrCat("table { name: \"users\" column { name: \"id\" type: \"integer\" } check { name: ",
               Quoted(name), " expression: \"id > 0\" } }"));
    for (Project* project : {&drop, &add}) {
      std::filesystem::current_path(project == &drop ? drop.folder.path() : add.folder.path());
      Outcome made = project->Run({"-m", "change", "--no-input"});
      REQUIRE_MESSAGE(made.code == 0, made.err);
      CHECK(made.out.find('\r') == std::string::npos);
      auto script = revision::ReadScript(OnlyScript());
      REQUIRE_MESSAGE(script.ok(), script.status().ToString());
      // A CHECK is validated in a step of its own.
      CHECK(script->upgrade.steps.size() == (project == &add ? 2 : 1));
      CHECK(script->downgrade.steps.size() == 1);
      CHECK(!script->upgrade.no_transaction);
      CHECK(project->Run({"preflight"}).code == 0);
      Outcome offline = RunMain({"upgrade", "--sql", "--versions", "versions"});
      REQUIRE_MESSAGE(offline.code == 0, offline.err);

      Outcome diff = RunMain({"diff", "--url", project->database.Url(), "--from",
                              project->database.Url(), "--to", "model.txtpb"});
      REQUIRE_MESSAGE(diff.code == 0, diff.err);
      CHECK(sql::SplitStatements(diff.out)->size() == 1);
      Write("up.sql", diff.out);
      absl::Status loaded = testing::LoadFile(project->database, "up.sql");
      CHECK_MESSAGE(loaded.ok(), loaded.ToString());
      CHECK(project->Users() == "2");
      CHECK(!std::filesystem::exists("touched"));
      Write("offline.sql", offline.out);
      CHECK(sql::SplitStatements(offline.out).ok());
    }
  }
}

TEST_CASE("the script of a hostile name is applied, and its downgrade too") {
  const std::string name = "old\rDELETE FROM users; --\nautogen: irreversible \"x\"";
  Project project(StrCat("CREATE TABLE ", sql::Ident(name), " (id integer, CONSTRAINT ",
                         sql::Ident(StrCat("c", name)), " CHECK (id > 0))"),
                  StrCat(kUsers, "\ntable { name: ", Quoted(name),
                         " column { name: \"id\" type: \"integer\" not_null: true } }"));
  Outcome made = project.Run({"-m", "change", "--no-input"});
  REQUIRE_MESSAGE(made.code == 0, made.err);
  // A data check names it exactly: run on the database, it finds the row.
  testing::RunSql(project.database.Url(),
                  StrCat("INSERT INTO ", sql::Ident(name), " VALUES (NULL)"))
      .IgnoreError();
  Outcome asked = project.Run({"preflight"});
  CHECK_MESSAGE(asked.code == 1, StrCat(asked.out, asked.err));
  CHECK(StrContains(asked.out, "FAILS"));
  CHECK(asked.out.find('\r') == std::string::npos);
  testing::RunSql(project.database.Url(), StrCat("DELETE FROM ", sql::Ident(name))).IgnoreError();
  Outcome up = project.Run({"upgrade", "--no-preflight"});
  CHECK_MESSAGE(up.code == 0, up.err);
  Outcome down = project.Run({"downgrade", "base", "--no-preflight"});
  CHECK_MESSAGE(down.code == 0, down.err);
  CHECK(project.Users() == "2");
}

TEST_CASE("a hint of a rename is one comment") {
  Project project("CREATE TABLE \"a\rDELETE FROM users; --\" (x integer, y text, z date);",
                  StrCat(kUsers, R"( table { name: "b\n-- autogen: irreversible \"x\""
        column { name: "x" type: "integer" } column { name: "y" type: "text" }
        column { name: "z" type: "date" } })"));
  Outcome made = project.Run({"-m", "rename", "--no-input"});
  REQUIRE_MESSAGE(made.code == 0, made.err);
  CHECK(StrContains(made.err,
                    "likely rename: table public.a\\rDELETE FROM users; -- to public.b\\n"));
  auto script = revision::ReadScript(OnlyScript());
  REQUIRE_MESSAGE(script.ok(), script.status().ToString());
  CHECK(script->upgrade.steps.size() == 2);
  CHECK(!script->irreversible);
  CHECK(StrContains(*ReadFile(OnlyScript()), "-- likely rename: table public.a\\rDELETE"));
}

TEST_CASE("messages, labels, ids and paths stay text in scripts and in printed SQL") {
  Project project("", kUsers);
  const std::string message = "one\rDROP TABLE users; --\ntwo\xE2\x80\xA8\n\\! touch touched";
  REQUIRE(project.Run({"revision", "-m", message}).code == 0);
  const std::string path = OnlyScript();
  CHECK(absl::StartsWith(*ReadFile(path),
                         "-- one\\rDROP TABLE users; --\n-- two\\u2028\n"
                         "-- \\! touch touched\n--\n-- revision: "));
  CHECK(revision::ReadScript(path)->upgrade.steps.empty());
  for (const char* label : {"a\rb", "a\xE2\x80\xA8", "a\x1b[2J"}) {
    CHECK(project.Run({"revision", "-m", "x", "--branch-label", label}).code == 2);
    CHECK(project.Run({"revision", "-m", "x", "--rev-id", label}).code == 2);
  }
  for (const char* lines : {"x\nrevises: base", "x\nproof: mine", "x\nmessage: y"}) {
    Outcome refused = project.Run({"revision", "-m", lines});
    CHECK(refused.code == 2);
    CHECK(StrContains(refused.err, "script's header"));
  }

  // A file that someone else named, with a title that someone else wrote.
  std::filesystem::rename(path, "versions/b\r\\! touch touched #.sql");
  const std::string text = *ReadFile("versions/b\r\\! touch touched #.sql");
  Write("versions/b\r\\! touch touched #.sql",
        absl::StrReplaceAll(text, {{"-- one", "-- \x1b[2Jone"}}));
  Outcome sql = project.Run({"upgrade", "--sql"});
  REQUIRE_MESSAGE(sql.code == 0, sql.err);
  CHECK(sql.out.find_first_of("\r\x1b") == std::string::npos);
  CHECK(StrContains(sql.out, "\\u001b[2Jone"));
  CHECK(StrContains(sql.out, "(versions/b\\r\\! touch touched #.sql)\n"));
  Write("up.sql", sql.out);
  CHECK(testing::LoadFile(project.database, "up.sql").ok());
  CHECK(!std::filesystem::exists("touched"));
  for (const char* command : {"history", "heads", "show", "current"}) {
    Outcome shown = project.Run({command, "--verbose"});
    if (shown.code != 0) shown = project.Run({command});
    CHECK_MESSAGE(shown.code == 0, shown.err);
    CHECK(shown.out.find_first_of("\r\x1b") == std::string::npos);
  }
}

TEST_CASE("a template may add comments, and nothing that runs") {
  Project project("", StrCat(kUsers, R"( table { name: "t" })"));
  const char* frame =
      "-- {{message}}\n-- revision: {{revision}}\n-- revises: {{revises}}\n-- autogen: upgrade\n"
      "%s{{upgrade}}\n-- autogen: downgrade\n{{downgrade}}\n";
  Write("autogen.txtpb", StrCat("template: \"own.mustache\" url: ", Quoted(project.database.Url()),
                                " model: \"model.txtpb\""));
  for (const char* more :
       {"GRANT ALL ON users TO PUBLIC;\n", "-- autogen: no-transaction\n", "\\! touch touched\n"}) {
    Write("own.mustache", absl::StrReplaceAll(frame, {{"%s", more}}));
    for (std::vector<std::string> command :
         {std::vector<std::string>{"-m", "x", "--no-input"}, {"revision", "-m", "x"}}) {
      Outcome refused = RunMain(command);
      CHECK(refused.code == 2);
      CHECK_MESSAGE(StrContains(refused.err, "own.mustache"), refused.err);
      CHECK(ListFiles("versions", ".sql", true)->empty());
    }
  }
  Write("own.mustache", absl::StrReplaceAll(frame, {{"%s", "-- reviewed by two\n"}}));
  Outcome made = RunMain({"-m", "x", "--no-input"});
  CHECK_MESSAGE(made.code == 0, made.err);
}

TEST_CASE("a server's words cannot pass for a command of the terminal or of a CI system") {
  Project project("", kUsers);
  REQUIRE(project.Run({"revision", "-m", "x"}).code == 0);
  const std::string path = OnlyScript();
  Write(
      path,
      absl::StrReplaceAll(
          *ReadFile(path),
          {{"-- autogen: upgrade\n",
            "-- autogen: upgrade\nDO $$ BEGIN RAISE EXCEPTION E'x\\n::error::y\\n ##vso[z]\\x1b[2J"
            "\\u2028'; END $$;\n"}}));
  Outcome failed = project.Run({"upgrade"});
  CHECK(failed.code == 2);
  CHECK(StrContains(failed.err, "\n\\u003a:error::y\n \\u0023#vso[z]\\u001b[2J\\u2028"));
  Outcome json = project.Run({"upgrade", "--log-format", "json"});
  CHECK(json.out.find("##vso") == std::string::npos);
}

TEST_CASE("a database's settings and psql's variables do not change what diff printed") {
  Project project("", StrCat(kUsers, R"( table { name: "t"
      column { name: "PORT" type: "integer" } column { name: "a" type: "integer[]" }
      column { name: "b" type: "text" default: "'\\'" }
      column { name: "c" type: "text" default: "' \\! touch touched #'" }
      check { name: "k" expression: "(a[1:\"PORT\"])[1] > 0" } })"));
  project.database.Run(
      StrCat("ALTER DATABASE ", project.database.name(), " SET standard_conforming_strings = off"));
  Outcome diff = RunMain({"diff", "--url", project.database.Url(), "--from", project.database.Url(),
                          "--to", "model.txtpb"});
  REQUIRE_MESSAGE(diff.code == 0, diff.err);
  CHECK(absl::StartsWith(diff.out, "SET standard_conforming_strings = on;\n"));
  Write("up.sql", diff.out);
  absl::Status loaded = testing::LoadFile(project.database, "up.sql");
  CHECK_MESSAGE(loaded.ok(), loaded.ToString());
  CHECK(!std::filesystem::exists("touched"));
  Outcome again = project.Run({"check"});
  CHECK_MESSAGE(again.code == 0, StrCat(again.out, again.err));
}

// The program on a terminal of its own; what it shows.
std::string RunOnTerminal(std::vector<std::string> arguments) {
  int terminal = -1;
  pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    arguments.insert(arguments.begin(), "autogen");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    _exit(Main(static_cast<int>(argv.size()), argv.data()));
  }
  std::string shown;
  char buffer[4096];
  for (ssize_t n; (n = read(terminal, buffer, sizeof buffer)) > 0;) {
    shown.append(buffer, static_cast<size_t>(n));
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  return absl::StrReplaceAll(shown, {{"\r\n", "\n"}});  // the terminal's own line ends
}

TEST_CASE("SQL is exact for a program, and can be read on a terminal") {
  Project project("CREATE TABLE \"x\r\x1b[2J\" (id integer)", kUsers);
  std::vector<std::string> diff = {
      "diff", "--url",      project.database.Url(), "--from", project.database.Url(),
      "--to", "model.txtpb"};
  CHECK(StrContains(RunMain(diff).out, "DROP TABLE public.\"x\r\x1b[2J\";\n"));
  const std::string shown = RunOnTerminal(diff);
  CHECK_MESSAGE(StrContains(shown, "DROP TABLE public.\"x\\r\\u001b[2J\";\n"), shown);
  CHECK(shown.find_first_of("\r\x1b") == std::string::npos);
  // The line of a statement that runs is rewritten in its place; its text is not.
  REQUIRE(project.Run({"-m", "x", "--no-input"}).code == 0);
  const std::string ran = RunOnTerminal(
      {"upgrade", "--url", project.database.Url(), "--versions", "versions", "--no-preflight"});
  CHECK_MESSAGE(StrContains(ran, "upgrade "), ran);
  CHECK(!StrContains(ran, "\x1b[2J"));
}

}  // namespace
}  // namespace autogen::cli
