// The parts of a review that are made of schemas, and its three forms.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/printable.h"
#include "src/diff/diff.h"
#include "src/model/load.h"
#include "src/model/snapshot.h"
#include "src/report/writer.h"
#include "src/review/changes.h"
#include "src/review/diagram.h"
#include "src/review/review.h"

namespace autogen::review {
namespace {

using absl::StrContains;

std::shared_ptr<const model::Catalog> Catalog(const std::string& text) {
  model::Snapshot snapshot;
  absl::StatusOr<std::shared_ptr<Schema>> schema = model::LoadModelText("m.txtpb", text);
  CAPTURE(schema.status().message());
  REQUIRE(schema.ok());
  snapshot.schema = *schema;
  absl::StatusOr<std::shared_ptr<const model::Catalog>> catalog = model::ToCatalog(snapshot);
  REQUIRE(catalog.ok());
  return *catalog;
}

diff::Plan Plan(const std::string& before, const std::string& after) {
  absl::StatusOr<diff::Plan> plan =
      diff::Diff(Catalog(before), Catalog(after), diff::Options(diff::PostgresRules()));
  REQUIRE(plan.ok());
  return *std::move(plan);
}

constexpr char kBefore[] =
    "table { name: \"t\" column { name: \"a\" type: \"integer\" } column { name: \"b\" type: "
    "\"text\" } }";

TEST_CASE("changes have both sides; what comes with its table is in the table") {
  const diff::Plan plan =
      Plan(kBefore,
           "table { name: \"t\" column { name: \"a\" type: \"bigint\" } }\n"
           "table { name: \"n\" column { name: \"id\" type: \"integer\" primary_key: true } }");
  const std::vector<ObjectChange> changes = ChangesOf(plan);
  std::vector<std::string> objects;
  for (const ObjectChange& change : changes) {
    objects.push_back(absl::StrCat(change.action, " ", change.object));
    if (change.object == "column public.t.a") {
      CHECK(StrContains(change.before, "integer"));
      CHECK(StrContains(change.after, "bigint"));
      CHECK(absl::StartsWith(DiffOf(change), "- column"));
      CHECK(StrContains(DiffOf(change), "\n+ column"));
    }
    if (change.action == "drop") CHECK(change.after == "");
  }
  std::sort(objects.begin(), objects.end());
  CHECK(objects == std::vector<std::string>{"alter column public.t.a", "create table public.n",
                                            "drop column public.t.b"});
}

TEST_CASE("a difference shows what both texts share once") {
  CHECK(DiffOf({.before = "a\nb\nc\n", .after = "a\nx\ny\nc\n"}) == "  a\n- b\n+ x\n+ y\n  c\n");
  CHECK(DiffOf({.before = "a\na\n", .after = "a\n"}) == "  a\n- a\n");
  CHECK(DiffOf({.after = "a\n"}) == "+ a\n");
  CHECK(DiffOf({.before = "a\n"}) == "- a\n");
}

TEST_CASE("a diagram has what is touched and its neighbours, not their neighbours") {
  const auto catalog = Catalog(
      "table { name: \"a\" column { name: \"id\" type: \"integer\" primary_key: true } }\n"
      "table { name: \"b\" column { name: \"id\" type: \"integer\" primary_key: true }\n"
      "  column { name: \"a\" type: \"integer\" references { table: \"a\" } } }\n"
      "table { name: \"c\" column { name: \"b\" type: \"integer\" references { table: \"b\" } } }\n"
      "table { name: \"d\" column { name: \"x\" type: \"integer\" } }");
  Touched touched;
  touched.changed = {{"", "a"}};
  touched.dropped = {{"public", "gone"}};
  const Diagram diagram = Draw(*catalog, touched);
  CHECK(StrContains(diagram.mermaid, "[\"public.a\"]:::changed"));
  CHECK(StrContains(diagram.mermaid, "[\"public.b\"]\n"));
  CHECK(StrContains(diagram.mermaid, "[\"public.gone\"]:::dropped"));
  CHECK(StrContains(diagram.mermaid, "-->|\"b_a_fkey\"|"));
  CHECK(!StrContains(diagram.mermaid, "public.c"));
  CHECK(!StrContains(diagram.mermaid, "public.d"));
  CHECK(Draw(*catalog, {}).mermaid == "");
  CHECK(Draw(*catalog, touched).mermaid == diagram.mermaid);
}

TEST_CASE("a diagram has room for forty tables, and counts the others") {
  std::string model;
  Touched touched;
  for (int i = 0; i < 50; ++i) {
    absl::StrAppend(&model, "table { name: \"t", i,
                    "\" column { name: \"a\" type: \"integer\" } }\n");
    touched.created.emplace("public", absl::StrCat("t", i));
  }
  Review review;
  review.diagram = Draw(*Catalog(model), touched);
  CHECK(review.diagram.left_out == 10);
  CHECK(StrContains(ToMarkdown(review), "\n10 tables not drawn\n"));
}

TEST_CASE("no name becomes markup of a diagram") {
  const auto catalog = Catalog(
      "table { name: \"x\\\"]; click t0 href \\\"http://x.example\" column { name: \"i\" type: "
      "\"integer\" } }\n"
      "table { name: \"```\\n<b>&#35;%%{init: {}}%%\" column { name: \"i\" type: \"integer\" } }");
  Touched touched;
  touched.changed = {{"public", "x\"]; click t0 href \"http://x.example"},
                     {"public", "```\n<b>&#35;%%{init: {}}%%"}};
  const std::string text = Draw(*catalog, touched).mermaid;
  CHECK(StrContains(text, "[\"public.x#quot;]; click t0 href #quot;http://x.example\"]"));
  CHECK(StrContains(
      text, "[\"public.#96;#96;#96;#92;n#lt;b#gt;#amp;#35;35;#37;#37;{init: {}}#37;#37;\"]"));
}

Review Large(size_t scripts) {
  Review review;
  review.chosen = absl::StrCat(scripts, " scripts since origin/main");
  for (size_t i = 0; i < scripts; ++i) {
    Script script{.revision = absl::StrCat("aaa", i),
                  .path = absl::StrCat("versions/`", i, "|<b>.sql"),
                  .message = "add @octocat <script> | #1"};
    for (int line = 1; line <= 60; ++line) {
      script.upgrade.push_back({.line = line,
                                .sql = "ALTER TABLE public.\"t|`\" ADD COLUMN c text -- ```",
                                .locks = {"ACCESS EXCLUSIVE on public.t|`"},
                                .losses = {"drops <b>column</b> x"}});
    }
    review.scripts.push_back(std::move(script));
    review.findings.push_back({.path = review.scripts.back().path,
                               .line = 3,
                               .rule = "data-loss",
                               .severity = report::Severity::kWarning,
                               .message = "drops [column](http://x.example) | x"});
  }
  review.changes.known = true;
  for (int i = 0; i < 500; ++i) {
    review.changes.value.push_back({.object = absl::StrCat("column public.t.c", i),
                                    .action = "create",
                                    .after = "column { name: \"```\" }\n"});
  }
  review.differences.why_not = "there are no server programs";
  return review;
}

TEST_CASE("Markdown has each answer, and what was not looked at with its reason") {
  const std::string page = ToMarkdown(Large(1));
  CHECK(absl::StartsWith(page,
                         "<!-- autogen: review -->\n### autogen review: 1 scripts since "
                         "origin/main\n\n"));
  CHECK(StrContains(page, "| ❔ | model | not looked at: there are no server programs |"));
  CHECK(StrContains(page, "| ⚠️ | findings | 1 warning |"));
  CHECK(StrContains(page, "| ❔ | data checks | not looked at"));
  CHECK(StrContains(page, "<summary>500 objects changed</summary>"));
  CHECK(StrContains(page, "# … and "));
  CHECK(!StrContains(page, "No room here"));
  CHECK(!StrContains(page, "<script>"));
  CHECK(!StrContains(page, "@octocat"));
  CHECK(!StrContains(page, "](http://"));
}

TEST_CASE("a large review stays under the limit of a comment and names what has no room") {
  const std::string page = ToMarkdown(Large(40));
  CHECK(page.size() < report::kMaxMarkdownBytes);
  CHECK(StrContains(page, "No room here for: "));
  CHECK(Visible(page, Lines::kMany) == page);
}

TEST_CASE("JSON and text say the same") {
  const Review review = Large(2);
  const auto json = nlohmann::json::parse(ToJson(review), nullptr, false);
  REQUIRE(json.is_object());
  CHECK(json["scripts"].size() == 2);
  CHECK(json["scripts"][0]["online"] == true);
  CHECK(json["scripts"][0]["upgrade_statements"][0]["loses"][0] == "drops <b>column</b> x");
  CHECK(json["changes"].size() == 500);
  CHECK(json["model_difference"].is_null());
  CHECK(json["model_difference_not_known"] == "there are no server programs");
  CHECK(json["findings"].size() == 2);
  const std::string text = ToText(review);
  CHECK(StrContains(text, "model: not looked at: there are no server programs\n"));
  CHECK(StrContains(text, "  create column public.t.c499\n    + column { name: \"```\" }\n"));
  CHECK(StrContains(text, "      loses data: drops <b>column</b> x\n"));
}

}  // namespace
}  // namespace autogen::review
