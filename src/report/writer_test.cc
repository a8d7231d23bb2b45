// Every format with every character that one of them gives a meaning to.
#include "src/report/writer.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/base/printable.h"
#include "src/report/columns.h"
#include "src/report/markdown_text.h"
#include "src/report/test_github.h"
#include "src/report/test_xml.h"

namespace autogen::report {
namespace {

using nlohmann::json;

// Names as a hostile schema has them.
const std::vector<std::string>& NastyTexts() {
  static const auto* const texts = new std::vector<std::string>{
      "plain",
      "\"double\" 'single' `back` ```fence```",
      "a\nb\r\nc\rd",
      "100% %0A %25 %3A",
      "::error file=x::y",
      "##[error]z ##vso[task.complete]",
      "<script>alert(1)</script> <!-- --> --> <![CDATA[ ]]>",
      "a & b &amp; &#10;",
      "a | b || \\| c",
      "back\\slash, comma; colon: [link](http://x.example) ![img](http://x.example/p.png)",
      "@octocat #1 !2 ~3 %4 www.x.example GH-5 http://x.example a@x.example",
      std::string("nul\0 bel\a esc\x1b[2J del\x7f", 22),
      "c1 \xC2\x9B marks \xE2\x80\xAE right-to-left \xE2\x80\xA8 separator",
      "not UTF-8: \xFF\xFE \xC3 \xED\xA0\x80 end",
      "\xEF\xBF\xBE\xEF\xBF\xBF no characters",
      "gr\xC3\xB6\xC3\x9F"
      "e \xF0\x9F\x90\x98 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7",
      "*bold* _it_ ~~no~~ # head\n- item\n1. one\n> quote\n$x$",
      " leading and trailing ",
      "`",
  };
  return *texts;
}

Report Nasty() {
  Report report{.command = "lint", .version = "0.1.0", .summary = "nasty \x1b<&>\" ]]> `|`"};
  Severity severities[] = {Severity::kNote, Severity::kWarning, Severity::kError};
  for (const std::string& text : NastyTexts()) {
    Finding finding{.path = absl::StrCat("versions/", text, ".sql"),
                    .rule = "index-build",
                    .severity = severities[report.findings.size() % 3],
                    .message = absl::StrCat("builds an index of ", text, " now"),
                    .fix = text};
    const std::string line = absl::StrReplaceAll(absl::StrCat(text, " word"), {{"\n", " "}});
    SetPlace(line, line.size() - 4, line.size(), &finding);
    report.findings.push_back(finding);
    report.cases.push_back({.name = text,
                            .path = finding.path,
                            .outcome = Case::Outcome::kFailed,
                            .rule = finding.rule,
                            .message = finding.message});
  }
  return report;
}

std::string Written(absl::string_view format, const Report& report) {
  std::ostringstream out;
  FindWriter(format)(report, out);
  return out.str();
}

bool IsUtf8(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const Utf8Char c = FirstChar(text.substr(i));
    if (!c.valid) return false;
    i += c.bytes;
  }
  return true;
}

Finding Simple(Severity severity, int i) {
  return {.path = "versions/x.sql",
          .line = i,
          .rule = "index-build",
          .severity = severity,
          .message = absl::StrCat("finding ", i)};
}

TEST_CASE("every format is UTF-8 without control characters, whatever names hold") {
  for (const char* format : {"github", "sarif", "gitlab", "junit", "markdown"}) {
    CAPTURE(std::string(format));
    const std::string text = Written(format, Nasty());
    CHECK(IsUtf8(text));
    CHECK(Visible(text, Lines::kMany) == text);
    const bool has_separator = absl::StrContains(text, "\xE2\x80\xAE");
    CHECK(!has_separator);
  }
}

// For validators that are not here: a SARIF schema, a JUnit reader.
TEST_CASE("the documents are written to $AUTOGEN_REPORTS, where that is set") {
  const char* folder = std::getenv("AUTOGEN_REPORTS");
  for (const char* format : {"github", "sarif", "gitlab", "junit", "markdown"}) {
    const std::string text = Written(format, Nasty());
    CHECK(!text.empty());
    if (folder == nullptr) continue;
    std::ofstream file(absl::StrCat(folder, "/nasty.", format));
    file << text;
    CHECK(file.good());
  }
}

TEST_CASE("GitHub's runner reads each annotation back") {
  const Report report = Nasty();
  std::map<std::string, std::vector<RunnerCommand>> by_command;
  for (const std::string& line : RunnerLines(Written("github", report))) {
    const std::optional<RunnerCommand> command = ParseRunnerCommand(line);
    REQUIRE(command.has_value());
    by_command[command->name].push_back(*command);
  }
  size_t seen = 0;
  for (const Finding& finding : report.findings) {
    CAPTURE(finding.message);
    const char* name = finding.severity == Severity::kError     ? "error"
                       : finding.severity == Severity::kWarning ? "warning"
                                                                : "notice";
    const std::string message = Visible(finding.message, Lines::kMany);
    bool found = false;
    for (const RunnerCommand& command : by_command[name]) {
      if (command.data != message) continue;
      found = true;
      ++seen;
      CHECK(command.properties.at("file") == Visible(finding.path, Lines::kMany));
      CHECK(command.properties.at("line") == "1");
      CHECK(command.properties.at("title") == "autogen/index-build");
      // Where the line may hold a secret, it is not there to count in.
      CHECK((command.properties.count("col") == 1) == !finding.excerpt.empty());
    }
    CHECK(found);
  }
  CHECK(seen == report.findings.size());
}

TEST_CASE("at most ten annotations of a severity, the worst first, then how many are left") {
  Report report{.command = "lint"};
  for (int i = 1; i <= 13; ++i) report.findings.push_back(Simple(Severity::kNote, i));
  for (int i = 1; i <= 11; ++i) report.findings.push_back(Simple(Severity::kWarning, i));
  for (int i = 1; i <= 10; ++i) report.findings.push_back(Simple(Severity::kError, i));
  const std::vector<std::string> lines = RunnerLines(Written("github", report));
  REQUIRE(lines.size() == 31);
  CHECK(lines[0] == "::error file=versions/x.sql,line=1,title=autogen/index-build::finding 1");
  CHECK(absl::StartsWith(lines[10], "::warning "));
  CHECK(absl::StartsWith(lines[20], "::notice "));
  CHECK(lines[30] == "autogen lint: 1 warning, 3 notes more, without an annotation");
  CHECK(!ParseRunnerCommand(lines[30]).has_value());
  CHECK(Written("github", Report{.command = "lint"}) == "");
}

TEST_CASE("columns are UTF-16 units, for GitHub and SARIF") {
  Finding finding = Simple(Severity::kError, 1);
  const std::string line = "\xC3\xB6 \xF0\x9F\x90\x98 word \xFF x";
  SetPlace(line, line.find("word"), line.find("word") + 4, &finding);
  const std::optional<Columns> columns = Utf16Columns(finding);
  REQUIRE(columns.has_value());
  CHECK(columns->begin == 6);
  CHECK(columns->end == 10);
  SetPlace(line, line.find('x'), line.size(), &finding);
  CHECK(Utf16Columns(finding)->begin == 13);
  finding.excerpt = "";
  CHECK(!Utf16Columns(finding).has_value());
}

TEST_CASE("SARIF has what was found, its rules, and stable fingerprints") {
  Report report = Nasty();
  report.rules = {{"index-build", "an index is built while writers wait", "Use **CONCURRENTLY**."},
                  {"unused", "nobody found it", ""}};
  report.findings.push_back({.rule = "drift", .message = "of no file"});
  const json sarif = json::parse(Written("sarif", report), nullptr, false);
  REQUIRE(sarif.is_object());
  CHECK(sarif["version"] == "2.1.0");
  const json& run = sarif["runs"][0];
  const json& rules = run["tool"]["driver"]["rules"];
  REQUIRE(rules.size() == 2);
  CHECK(rules[0]["name"] == "IndexBuild");
  CHECK(rules[0]["shortDescription"]["text"] == "an index is built while writers wait");
  CHECK(rules[0]["help"]["markdown"] == "Use **CONCURRENTLY**.");
  CHECK(rules[1]["shortDescription"]["text"] == "drift");
  CHECK(run["invocations"][0]["executionSuccessful"] == true);
  REQUIRE(run["results"].size() == report.findings.size());
  CHECK(run["results"][0]["level"] == "error");
  std::set<std::string> fingerprints, uris;
  for (const json& result : run["results"]) {
    CHECK(rules[result["ruleIndex"].get<size_t>()]["id"] == result["ruleId"]);
    const json& place = result["locations"][0]["physicalLocation"];
    const std::string uri = place["artifactLocation"]["uri"];
    CAPTURE(uri);
    const size_t odd = uri.find_first_not_of(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/%");
    CHECK(odd == std::string::npos);
    uris.insert(uri);
    CHECK(fingerprints.insert(result["partialFingerprints"]["primaryLocationLineHash"]).second);
  }
  CHECK(uris.count("autogen.txtpb") == 1);
  CHECK(uris.count(
            "versions/%22double%22%20%27single%27%20%60back%60%20%60%60%60fence%60%60%60.sql") ==
        1);
}

TEST_CASE("a fingerprint does not change with the lines above, and counts equal ones") {
  Finding first = Simple(Severity::kWarning, 3);
  first.excerpt = "CREATE INDEX i ON t (a);";
  Finding moved = first;
  moved.line = 40;
  CHECK(Fingerprints({first}) == Fingerprints({moved}));
  const std::vector<std::string> twice = Fingerprints({first, moved});
  CHECK(twice[1] == twice[0] + ":2");
  moved.excerpt = "CREATE INDEX j ON t (a);";
  CHECK(Fingerprints({first}) != Fingerprints({moved}));
}

// docs.gitlab.com, "Code Quality": the fields that a report must have.
TEST_CASE("GitLab's report has its five fields, unique fingerprints and paths without ./") {
  Report report = Nasty();
  report.findings.push_back(report.findings[0]);
  report.findings.push_back({.rule = "drift", .message = "of no file"});
  const json entries = json::parse(Written("gitlab", report), nullptr, false);
  REQUIRE(entries.is_array());
  REQUIRE(entries.size() == report.findings.size());
  const std::set<std::string> severities = {"info", "minor", "major", "critical", "blocker"};
  std::set<std::string> fingerprints;
  for (const json& entry : entries) {
    CHECK(entry["description"].is_string());
    CHECK(entry["check_name"].is_string());
    CHECK(fingerprints.insert(entry["fingerprint"]).second);
    CHECK(severities.count(entry["severity"]) == 1);
    const std::string path = entry["location"]["path"];
    CHECK(!path.empty());
    CHECK(!absl::StartsWith(path, "./"));
    CHECK(entry["location"]["lines"]["begin"].get<int>() >= 1);
  }
  CHECK(entries.back()["location"]["path"] == "autogen.txtpb");
  CHECK(Written("gitlab", Report{}) == "[]\n");
}

TEST_CASE("JUnit's document is well-formed, its counts are those of its cases") {
  Report report = Nasty();
  report.command = "verify";
  report.cases.push_back({.name = "plain", .outcome = Case::Outcome::kSkipped, .message = "later"});
  report.cases.push_back(
      {.name = "lost", .outcome = Case::Outcome::kError, .message = "no\nserver"});
  report.cases.push_back({.name = "well", .path = "a.sql", .line = 3, .seconds = 0.25});
  const std::string text = Written("junit", report);
  const std::optional<XmlElement> root = ParseXml(text);
  REQUIRE(root.has_value());
  CHECK(root->name == "testsuites");
  REQUIRE(root->children.size() == 1);
  const XmlElement& suite = root->children[0];
  std::map<std::string, int> outcomes;
  std::set<std::string> names;
  int tests = 0;
  for (const XmlElement& one : suite.children) {
    if (one.name != "testcase") continue;
    ++tests;
    CHECK(one.attributes.at("classname") == "autogen verify");
    CHECK(names.insert(one.attributes.at("name")).second);
    for (const XmlElement& outcome : one.children) ++outcomes[outcome.name];
  }
  for (const XmlElement* element : {&*root, &suite}) {
    CHECK(element->attributes.at("tests") == absl::StrCat(tests));
    CHECK(element->attributes.at("failures") == absl::StrCat(outcomes["failure"]));
    CHECK(element->attributes.at("errors") == absl::StrCat(outcomes["error"]));
    CHECK(element->attributes.at("skipped") == absl::StrCat(outcomes["skipped"]));
  }
  CHECK(static_cast<size_t>(tests) == report.cases.size());
  CHECK(names.count("plain (2)") == 1);
  CHECK(suite.children[0].children[0].attributes.at("type") == "index-build");
  CHECK(suite.children[2].attributes.at("name") == "a\nb\\r\nc\\rd");
  CHECK(absl::StrContains(text, "file=\"a.sql\" line=\"3\" time=\"0.250\"/>"));
}

TEST_CASE("where a command has no cases, each file is one") {
  Report report{.command = "lint", .paths = {"a.sql", "versions/x.sql"}};
  report.findings = {Simple(Severity::kWarning, 3), Simple(Severity::kNote, 4)};
  const std::optional<XmlElement> root = ParseXml(Written("junit", report));
  REQUIRE(root.has_value());
  const XmlElement& suite = root->children[0];
  REQUIRE(suite.children.size() == 2);
  CHECK(suite.children[0].attributes.at("name") == "a.sql");
  CHECK(suite.children[0].children.empty());
  CHECK(suite.children[1].children[0].attributes.at("message") ==
        "versions/x.sql:3: index-build: finding 3");
  CHECK(
      absl::StrContains(Written("junit", Report{.command = "lint"}), "tests=\"1\" failures=\"0\""));
}

}  // namespace
}  // namespace autogen::report
