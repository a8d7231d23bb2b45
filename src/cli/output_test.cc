// --format and --output of the commands that find something, on a project without a server.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/cli/run_main.h"
#include "src/report/test_github.h"
#include "src/report/test_xml.h"

namespace autogen::cli {
namespace {

using absl::StrContains;
using nlohmann::json;
namespace fs = std::filesystem;

std::string Content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A repository with a project in a folder of it, which is the working folder.
struct Shop {
  Shop() {
    fs::create_directory(".git");
    fs::create_directory("db");
    fs::current_path("db");
    REQUIRE(RunMain({"init", "--url", "sqlite:///app.db"}).code == 0);
    Script("aaa1", "base", "CREATE TABLE t (id integer PRIMARY KEY, a text);", "DROP TABLE t;");
    Script("aaa2", "aaa1", "ALTER TABLE t DROP COLUMN a;", "ALTER TABLE t ADD COLUMN a text;");
  }
  static void Script(const std::string& id, const std::string& revises, const std::string& up,
                     const std::string& down) {
    std::ofstream(absl::StrCat("versions/", id, ".sql"))
        << "-- one\n--\n-- revision:   " << id << "\n-- revises:    " << revises
        << "\n\n-- autogen: upgrade\n\n"
        << up << "\n\n-- autogen: downgrade\n\n"
        << down << "\n";
  }
  ScratchFolder folder;
};

TEST_CASE(
    "several forms at once: text on standard output, others in files, paths of the repository") {
  Shop shop;
  const Outcome plain = RunMain({"lint"});
  const Outcome outcome =
      RunMain({"lint", "--output", "sarif=x.sarif", "--output", "markdown=x.md", "--output",
               "junit=x.xml", "--output", "gitlab=x.json", "--output", "text=x.txt"});
  CHECK(outcome.code == 1);
  CHECK(outcome.out == plain.out);
  CHECK(Content("x.txt") == plain.out);
  CHECK(StrContains(plain.out, "versions/aaa2.sql:8: data-loss: "));
  const json sarif = json::parse(Content("x.sarif"), nullptr, false);
  CHECK(sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
             ["uri"] == "db/versions/aaa2.sql");
  CHECK(sarif["runs"][0]["tool"]["driver"]["semanticVersion"].is_string());
  CHECK(StrContains(Content("x.md"), "`db/versions/aaa2.sql:8`"));
  CHECK(StrContains(Content("x.xml"), "file=\"db/versions/aaa2.sql\""));
  CHECK(json::parse(Content("x.json"), nullptr, false)[0]["location"]["path"] ==
        "db/versions/aaa2.sql");
}

TEST_CASE("what a program reads from standard output is all that goes there") {
  Shop shop;
  for (const char* command : {"lint", "verify"}) {
    for (const char* format : {"json", "sarif", "gitlab"}) {
      CAPTURE(std::string(command));
      CAPTURE(std::string(format));
      const Outcome flag = RunMain({command, "--format", format});
      CHECK(!json::parse(flag.out, nullptr, false).is_discarded());
      const Outcome dash = RunMain({command, "--output", absl::StrCat(format, "=-")});
      CHECK(dash.out == flag.out);
    }
  }
  // The runner looks for them at the start of lines, which people's output may not have.
  CHECK(absl::StartsWith(RunMain({"lint", "--format", "github"}).out,
                         "::warning file=db/versions/aaa2.sql,line=8,title=autogen/"));
  CHECK(absl::StartsWith(RunMain({"verify", "--format", "junit"}).out, "<?xml "));
}

std::string OutsideFences(const std::string& page) {
  std::string outside, fence;
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    const std::string ticks(line.substr(0, line.find_first_not_of('`')));
    if (fence.empty() && ticks.size() >= 3) {
      fence = ticks;
    } else if (!fence.empty()) {
      if (line == fence) fence.clear();
    } else {
      absl::StrAppend(&outside, line, "\n");
    }
  }
  CHECK(fence == "");
  return outside;
}

// As a pull request of somebody unknown may have them.
TEST_CASE("what a script's name, message and SQL hold has no effect in any form") {
  Shop shop;
  const std::string path = "versions/%0A::error,`|<i>@octocat\n::warning::x.sql";
  std::ofstream(path) << "-- <img src=x> @octocat %0A ::error::m\n--\n-- revision:   aaa3\n"
                         "-- revises:    aaa2\n\n-- autogen: upgrade\n\n"
                         "DROP TABLE \"<b>`|::error::%0A@octocat\";\n\n-- autogen: downgrade\n\n"
                         "SELECT 1;\n";
  for (const char* command : {"lint", "review"}) {
    CAPTURE(std::string(command));
    std::vector<std::string> arguments = {command};
    for (const char* format :
         {"github=-", "markdown=x.md", "junit=x.xml", "sarif=x.sarif", "gitlab=x.gitlab"}) {
      arguments.insert(arguments.end(), {"--output", format});
    }
    const Outcome outcome = RunMain(arguments);
    CHECK(outcome.code == 1);
    size_t annotations = 0;
    for (const std::string& line : report::RunnerLines(outcome.out)) {
      CAPTURE(line);
      const std::optional<report::RunnerCommand> read = report::ParseRunnerCommand(line);
      REQUIRE(read.has_value());
      CHECK(read->properties.at("file") ==
            "db/versions/%0A::error,`|<i>@octocat\n::warning::x.sql");
      ++annotations;
    }
    CHECK(annotations > 0);
    const std::string page = OutsideFences(Content("x.md"));
    CHECK(!StrContains(page, "<i>"));
    CHECK(!StrContains(page, "<img"));
    CHECK(report::ParseXml(Content("x.xml")).has_value());
    for (const char* file : {"x.sarif", "x.gitlab"}) {
      CHECK(!json::parse(Content(file), nullptr, false).is_discarded());
    }
  }
}

TEST_CASE("an --output that cannot be is refused before anything runs") {
  Shop shop;
  const struct {
    std::vector<std::string> arguments;
    const char* words;
  } rows[] = {
      {{"lint", "--output", "sarif"}, "--output needs FORMAT=FILE"},
      {{"lint", "--output", "sarif="}, "--output needs FORMAT=FILE"},
      {{"lint", "--output", "xml=x"}, "text, json, github, sarif, gitlab, junit, markdown"},
      {{"lint", "--output", "json=a", "--output", "sarif=./a"}, "twice"},
      {{"lint", "--format", "json", "--output", "sarif=-"}, "room for one format"},
      {{"lint", "--output", "json=/dev/stdout", "--output", "sarif=-"}, "room for one format"},
      {{"upgrade", "--sql", "--output", "junit=a"}, "--sql runs nothing"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.words));
    const Outcome outcome = RunMain(row.arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out == "");
    CHECK(StrContains(outcome.err, row.words));
    CHECK(!fs::exists("a"));
  }
}

TEST_CASE("a file is written whole or not at all") {
  Shop shop;
  std::ofstream("old.sarif") << "old";
  const Outcome outcome =
      RunMain({"lint", "--output", "sarif=nowhere/x.sarif", "--output", "gitlab=old.sarif"});
  CHECK(outcome.code == 2);
  CHECK(StrContains(outcome.err, "--output sarif: writing nowhere/x.sarif"));
  CHECK(Content("old.sarif") == "old");
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(".")) {
    files += StrContains(entry.path().string(), "old.sarif") ? 1 : 0;
  }
  CHECK(files == 1);
}

TEST_CASE("an error is in the reports, as what could not be looked at") {
  Shop shop;
  std::ofstream("models/broken.txtpb") << "table {\n  nam: \"t\"\n}\n";
  const Outcome outcome = RunMain(
      {"check", "--output", "sarif=x.sarif", "--output", "junit=x.xml", "--output", "json=x.json"});
  CHECK(outcome.code == 2);
  CHECK(outcome.out == "");
  const json run = json::parse(Content("x.sarif"), nullptr, false)["runs"][0];
  CHECK(run["invocations"][0]["executionSuccessful"] == false);
  CHECK(run["results"][0]["ruleId"] == "unknown-field");
  CHECK(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 2);
  CHECK(StrContains(Content("x.xml"), "errors=\"1\""));
  // Of its own form it has none.
  CHECK(!fs::exists("x.json"));
}

TEST_CASE("upgrade reports its targets, and its log keeps out of the way") {
  Shop shop;
  const Outcome outcome = RunMain({"upgrade", "--output", "junit=-"});
  CHECK(outcome.code == 0);
  CHECK(absl::StartsWith(outcome.out, "<?xml "));
  CHECK(
      StrContains(outcome.out, "<testcase classname=\"autogen upgrade\" name=\"default\" time=\""));
  CHECK(StrContains(outcome.err, "aaa2"));
  std::ofstream("targets.txtpb") << "target { name: \"one\" url: \"sqlite:///one.db\" }\n"
                                    "target { name: \"two\" url: \"sqlite:///two.db\" }\n";
  Shop::Script("aaa3", "aaa2", "INSERT INTO nowhere VALUES (1);", "SELECT 1;");
  const Outcome many = RunMain({"upgrade", "--targets", "targets.txtpb", "--output",
                                "junit=many.xml", "--output", "json=many.json"});
  CHECK(many.code == 2);
  CHECK(StrContains(Content("many.xml"), "tests=\"2\" failures=\"2\""));
  const json findings = json::parse(Content("many.json"), nullptr, false);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0]["rule"] == "run-failed");
  CHECK(findings[0]["target"] == "one");
  CHECK(StrContains(std::string(findings[0]["message"]), "nowhere"));
}

}  // namespace
}  // namespace autogen::cli
