#include <doctest/doctest.h>

#include "src/base/file.h"
#include "src/base/process.h"
#include "src/cli/command.h"
#include "src/cli/help.h"
#include "src/cli/run_main.h"

namespace autogen::cli {
namespace {

TEST_CASE("usage errors exit with 2, on stderr, and name the nearest word") {
  struct {
    std::vector<std::string> arguments;
    const char* expected;
  } rows[] = {
      {{"completoin", "bash"}, "autogen: no command \"completoin\"; did you mean \"completion\"?"},
      {{"--url", "x", "inti"}, "did you mean \"init\"?"},
      {{"man", "--markdwn"}, "man has no option --markdwn; did you mean \"--markdown\"?"},
      {{"completion"}, "completion needs a SHELL argument"},
      {{"completion", "-1"}, "not for \"-1\""},
      {{"man", "page"}, "man takes no further argument: \"page\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.expected);
    Outcome outcome = RunMain(row.arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out == "");
    CAPTURE(outcome.err);
    CHECK(outcome.err.rfind("autogen: ", 0) == 0);
    CHECK(outcome.err.find(row.expected) != std::string::npos);
  }
}

TEST_CASE("every command has a summary, details and an example that starts with the program") {
  for (const Command& command : Commands()) {
    CAPTURE(command.name);
    CHECK(*command.summary != '\0');
    CHECK(*command.details != '\0');
    CHECK(std::string(command.example).find("autogen") != std::string::npos);
    Outcome outcome = RunMain({command.name, "--help"});
    CHECK(outcome.code == 0);
    CHECK(outcome.out.find(command.example) != std::string::npos);
  }
}

TEST_CASE("docs/commands.md is what the table gives") {
  absl::StatusOr<std::string> page = ReadFile(AUTOGEN_SOURCE_DIR "/docs/commands.md");
  REQUIRE_MESSAGE(page.ok(), page.status().ToString());
  CHECK_MESSAGE(*page == CommandsMarkdown(),
                "rewrite it: autogen man --markdown > docs/commands.md");
}

TEST_CASE("completion scripts know every command and are sound shell") {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CAPTURE(std::string(shell));
    Outcome outcome = RunMain({"completion", shell});
    CHECK(outcome.code == 0);
    for (const Command& command : Commands()) {
      CHECK(outcome.out.find(command.name) != std::string::npos);
    }
  }
  absl::StatusOr<ProcessResult> checked =
      RunProcess({"bash", "-n"}, {.input = RunMain({"completion", "bash"}).out});
  REQUIRE(checked.ok());
  CHECK(checked->exit_code == 0);
}

TEST_CASE("a flag's names come apart") {
  Flag flag = {.name = "-m,--message", .value = "TEXT"};
  CHECK(LongName(flag) == "--message");
  CHECK(ShortName(flag) == "-m");
  CHECK(FlagUsage(flag) == "-m, --message TEXT");
  CHECK(ShortName({.name = "--sql"}) == "");
}

TEST_CASE("a number that is none is an error, a missing one the fallback") {
  Invocation invocation({{"--limit", {"12"}}, {"--bad", {"x"}}});
  CHECK(*invocation.GetInt("--limit", 1) == 12);
  CHECK(*invocation.GetInt("--other", 1) == 1);
  CHECK(!invocation.GetInt("--bad", 1).ok());
}

}  // namespace
}  // namespace autogen::cli
