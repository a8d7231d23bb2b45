// Renames that nobody declared, as a user meets them: on a terminal and without one.
#include <doctest/doctest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/cli/command.h"
#include "src/cli/run_main.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

// The program on a terminal of its own, where `input` is typed; what it shows.
std::string RunOnTerminal(std::vector<std::string> arguments, const std::string& input) {
  int terminal = -1;
  pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    arguments.insert(arguments.begin(), "autogen");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    _exit(Main(static_cast<int>(argv.size()), argv.data()));
  }
  REQUIRE(write(terminal, input.data(), input.size()) == static_cast<ssize_t>(input.size()));
  std::string shown;
  char buffer[4096];
  for (ssize_t n; (n = read(terminal, buffer, sizeof buffer)) > 0;) {
    shown.append(buffer, static_cast<size_t>(n));
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  CAPTURE(shown);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  return shown;
}

std::string Script() {
  auto files = ListFiles("versions", ".sql", true);
  REQUIRE(files.ok());
  REQUIRE(files->size() == 1);
  return *ReadFile(files->front());
}

constexpr char kModel[] = R"m(# people who do things
table {
  name: "workers"  # was: people
  column { name: "id" type: "integer" primary_key: true }
  column { name: "full_name" type: "text" not_null: true }  # the whole
  column { name: "state" type: "mood" }
}
enum { name: "mood" label: "blue" label: "happy" }
)m";

constexpr char kDatabase[] = R"s(
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE people (id integer CONSTRAINT workers_pkey PRIMARY KEY, name text NOT NULL, state mood);
)s";

struct Place {
  Place() {
    database.Run(kDatabase);
    setenv("DATABASE_URL", database.Url().c_str(), 1);
    setenv("AUTOGEN_CACHE_DIR", "cache", 1);
    REQUIRE(RunMain({"init"}).code == 0);
    REQUIRE(WriteFile("models/schema.txtpb", kModel, Overwrite::kReplace).ok());
  }
  ~Place() { unsetenv("DATABASE_URL"); }
  ScratchFolder folder;
  testing::TestDatabase database;
};

TEST_CASE("on a terminal autogen asks, and writes the rename into the model") {
  Place place;
  // The table and the label first; then, in the renamed table, the column.
  std::string shown = RunOnTerminal({"-m", "rename"}, "y\ny\ny\n");
  CAPTURE(shown);
  CHECK(
      absl::StrContains(shown, "table public.people to public.workers (2 columns of 3 the same)"));
  CHECK(absl::StrContains(shown, "label 'sad' of enum public.mood to 'blue'"));
  CHECK(absl::StrContains(shown, "column public.workers.name to full_name"));
  CHECK(*ReadFile("models/schema.txtpb") == R"m(# people who do things
table {
  name: "workers"  # was: people
  renamed_from: "people"
  column { name: "id" type: "integer" primary_key: true }
  column { name: "full_name" type: "text" not_null: true renamed_from: "name" }  # the whole
  column { name: "state" type: "mood" }
}
enum { name: "mood" label: "blue" label: "happy" renamed_label { from: "sad" to: "blue" } }
)m");
  std::string script = Script();
  CAPTURE(script);
  CHECK(absl::StrContains(script, "ALTER TABLE public.people RENAME TO workers"));
  CHECK(absl::StrContains(script, "RENAME COLUMN name TO full_name"));
  CHECK(absl::StrContains(script, "RENAME VALUE 'sad' TO 'blue'"));
  CHECK_FALSE(absl::StrContains(script, "DROP"));
}

TEST_CASE("an answer that is not yes drops and adds, and is not asked again") {
  Place place;
  std::string shown = RunOnTerminal({"-m", "rename"}, "n\n\n");
  CAPTURE(shown);
  CHECK(*ReadFile("models/schema.txtpb") == kModel);
  CHECK(absl::StrContains(Script(), "DROP TABLE public.people"));
}

TEST_CASE(
    "without a terminal the likely rename is a warning, and with --strict nothing is written") {
  Place place;
  Outcome strict = RunMain({"-m", "rename", "--strict"});
  CHECK(strict.code == 2);
  CHECK(absl::StrContains(strict.err, "likely rename: table public.people to public.workers"));
  CHECK(ListFiles("versions", ".sql", true)->empty());
  Outcome outcome = RunMain({"-m", "rename"});
  CAPTURE(outcome.err);
  CHECK(outcome.code == 0);
  CHECK(absl::StrContains(outcome.err, "likely rename: table public.people to public.workers"));
  std::string script = Script();
  CAPTURE(script);
  CHECK(absl::StrContains(script, "-- likely rename: table public.people to public.workers"));
  CHECK(absl::StrContains(script, "-- likely rename: label 'sad' of enum public.mood to 'blue'"));
  CHECK(*ReadFile("models/schema.txtpb") == kModel);
}

}  // namespace
}  // namespace autogen::cli
