#include "src/base/text.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/report/report.h"
#include "src/report/writer.h"
#include "src/review/changes.h"
#include "src/review/review.h"
#include "src/review/summary.h"

namespace autogen::review {
namespace {

void AddList(absl::string_view label, const std::vector<std::string>& items, std::string* out) {
  if (!items.empty()) absl::StrAppend(out, "      ", label, ": ", absl::StrJoin(items, "; "), "\n");
}

std::string StatementText(const Statement& statement) {
  std::string out = absl::StrCat("    ", statement.line, ": ", ShortSql(statement.sql), "\n");
  AddList("locks", statement.locks, &out);
  AddList("work", statement.work, &out);
  AddList("loses data", statement.losses, &out);
  AddList("may fail", statement.failures, &out);
  AddList("blocks", statement.blocks, &out);
  if (!statement.opaque.empty()) {
    absl::StrAppend(&out, "      not known what it does: ", statement.opaque, "\n");
  }
  if (!statement.outside.empty()) {
    absl::StrAppend(&out, "      outside the database: ", statement.outside, "\n");
  }
  return out;
}

std::string ScriptText(const Script& script) {
  std::string out = absl::StrCat(script.path, script.message.empty() ? "" : ": ", script.message,
                                 script.edited ? " (edited)" : "", "\n");
  absl::StrAppend(&out, "  proof: ", ProofWords(script), "\n");
  if (!script.rows.empty()) absl::StrAppend(&out, "  rows: ", script.rows, "\n");
  absl::StrAppend(&out, "  online: ", script.online() ? "yes" : "no", "\n");
  absl::StrAppend(&out, "  downgrade: ", Words(script.downgrade), "\n");
  for (const std::string& note : script.downgrade_notes) absl::StrAppend(&out, "    ", note, "\n");
  absl::StrAppend(&out, "  statements:\n");
  for (const Statement& statement : script.upgrade) absl::StrAppend(&out, StatementText(statement));
  return out;
}

}  // namespace

std::string ToText(const Review& review) {
  std::string out = absl::StrCat(review.chosen, "\n");
  for (const Row& row : Summarise(review)) absl::StrAppend(&out, row.what, ": ", row.words, "\n");
  for (const Script& script : review.scripts) absl::StrAppend(&out, "\n", ScriptText(script));
  if (review.changes.known && !review.changes.value.empty()) {
    absl::StrAppend(&out, "\nchanges:\n");
    for (const ObjectChange& change : review.changes.value) {
      absl::StrAppend(&out, "  ", change.action, " ", change.object, "\n",
                      Indent(DiffOf(change), "    "));
    }
  }
  if (!review.checks.value.empty()) {
    absl::StrAppend(&out, "\ndata checks:\n");
    for (const Check& check : review.checks.value) {
      absl::StrAppend(&out, "  ", check.what, ": ", check.result, "\n");
    }
  }
  if (!review.sizes.value.empty()) {
    absl::StrAppend(&out, "\ntables:\n");
    for (const TableSize& one : review.sizes.value) {
      absl::StrAppend(&out, "  ", one.table, ": about ",
                      Count(static_cast<size_t>(one.rows), "row"), ", ", one.size, "\n");
    }
  }
  if (review.findings.empty()) return out;
  std::ostringstream findings;
  report::WriteText(report::WorstFirst(review.findings), findings);
  absl::StrAppend(&out, "\nfindings:\n", findings.str());
  return out;
}

}  // namespace autogen::review
