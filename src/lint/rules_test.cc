#include <doctest/doctest.h>
#include <google/protobuf/text_format.h>

#include <cstdlib>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"
#include "src/lint/judge.h"
#include "src/lint/read.h"
#include "src/lint/rules/page.h"

namespace autogen::lint {
namespace {

Config ConfigOf(const Rule& rule) {
  Config config;
  CHECK(google::protobuf::TextFormat::ParseFromString(rule.configuration, &config));
  return config;
}

// The findings of a file, by the rule alone or by all of them; in lines.
std::string Findings(const char* text, const Config& config, const std::string& only) {
  std::vector<report::Finding> problems;
  const impact::Dialect& dialect = impact::PostgresDialect();
  const Script script = Read(text, "x.sql", dialect, {}, &problems);
  const absl::StatusOr<Policy> policy = Policy::Make(config.lint(), {"all"}, {});
  REQUIRE_MESSAGE(policy.ok(), policy.status().ToString());
  std::string out;
  JudgeOptions options{.path = "x.sql"};
  options.rules.path = "x.sql";
  options.rules.oldest_version = config.oldest_version();
  for (const report::Finding& finding :
       Judge(script, problems, dialect, *policy, std::move(options))) {
    if (only.empty() || finding.rule == only) {
      absl::StrAppend(&out, finding.line, ": ", finding.rule, ": ", finding.message, "\n");
    }
  }
  return out;
}

TEST_CASE("each rule finds something in each of its bad examples, and nothing in the good ones") {
  for (const Rule& rule : Rules()) {
    CAPTURE(std::string(rule.name));
    const Config config = ConfigOf(rule);
    CHECK(rule.bad.size() >= 2);
    CHECK(rule.good.size() >= 2);
    for (const char* bad : rule.bad) {
      CAPTURE(std::string(bad));
      CHECK(Findings(bad, config, rule.name) != "");
    }
    for (const char* good : rule.good) {
      CAPTURE(std::string(good));
      CHECK(Findings(good, config, rule.name) == "");
    }
  }
}

TEST_CASE("an example is SQL, but for those of the rule about that") {
  for (const Rule& rule : Rules()) {
    if (rule.name == std::string("syntax")) continue;
    CAPTURE(std::string(rule.name));
    for (const auto* examples : {&rule.bad, &rule.good}) {
      for (const char* example : *examples) {
        CAPTURE(std::string(example));
        CHECK(Findings(example, {}, "syntax") == "");
      }
    }
  }
}

TEST_CASE("a rule's name is one of its own, in lower case, and its texts are whole") {
  std::set<std::string> names;
  for (const Rule& rule : Rules()) {
    CAPTURE(std::string(rule.name));
    CHECK(names.insert(rule.name).second);
    CHECK(std::string(rule.name).find_first_not_of("abcdefghijklmnopqrstuvwxyz-") ==
          std::string::npos);
    CHECK(!absl::EndsWith(rule.meaning, "."));
    CHECK(absl::EndsWith(rule.why, "."));
    CHECK(absl::EndsWith(rule.fix, "."));
    CHECK((absl::StartsWith(rule.documentation, "https://www.postgresql.org/docs/") ||
           absl::StrContains(rule.documentation, ".md")));
  }
  for (const HazardKind kind : HazardKinds()) CHECK(FindRule(HazardName(kind)) != nullptr);
}

// AUTOGEN_UPDATE_GOLDENS=1 writes it.
TEST_CASE("docs/rules.md is what the rules say") {
  const std::string path = AUTOGEN_SOURCE_DIR "/docs/rules.md";
  if (getenv("AUTOGEN_UPDATE_GOLDENS") != nullptr) {
    REQUIRE(WriteFile(path, RulesPage(), Overwrite::kReplace).ok());
  }
  const absl::StatusOr<std::string> page = ReadFile(path);
  REQUIRE(page.ok());
  CHECK(*page == RulesPage());
}

TEST_CASE("what is called equivalent is a rule, or says who solves it") {
  for (const Equivalent& row : Equivalents()) {
    CAPTURE(std::string(row.meaning));
    bool rule = false;
    const std::vector<std::string> parts = absl::StrSplit(row.ours, '`');
    for (size_t i = 1; i < parts.size(); i += 2) {
      rule = rule || FindRule(parts[i]) != nullptr;
    }
    CHECK((rule || absl::StartsWith(row.ours, "solved: ") ||
           absl::StartsWith(row.ours, "does not apply")));
  }
}

}  // namespace
}  // namespace autogen::lint
