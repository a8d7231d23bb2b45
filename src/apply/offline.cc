#include "src/apply/offline.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/apply/version_table.h"
#include "src/base/status.h"
#include "src/base/text.h"

namespace autogen::apply {
namespace {

void AddAssertions(const Unit& unit, size_t before, std::string& out) {
  for (const Assertion& assertion : unit.assertions) {
    if (assertion.before != before) continue;
    absl::StrAppend(&out, "\n-- assert: ", absl::StrReplaceAll(assertion.message, {{"\n", " "}}),
                    "\nSELECT 1 / (CASE WHEN (", assertion.query, ") THEN 1 ELSE 0 END);\n");
  }
}

void AddStatements(const Unit& unit, const Part& part, std::string& out) {
  for (size_t i = part.begin; i < part.end; ++i) {
    AddAssertions(unit, i, out);
    const sql::Statement& statement = unit.statements[i];
    absl::StrAppend(&out, "\n", statement.comment, statement.comment.empty() ? "" : "\n",
                    statement.text, ";\n");
  }
}

void AddUnit(const Unit& unit, const std::vector<Part>& parts, const VersionTable& table,
             bool transaction, std::string& out) {
  absl::StrAppend(&out, "\n-- ", DirectionName(unit.direction), " ", unit.revision,
                  unit.title.empty() ? "" : ": ", unit.title, " (", unit.path, ")\n");
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    const bool begin = transaction && !parts[i].alone;
    if (begin) out += "BEGIN;\n";
    AddStatements(unit, parts[i], out);
    if (last && parts[i].alone && transaction) out += "\nBEGIN;\n";
    if (last) AddAssertions(unit, unit.statements.size(), out);
    out += "\n";
    if (last) {
      for (const std::string& change : table.ChangeRows(unit.remove, unit.add)) {
        absl::StrAppend(&out, change, ";\n");
      }
    }
    absl::StrAppend(&out, table.InsertDone(unit, parts[i], i + 1, parts.size()), ";\n");
    if (begin || (last && transaction)) out += "COMMIT;\n";
  }
}

}  // namespace

absl::StatusOr<std::string> OfflineSql(absl::Span<const Unit> units, const Options& options,
                                       bool create_tables) {
  const VersionTable table(options.version_schema, options.version_table);
  std::string out = absl::StrCat(
      "-- Run with: psql -v ON_ERROR_STOP=1 -f FILE\nSET lock_timeout = ", options.lock_timeout_ms,
      ";\nSET statement_timeout = ", options.statement_timeout_ms,
      ";\nSET standard_conforming_strings = on;\n");
  const bool one = options.single_transaction;
  if (one) out += "\nBEGIN;\n";
  if (create_tables) {
    absl::StrAppend(&out, "\n", table.CreateTable(true), ";\n", table.CreateLedger(true), ";\n");
  }
  for (const Unit& unit : units) {
    ASSIGN_OR_RETURN(std::vector<Part> parts, SplitIntoParts(unit));
    if (one && (parts.size() > 1 || parts[0].alone)) return SingleTransactionError(unit, parts);
    AddUnit(unit, parts, table, !one, out);
  }
  if (one) out += "\nCOMMIT;\n";
  return out;
}

}  // namespace autogen::apply
