#include "src/review/summary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/text.h"

namespace autogen::review {
namespace {

constexpr size_t kMaxSqlBytes = 120;

template <typename T>
Row Unknown(const char* what, const Looked<T>& looked) {
  return {what, absl::StrCat("not looked at: ", looked.why_not), Row::Mark::kUnknown};
}

Row Findings(const Review& review) {
  size_t errors = 0, warnings = 0, notes = 0;
  for (const report::Finding& finding : review.findings) {
    switch (finding.severity) {
      case report::Severity::kError:
        ++errors;
        break;
      case report::Severity::kWarning:
        ++warnings;
        break;
      case report::Severity::kNote:
        ++notes;
        break;
    }
  }
  std::vector<std::string> counts;
  if (errors > 0) counts.push_back(Count(errors, "error"));
  if (warnings > 0) counts.push_back(Count(warnings, "warning"));
  if (notes > 0) counts.push_back(Count(notes, "note"));
  const bool bad = errors + warnings > 0;
  return {"findings", counts.empty() ? "none" : absl::StrJoin(counts, ", "),
          bad ? Row::Mark::kBad : Row::Mark::kGood};
}

Row Online(const Review& review) {
  size_t blocking = 0, all = 0, opaque = 0;
  for (const Script& script : review.scripts) {
    for (const Statement& statement : script.upgrade) {
      ++all;
      blocking += statement.blocks.empty() ? 0 : 1;
      opaque += statement.opaque.empty() ? 0 : 1;
    }
  }
  if (blocking > 0) {
    return {"online",
            absl::StrCat("no: ", blocking, " of ", Count(all, "statement"),
                         blocking == 1 ? " blocks" : " block",
                         " others for as long as a table is large"),
            Row::Mark::kBad};
  }
  if (opaque > 0) {
    return {"online",
            absl::StrCat("not known of ", opaque, " of ", Count(all, "statement"),
                         ", which may do anything"),
            Row::Mark::kUnknown};
  }
  return {"online", "yes: nothing that takes long blocks others"};
}

Row DowngradeRow(const Review& review) {
  std::vector<std::string> counts;
  Row row{"downgrade", ""};
  for (const Downgrade one : {Downgrade::kLossless, Downgrade::kLossy, Downgrade::kNotReversible,
                              Downgrade::kNotMeasured}) {
    const auto count = std::count_if(review.scripts.begin(), review.scripts.end(),
                                     [&](const Script& script) { return script.downgrade == one; });
    if (count == 0) continue;
    counts.push_back(absl::StrCat(count, " ", Words(one)));
    if (one == Downgrade::kLossy || one == Downgrade::kNotReversible) row.mark = Row::Mark::kBad;
    if (one == Downgrade::kNotMeasured && row.mark == Row::Mark::kGood) {
      row.mark = Row::Mark::kUnknown;
    }
  }
  row.words = absl::StrJoin(counts, ", ");
  return row;
}

Row Proof(const Review& review) {
  const auto proved = std::count_if(
      review.scripts.begin(), review.scripts.end(),
      [](const Script& script) { return !script.proof.empty() && !script.edited_since_proof; });
  const bool all = static_cast<size_t>(proved) == review.scripts.size();
  return {"proof", absl::StrCat(proved, " of ", Count(review.scripts.size(), "script"), " proved"),
          all ? Row::Mark::kGood : Row::Mark::kUnknown};
}

Row Model(const Review& review) {
  if (!review.differences.known) return Unknown("model", review.differences);
  if (review.differences.value.empty()) return {"model", "the scripts lead to it"};
  return {"model",
          absl::StrCat("the scripts do not lead to it: ",
                       Count(review.differences.value.size(), "change"), " needed"),
          Row::Mark::kBad};
}

Row Heads(const Review& review) {
  if (review.heads.empty()) return {"heads", "one"};
  return {"heads",
          absl::StrCat(review.heads.size(), ": ", absl::StrJoin(review.heads, ", "),
                       "; join them with autogen merge"),
          Row::Mark::kBad};
}

Row Checks(const Review& review) {
  if (!review.checks.known) return Unknown("data checks", review.checks);
  if (review.checks.value.empty()) return {"data checks", "none: no statement fails on rows"};
  const auto passed = std::count_if(review.checks.value.begin(), review.checks.value.end(),
                                    [](const Check& check) { return check.passed; });
  const bool all = static_cast<size_t>(passed) == review.checks.value.size();
  return {"data checks",
          absl::StrCat(passed, " of ", review.checks.value.size(), " passed or for later"),
          all ? Row::Mark::kGood : Row::Mark::kBad};
}

}  // namespace

std::vector<Row> Summarise(const Review& review) {
  std::vector<Row> rows = {Findings(review)};
  if (!review.scripts.empty()) {
    rows.push_back(Online(review));
    rows.push_back(DowngradeRow(review));
    rows.push_back(Proof(review));
    if (review.changes.known) {
      rows.push_back({"changes", Count(review.changes.value.size(), "object")});
    } else {
      rows.push_back(Unknown("changes", review.changes));
    }
  }
  rows.push_back(Model(review));
  rows.push_back(Heads(review));
  rows.push_back(Checks(review));
  return rows;
}

std::string ProofWords(const Script& script) {
  if (script.proof.empty()) return "none";
  return script.edited_since_proof ? "edited after its proof" : script.proof;
}

std::string ShortSql(absl::string_view sql) {
  const std::string line =
      absl::StrJoin(absl::StrSplit(sql, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty()), " ");
  if (line.size() <= kMaxSqlBytes) return line;
  return absl::StrCat(ClipUtf8(line, kMaxSqlBytes), "…");
}

}  // namespace autogen::review
