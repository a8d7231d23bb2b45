#include "src/base/process.h"

#include <unistd.h>

#include "doctest/doctest.h"

namespace autogen {
namespace {

TEST_CASE("a process gives its output, its errors and its exit code") {
  auto r = RunProcess({"sh", "-c", "cat; echo oops >&2; exit 3"}, {.input = "hello"});
  REQUIRE(r.ok());
  CHECK(r->out == "hello");
  CHECK(r->err == "oops\n");
  CHECK(r->exit_code == 3);
}

TEST_CASE("much input and output at once does not block") {
  std::string big(3'000'000, 'x');
  auto r = RunProcess({"cat"}, {.input = big});
  REQUIRE(r.ok());
  CHECK(r->out == big);
}

TEST_CASE("a process that does not read its input does not kill us") {
  auto r = RunProcess({"true"}, {.input = std::string(3'000'000, 'x')});
  REQUIRE(r.ok());
  CHECK(r->exit_code == 0);
}

TEST_CASE("a missing program is NotFound") {
  CHECK(RunProcess({"no-such-program"}).status().code() == absl::StatusCode::kNotFound);
  CHECK(RunProcess({"/no/such/program"}).status().code() == absl::StatusCode::kNotFound);
}

TEST_CASE("the environment is the caller's with changes, the folder the one asked for") {
  setenv("AUTOGEN_PROCESS_A", "1", 1);
  setenv("AUTOGEN_PROCESS_B", "1", 1);
  auto r = RunProcess({"sh", "-c", "echo $AUTOGEN_PROCESS_A-$AUTOGEN_PROCESS_B; pwd"},
                      {.folder = "/", .environment = {"AUTOGEN_PROCESS_A=2", "AUTOGEN_PROCESS_B"}});
  REQUIRE(r.ok());
  CHECK(r->out == "2-\n/\n");
}

TEST_CASE("a cleared environment holds what is given and nothing else") {
  setenv("AUTOGEN_PROCESS_A", "1", 1);
  auto r = RunProcess({"env"}, {.environment = {"B=2", "HOME"}, .clear_environment = true});
  REQUIRE(r.ok());
  CHECK(r->out == "B=2\n");
}

TEST_CASE("as root, a process can run under another account") {
  if (geteuid() != 0) return;
  auto nobody = FindAccount("nobody");
  REQUIRE(nobody.ok());
  auto r = RunProcess({"id", "-un"}, {.account = &*nobody, .folder = "/"});
  REQUIRE(r.ok());
  CHECK(r->out == "nobody\n");
  CHECK(CanEnter("/tmp", &*nobody));
}

}  // namespace
}  // namespace autogen
