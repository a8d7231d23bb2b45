// Markdown: nothing that names or messages hold has an effect of its own.
#include <doctest/doctest.h>

#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/report/markdown_text.h"
#include "src/report/writer.h"

namespace autogen::report {
namespace {

std::string Page(const Report& report) {
  std::ostringstream out;
  WriteMarkdown(report, out);
  return out.str();
}

TEST_CASE("texts have no markup, no mention and no link") {
  struct {
    const char* text;
    const char* markdown;
  } rows[] = {
      {"public.t", "public.t"},
      {"a_b *c* `d` [e](f) ~g~ | h", "a\\_b \\*c\\* \\`d\\` \\[e\\](f) \\~<!-- -->g\\~ &#124; h"},
      {"a\\|b", "a\\\\&#124;b"},
      {"<b> & &lt;", "&lt;b&gt; &amp; &amp;<!-- -->lt;"},
      {"@octocat #12 !3", "@<!-- -->octocat \\#<!-- -->12 \\!<!-- -->3"},
      {"http://x www.x a@b", "http:<!-- -->//x www<!-- -->.x a@<!-- -->b"},
      {"$a$ :smile:", "<span>$</span>a<span>$</span> :<!-- -->smile:"},
      {"two\nlines\x1b", "two\\\\nlines\\\\u001b"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.text));
    CHECK(markdown::Text(row.text) == row.markdown);
  }
}

TEST_CASE("code is in a fence that it does not hold") {
  CHECK(markdown::Code("a.b") == "`a.b`");
  CHECK(markdown::Code("a`b``c") == "```a`b``c```");
  CHECK(markdown::Code("`") == "`` ` ``");
  CHECK(markdown::Code(" a ") == "`  a  `");
  CHECK(markdown::Code("a|b") == "`a|b`");
  CHECK(markdown::Code("a\\|`b`\nc", /*cell=*/true) == "<code>a\\\\&#124;\\`b\\`\\\\nc</code>");
  CHECK(markdown::Code("") == "");
  CHECK(markdown::Block("a\n````\nb\n", "sql") == "`````sql\na\n````\nb\n`````\n");
  CHECK(markdown::Html("<a> & \"b\"\n@c") == "&lt;a&gt; &amp; &quot;b&quot;\\n@<!-- -->c");
}

TEST_CASE("a page starts with its marker, shows the worst ten and folds the rest") {
  Report report{.command = "lint", .summary = "12 hazards in 1 script"};
  for (int i = 1; i <= 12; ++i) {
    Finding finding{.path = "versions/x|y.sql",
                    .rule = "index-build",
                    .severity = i == 12 ? Severity::kError : Severity::kWarning,
                    .message = absl::StrCat("builds index ", i)};
    SetPlace("CREATE INDEX i ON t (a);", 0, 6, &finding);
    report.findings.push_back(finding);
  }
  const std::string page = Page(report);
  CHECK(absl::StartsWith(page,
                         "<!-- autogen: lint -->\n### autogen lint: 12 findings\n\n12 hazards in 1 "
                         "script\n\n| | place | rule | message |\n| --- | --- | --- | --- |\n"
                         "| ❌ error | <code>versions/x&#124;y.sql:<!-- -->1</code> | `index-build` "
                         "| builds index 12 |\n"));
  CHECK(absl::StrContains(page, "<details><summary>2 more</summary>\n\n| | place"));
  CHECK(absl::StrContains(page,
                          "<details><summary>The lines</summary>\n\n```\nversions/x|y.sql:1:1"));
  CHECK(Page({.command = "check", .summary = "no difference"}) ==
        "<!-- autogen: check -->\n### autogen check: no findings\n\nno difference\n\n");
}

TEST_CASE("a page stays under the limit of a comment, and says what it leaves out") {
  Report report{.command = "lint"};
  for (int i = 1; i <= 5000; ++i) {
    Finding finding{
        .path = absl::StrCat("versions/", i, ".sql"),
        .rule = "index-build",
        .severity = Severity::kWarning,
        .message = absl::StrCat(std::string(static_cast<size_t>(i % 700), '|'), " end")};
    SetPlace("CREATE INDEX `i` ON t (a);", 0, 6, &finding);
    report.findings.push_back(finding);
  }
  const std::string page = Page(report);
  CHECK(page.size() < kMaxMarkdownBytes);
  CHECK(page.size() > kMaxMarkdownBytes / 2);
  CHECK(absl::StrContains(page, " more, for which there is no room here"));
  size_t open = 0, closed = 0;
  for (size_t at = page.find("<details>"); at != std::string::npos;
       at = page.find("<details>", at + 1)) {
    ++open;
  }
  for (size_t at = page.find("</details>"); at != std::string::npos;
       at = page.find("</details>", at + 1)) {
    ++closed;
  }
  CHECK(open == closed);
}

}  // namespace
}  // namespace autogen::report
