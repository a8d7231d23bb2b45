#include "src/report/finding.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/report/json.h"
#include "src/report/writer.h"

namespace autogen::report {
namespace {

constexpr char kText[] = "table {\n  nam: \"t\"\n\tcolumn { colour: \"rot\" }\n}\n";

Finding At(absl::string_view text, absl::string_view word) {
  Finding finding{.path = "models/a.txtpb", .rule = "unknown-field", .message = "unknown field"};
  const size_t begin = text.find(word);
  REQUIRE(begin != absl::string_view::npos);
  SetPlace(text, begin, begin + word.size(), &finding);
  return finding;
}

std::string Written(const std::vector<Finding>& findings, absl::string_view format = "text") {
  std::ostringstream out;
  FindWriter(format)(Report{.findings = findings}, out);
  return out.str();
}

TEST_CASE("a text shows the line and a caret under the place") {
  CHECK(Written({At(kText, "nam")}) ==
        "models/a.txtpb:2:3: unknown field\n"
        "  2 |   nam: \"t\"\n"
        "    |   ^~~\n");
  // A tab is a byte of the column, and one blank in the excerpt.
  CHECK(Written({At(kText, "colour")}) ==
        "models/a.txtpb:3:11: unknown field\n"
        "  3 |  column { colour: \"rot\" }\n"
        "    |           ^~~~~~\n");
  // Over several lines: up to the end of the first.
  CHECK(Written({At(kText, "column { colour: \"rot\" }\n}")}) ==
        "models/a.txtpb:3:2: unknown field\n"
        "  3 |  column { colour: \"rot\" }\n"
        "    |  ^~~~~~~~~~~~~~~~~~~~~~~~\n");
}

TEST_CASE("columns count bytes, carets what is seen") {
  CHECK(Written({At("name: \"größe\" x", "x")}) ==
        "models/a.txtpb:1:17: unknown field\n"
        "  1 | name: \"größe\" x\n"
        "    |               ^\n");
  // What would move the cursor is shown as an escape, and counted as long as that is.
  CHECK(Written({At("a\x1b[2J\xff x", "x")}) ==
        "models/a.txtpb:1:8: unknown field\n"
        "  1 | a\\u001b[2J\\xff x\n"
        "    |                ^\n");
}

TEST_CASE("a long line is cut around its place") {
  const std::string text = absl::StrCat(std::string(300, 'a'), " here ", std::string(300, 'b'));
  CHECK(Written({At(text, "here")}) ==
        absl::StrCat("models/a.txtpb:1:302: unknown field\n  1 | …", std::string(39, 'a'), " here ",
                     std::string(55, 'b'), "…\n    | ", std::string(41, ' '), "^~~~\n"));
}

TEST_CASE("warnings say their rule, further lines of a message stay below it") {
  Finding finding{.path = "versions/x.sql",
                  .rule = "data-loss",
                  .severity = Severity::kWarning,
                  .message = "drops column t.a\nwhich holds values"};
  SetLine("SELECT 1;\nALTER TABLE t DROP COLUMN a;\n", 2, &finding);
  CHECK(Written({finding}) ==
        "versions/x.sql:2: data-loss: drops column t.a\n"
        "  2 | ALTER TABLE t DROP COLUMN a;\n"
        "  which holds values\n");
  CHECK(Written({Finding{.rule = "drift", .message = "add column t.a"}}) == "add column t.a\n");
  SetLine("SELECT 1;", 7, &finding);  // a file that became shorter
  CHECK(finding.line == 7);
}

TEST_CASE("a line that may hold a secret is not shown") {
  for (const char* line :
       {"url: \"postgresql://u:sesame@h/d\"", "option { name: \"password\" value: \"sesame\" }",
        "option { name: \"api_key\" value: \"sesame\" }", "ALTER ROLE r PASSWORD 'sesame';",
        "OPTIONS (SET passfile '/x')", "option { name: \"key\" value: \"sesame\" }"}) {
    CAPTURE(std::string(line));
    Finding finding;
    SetPlace(line, 0, 3, &finding);
    CHECK(finding.excerpt == "");
    CHECK(finding.column == 1);
  }
  Finding finding;
  SetPlace("primary_key { column: \"id\" }", 0, 3, &finding);
  CHECK(finding.excerpt != "");
}

TEST_CASE("JSON has what is known, and the command's own facts") {
  Finding finding = At(kText, "nam");
  finding.fix = "name";
  finding.facts = {{"revision", "65b9c8e01ddf"}};
  const auto json = nlohmann::json::parse(Written({finding, Finding{.rule = "drift"}}, "json"));
  CHECK(json[0] == nlohmann::json({{"path", "models/a.txtpb"},
                                   {"line", 2},
                                   {"column", 3},
                                   {"end_line", 2},
                                   {"end_column", 6},
                                   {"severity", "error"},
                                   {"rule", "unknown-field"},
                                   {"message", "unknown field"},
                                   {"fix", "name"},
                                   {"excerpt", "  nam: \"t\""},
                                   {"revision", "65b9c8e01ddf"}}));
  CHECK(json[1] == nlohmann::json({{"severity", "error"}, {"rule", "drift"}, {"message", ""}}));
  CHECK(Written({}, "json") == "[]\n");
  const bool unknown = FindWriter("xml") == nullptr;
  CHECK(unknown);
}

TEST_CASE("an error carries its findings until somebody adds to it") {
  Finding warning = At(kText, "colour");
  warning.severity = Severity::kWarning;
  warning.fix = "color";
  const std::vector<Finding> findings = {At(kText, "nam"), warning};
  const absl::Status status = ToStatus(absl::StatusCode::kInvalidArgument, findings);
  CHECK(status.message() ==
        "models/a.txtpb:2:3: unknown field\nmodels/a.txtpb:3:11: unknown field");
  CHECK(JsonText(FindingsOf(status)) == JsonText(findings));
  CHECK(FindingsOf(Annotate(status, "loading")).empty());
  CHECK(FindingsOf(absl::InvalidArgumentError("x")).empty());
  CHECK(ToStatus(absl::StatusCode::kInvalidArgument, {}).ok());
}

}  // namespace
}  // namespace autogen::report
