#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/report/markdown_text.h"
#include "src/report/report.h"
#include "src/report/writer.h"
#include "src/review/changes.h"
#include "src/review/review.h"
#include "src/review/summary.h"

namespace autogen::review {
namespace {

namespace md = report::markdown;

// For what closes the page and says what has no room.
constexpr size_t kRoom = report::kMaxMarkdownBytes - 600;
// Of one part, so that the ones behind it have room: the SQL of a script, the text of a change.
constexpr size_t kMaxPart = 12000;
constexpr size_t kOpenFindings = 10;

const char* MarkOf(Row::Mark mark) {
  switch (mark) {
    case Row::Mark::kGood:
      return "✅";
    case Row::Mark::kBad:
      return "⚠️";
    case Row::Mark::kUnknown:
      return "❔";
  }
  return "";
}

// A page that stays under its limit: what has no room is named at its end.
class Page {
 public:
  void Add(const std::string& name, const std::string& part) {
    if (part.empty()) return;
    if (text_.size() + part.size() > kRoom) {
      left_out_.push_back(name);
    } else {
      absl::StrAppend(&text_, part, "\n");
    }
  }
  bool HasRoomFor(size_t bytes) const { return text_.size() + bytes <= kRoom; }

  std::string Finish() && {
    if (!left_out_.empty()) {
      constexpr size_t kNamed = 5;
      const size_t named = std::min(left_out_.size(), kNamed);
      std::string names =
          absl::StrJoin(left_out_.begin(), left_out_.begin() + static_cast<long>(named), ", ");
      if (named < left_out_.size()) {
        absl::StrAppend(&names, " and ", left_out_.size() - named, " more");
      }
      absl::StrAppend(&text_, "No room here for: ", ClipUtf8(names, 400), "\n");
    }
    return std::move(text_);
  }

 private:
  std::string text_;
  std::vector<std::string> left_out_;
};

std::string SummaryTable(const Review& review) {
  std::string out = "| | | |\n| --- | --- | --- |\n";
  for (const Row& row : Summarise(review)) {
    absl::StrAppend(&out, "| ", MarkOf(row.mark), " | ", row.what, " | ",
                    md::Text(ClipUtf8(row.words, 400)), " |\n");
  }
  return out;
}

std::string FindingRow(const report::Finding& finding) {
  const std::string place =
      finding.line > 0 ? absl::StrCat(finding.path, ":", finding.line) : finding.path;
  return absl::StrCat("| ", report::SeverityName(finding.severity), " | ", md::Code(place, true),
                      " | ", md::Code(finding.rule, true), " | ",
                      md::Text(ClipUtf8(finding.message, 400)), " |\n");
}

void AddFindings(const Review& review, Page* page) {
  const std::vector<report::Finding> findings = report::WorstFirst(review.findings);
  constexpr char kHead[] = "| | place | rule | finding |\n| --- | --- | --- | --- |\n";
  std::string open, folded;
  size_t shown = 0;
  for (const report::Finding& finding : findings) {
    const std::string row = FindingRow(finding);
    // They may take half of the page.
    if (open.size() + folded.size() + row.size() > kRoom / 2) break;
    (shown < kOpenFindings ? open : folded) += row;
    ++shown;
  }
  if (!open.empty()) page->Add("findings", absl::StrCat(kHead, open));
  if (!folded.empty()) {
    page->Add("findings", md::Details(absl::StrCat(shown - kOpenFindings, " more findings"),
                                      absl::StrCat(kHead, folded)));
  }
  if (shown < findings.size()) {
    page->Add("findings", absl::StrCat("… and ", findings.size() - shown, " more findings\n"));
  }
}

std::string Cell(std::vector<std::string> items) {
  for (std::string& item : items) item = md::Text(ClipUtf8(item, 200));
  return absl::StrJoin(items, "<br>");
}

std::string StatementTable(const Script& script) {
  std::string out =
      "| line | statement | locks | work, losses, failures |\n| ---: | --- | --- | --- |\n";
  for (const Statement& statement : script.upgrade) {
    std::vector<std::string> effects = statement.work;
    for (const std::string& one : statement.blocks) effects.push_back(absl::StrCat("⚠️ ", one));
    for (const std::string& one : statement.losses)
      effects.push_back(absl::StrCat("⚠️ loses: ", one));
    for (const std::string& one : statement.failures)
      effects.push_back(absl::StrCat("may fail: ", one));
    if (!statement.opaque.empty()) effects.push_back(absl::StrCat("❔ ", statement.opaque));
    if (!statement.outside.empty()) effects.push_back(absl::StrCat("⚠️ ", statement.outside));
    const std::string row =
        absl::StrCat("| ", statement.line, " | ", md::Code(ShortSql(statement.sql), true), " | ",
                     Cell(statement.locks), " | ", Cell(std::move(effects)), " |\n");
    if (out.size() + row.size() > kMaxPart) {
      absl::StrAppend(&out, "| | … | | |\n");
      break;
    }
    absl::StrAppend(&out, row);
  }
  return out;
}

std::string SqlOf(const Script& script) {
  std::string sql;
  for (const Statement& statement : script.upgrade) absl::StrAppend(&sql, statement.sql, ";\n");
  if (!script.downgrade_statements.empty()) absl::StrAppend(&sql, "\n-- downgrade\n");
  for (const Statement& statement : script.downgrade_statements) {
    absl::StrAppend(&sql, statement.sql, ";\n");
  }
  if (sql.size() > kMaxPart) sql = absl::StrCat(ClipUtf8(sql, kMaxPart), "\n-- …\n");
  return md::Block(sql, "sql");
}

std::string ScriptPart(const Script& script) {
  std::vector<std::string> facts = {
      script.online() ? "online" : "<b>not online</b>",
      absl::StrCat("downgrade ", Words(script.downgrade)),
      script.proof.empty()
          ? "not proved"
          : (script.edited_since_proof ? "<b>edited after its proof</b>" : "proved")};
  if (script.edited) facts.insert(facts.begin(), "<b>edited</b>");
  std::string body;
  if (!script.proof.empty()) {
    absl::StrAppend(&body, "proof: ", md::Text(ClipUtf8(ProofWords(script), 300)), "\n");
    if (!script.rows.empty()) {
      absl::StrAppend(&body, "<br>rows: ", md::Text(ClipUtf8(script.rows, 300)), "\n");
    }
    absl::StrAppend(&body, "\n");
  }
  absl::StrAppend(&body, StatementTable(script), "\n");
  if (!script.downgrade_notes.empty()) {
    std::vector<std::string> notes = script.downgrade_notes;
    if (notes.size() > 10) notes.resize(10);
    absl::StrAppend(&body, "The downgrade is ", Words(script.downgrade), ": ",
                    Cell(std::move(notes)), "\n\n");
  }
  const std::string summary =
      absl::StrCat("<code>", md::Html(script.path), "</code> ",
                   md::Html(ClipUtf8(script.message, 120)), " · ", absl::StrJoin(facts, " · "));
  return md::Details(summary, body);
}

std::string ChangesPart(const Review& review) {
  if (!review.changes.known || review.changes.value.empty()) return "";
  std::string lines;
  size_t shown = 0;
  for (const ObjectChange& change : review.changes.value) {
    const std::string one =
        absl::StrCat("# ", change.action, " ", change.object, "\n", DiffOf(change));
    if (lines.size() + one.size() > kMaxPart) break;
    lines += one;
    ++shown;
  }
  if (shown < review.changes.value.size()) {
    absl::StrAppend(&lines, "# … and ", review.changes.value.size() - shown, " more\n");
  }
  return md::Details(absl::StrCat(Count(review.changes.value.size(), "object"), " changed"),
                     md::Block(lines, "diff"));
}

std::string DiagramPart(const Review& review) {
  if (review.diagram.mermaid.empty()) return "";
  std::string body = md::Block(review.diagram.mermaid, "mermaid");
  if (review.diagram.left_out > 0) {
    absl::StrAppend(&body, "\n", Count(review.diagram.left_out, "table"), " not drawn\n");
  }
  return md::Details("The tables concerned, with their neighbours", body);
}

std::string ChecksPart(const Review& review) {
  if (review.checks.value.empty()) return "";
  std::string out = "| data check | result |\n| --- | --- |\n";
  for (const Check& check : review.checks.value) {
    const std::string row = absl::StrCat("| ", md::Text(ClipUtf8(check.what, 300)), " | ",
                                         md::Text(ClipUtf8(check.result, 300)), " |\n");
    if (out.size() + row.size() > kMaxPart) break;
    out += row;
  }
  return out;
}

std::string SizesPart(const Review& review) {
  if (review.sizes.value.empty()) return "";
  constexpr size_t kTables = 20;
  std::string out = "| table | about so many rows | size |\n| --- | ---: | ---: |\n";
  for (size_t i = 0; i < std::min(review.sizes.value.size(), kTables); ++i) {
    const TableSize& one = review.sizes.value[i];
    absl::StrAppend(&out, "| ", md::Code(ClipUtf8(one.table, 130), true), " | ", one.rows, " | ",
                    one.size, " |\n");
  }
  return out;
}

}  // namespace

std::string ToMarkdown(const Review& review) {
  Page page;
  page.Add("head", absl::StrCat("<!-- autogen: review -->\n### autogen review: ",
                                md::Text(ClipUtf8(review.chosen, 300)), "\n"));
  page.Add("summary", SummaryTable(review));
  AddFindings(review, &page);
  page.Add("data checks", ChecksPart(review));
  page.Add("the sizes of tables", SizesPart(review));
  for (const Script& script : review.scripts) page.Add(md::Code(script.path), ScriptPart(script));
  page.Add("changes", ChangesPart(review));
  page.Add("the diagram", DiagramPart(review));
  for (const Script& script : review.scripts) {
    page.Add(absl::StrCat("the SQL of ", md::Code(script.path)),
             md::Details(absl::StrCat("SQL of <code>", md::Html(script.path), "</code>"),
                         SqlOf(script)));
  }
  return std::move(page).Finish();
}

}  // namespace autogen::review
