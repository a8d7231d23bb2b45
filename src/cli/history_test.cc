// history and adopt, as a user runs them; where the database's rows matter, on a server.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "src/revision/script.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string Run(std::vector<std::string> arguments) {
  Outcome outcome = RunMain(arguments);
  CAPTURE(arguments.front());
  CAPTURE(outcome.err);
  REQUIRE(outcome.code == 0);
  return outcome.out;
}

void WriteThree() {
  Run({"init"});
  Run({"revision", "-m", "first", "--rev-id", "aaa1"});
  Run({"revision", "-m", "second \"quoted\" <b>", "--rev-id", "bbb2"});
  Run({"revision", "-m", "third", "--rev-id", "ccc3"});
}

TEST_CASE("history lists what a range names, newest first, and draws it") {
  ScratchFolder folder;
  WriteThree();
  CHECK(Run({"history"}) ==
        "bbb2 -> ccc3 (head), third\n"
        "aaa1 -> bbb2, second \"quoted\" <b>\n"
        "<base> -> aaa1, first\n");
  CHECK(Run({"history", "-r", "bbb2:"}) ==
        "bbb2 -> ccc3 (head), third\naaa1 -> bbb2, second \"quoted\" <b>\n");
  CHECK(Run({"history", "-r", ":aaa1"}) == "<base> -> aaa1, first\n");
  CHECK(Run({"history", "-r", "-1:"}) == Run({"history", "--rev-range", "bbb2:head"}));
  CHECK(RunMain({"history", "-r", "ccc3:aaa1"}).code == 2);
  CHECK(RunMain({"history", "-r", "aaa1"}).code == 2);
  CHECK(Contains(Run({"history", "--format", "json"}), "\"revision\": \"ccc3\""));
  CHECK(Run({"history", "-r", "bbb2:", "--format", "mermaid"}) ==
        "flowchart BT\n"
        "  r2[\"ccc3<br>third\"]\n"
        "  r1[\"bbb2<br>second &quot;quoted&quot; &lt;b&gt;\"]\n"
        "  r1 --> r2\n"
        "  classDef current fill:#cfc,stroke:#080\n");
  CHECK(Contains(Run({"history", "--format", "dot"}),
                 "  \"bbb2\" [label=\"bbb2\\nsecond \\\"quoted\\\" <b>\"];\n"));
  CHECK(Contains(Run({"history", "--verbose"}), "revises:    aaa1\nrevised by: ccc3\n"));
}

TEST_CASE(
    "history marks the database's revisions, and one without a script is an error with a remedy") {
  ScratchFolder folder;
  WriteThree();
  testing::TestDatabase database;
  CHECK(Run({"history", "-i", "--url", database.Url()}) == Run({"history"}));
  database.Run(
      "CREATE TABLE autogen_version (version_num varchar(32) PRIMARY KEY);"
      "INSERT INTO autogen_version VALUES ('bbb2')");
  CHECK(Contains(Run({"history", "-i", "--url", database.Url()}), "-> bbb2 (current), second"));
  CHECK(Contains(Run({"history", "-r", ":current", "--url", database.Url()}), "<base> -> aaa1"));
  CHECK(!Contains(Run({"history", "-r", "current:", "--url", database.Url()}), "<base>"));
  database.Run("UPDATE autogen_version SET version_num = 'bbb9'");
  Outcome outcome = RunMain({"history", "-i", "--url", database.Url()});
  CHECK(outcome.code == 2);
  CHECK(Contains(outcome.err, "Can't locate revision identified by 'bbb9'"));
  CHECK(Contains(outcome.err, "autogen stamp --purge"));
}

TEST_CASE("adopting Alembic's folder keeps ids and graph; SQL comes from its offline output") {
  ScratchFolder folder;
  std::filesystem::create_directories("alembic/versions");
  std::ofstream("alembic/env.py") << "from alembic import context\n";
  std::ofstream("alembic/versions/x_first.py")
      << "\"\"\"first\n\nRevision ID: aaa1\nCreate Date: 2025-01-20 10:30:00.123456\n\n\"\"\"\n"
         "revision = 'aaa1'\ndown_revision = None\nbranch_labels = ('core',)\ndepends_on = None\n";
  std::ofstream("alembic/versions/y_second.py")
      << "\"\"\"second\"\"\"\nrevision: str = 'bbb2'\ndown_revision: str = 'aaa1'\n";
  std::ofstream("up.sql") << "BEGIN;\n-- Running upgrade  -> aaa1\nCREATE TABLE t (n int);\n"
                             "INSERT INTO alembic_version (version_num) VALUES ('aaa1');\n"
                             "-- Running upgrade aaa1 -> bbb2\n\nCOMMIT;\n";
  std::ofstream("down.sql") << "-- Running downgrade aaa1 -> \nDROP TABLE t;\n";

  std::string out = Run({"adopt", "alembic", "alembic"});
  CHECK(Contains(out, "adopted 2 scripts"));
  CHECK(Contains(out, "2 scripts without SQL"));
  CHECK(Contains(*ReadFile("autogen.txtpb"), "version_table: \"alembic_version\""));
  CHECK(Run({"history"}) == "aaa1 -> bbb2 (core) (head), second\n<base> -> aaa1 (core), first\n");
  std::string first = "versions/20250120_1030_aaa1_first.sql";
  revision::Script script = *revision::ReadScript(first);
  CHECK(script.upgrade.after.size() == 1);  // SELECT false: refuses to run
  CHECK(script.irreversible);

  CHECK(Contains(Run({"adopt", "alembic", "alembic", "--sql", "up.sql"}), "left 2 that were here"));
  Run({"adopt", "alembic", "alembic", "--sql", "up.sql", "--downgrade-sql", "down.sql",
       "--replace"});
  script = *revision::ReadScript(first);
  REQUIRE(script.upgrade.steps.size() == 1);
  CHECK(script.upgrade.steps[0].statement.text == "CREATE TABLE t (n int)");
  CHECK(script.downgrade.steps[0].statement.text == "DROP TABLE t");
  CHECK(script.header.created == "2025-01-20 10:30:00 UTC");
  CHECK(RunMain({"sum", "--check"}).code == 0);
  CHECK(Contains(RunMain({"adopt", "flyway", "x"}).err,
                 "is \"alembic\" or \"cluster\", not \"flyway\""));
  CHECK(Contains(RunMain({"adopt", "alembic", "none"}).err, "none"));
}

}  // namespace
}  // namespace autogen::cli
