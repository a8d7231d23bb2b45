// A run on SQLite as SQL for the sqlite3 shell.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/apply/engines.h"
#include "src/apply/sqlite_tables.h"
#include "src/base/status.h"
#include "src/sql/comment.h"
#include "src/sqlite/token.h"

namespace autogen::apply {
namespace {

// Its CHECK fails, and ends the script, where what is put into it is not true.
constexpr absl::string_view kHolds = "temp.autogen_holds";

class Text {
 public:
  void Comment(absl::string_view text) { text_.append(sql::Comment(text)); }
  void Line(absl::string_view line) { absl::StrAppend(&text_, line, "\n"); }
  void Statement(absl::string_view sql) { absl::StrAppend(&text_, sql, ";\n"); }
  void Blank() { text_.push_back('\n'); }

  void Holds(absl::string_view condition) {
    Statement(
        absl::StrCat("INSERT INTO ", kHolds, " SELECT coalesce((", condition, "\n), 0) <> 0"));
  }

  void Assertions(const ScriptRun& script, size_t before) {
    for (const Assertion& assertion : script.assertions) {
      if (assertion.before != before) continue;
      Blank();
      Comment(absl::StrCat("assert: ", assertion.message));
      Holds(assertion.query);
    }
  }

  void Script(const ScriptRun& script, const std::vector<Step>& steps, const SqliteTables& tables,
              bool transaction) {
    Blank();
    Comment(absl::StrCat(DirectionName(script.direction), " ", script.revision,
                         script.title.empty() ? "" : ": ", script.title, " (", script.path, ")"));
    for (size_t i = 0; i < steps.size(); ++i) {
      const bool begin = transaction && !steps[i].alone;
      if (begin) Statement("BEGIN IMMEDIATE");
      for (size_t k = steps[i].begin; k < steps[i].end; ++k) {
        Assertions(script, k);
        const sql::Statement& statement = script.statements[k];
        if (!statement.comment.empty()) absl::StrAppend(&text_, "\n", statement.comment, "\n");
        Statement(statement.text);
      }
      if (transaction && steps[i].alone) Statement("BEGIN IMMEDIATE");
      if (i + 1 == steps.size()) Finish(script, tables);
      Statement(tables.InsertDone(script, steps[i], i + 1, steps.size(), std::nullopt));
      if (transaction) Statement("COMMIT");
    }
  }

  std::string text() && { return std::move(text_); }

 private:
  void Finish(const ScriptRun& script, const SqliteTables& tables) {
    Assertions(script, script.statements.size());
    Blank();
    if (!script.remove.empty()) {
      Comment("fails where the database is at another revision");
      Holds(absl::StrCat("SELECT count(*) = ", script.remove.size(), " FROM ", tables.Name(),
                         " WHERE version_num IN (",
                         absl::StrJoin(script.remove, ", ",
                                       [](std::string* out, const std::string& row) {
                                         out->append(sqlite::QuoteString(row));
                                       }),
                         ")"));
    }
    for (const std::string& change : tables.ChangeRows(script.remove, script.add))
      Statement(change);
  }

  std::string text_;
};

}  // namespace

absl::StatusOr<std::string> OfflineSqlite(absl::Span<const ScriptRun> scripts,
                                          const Options& options, bool create_tables) {
  const SqliteTables tables(options.version_table);
  const bool one = options.single_transaction;
  std::vector<std::vector<Step>> steps;
  for (const ScriptRun& script : scripts) {
    ASSIGN_OR_RETURN(std::vector<Step> of_script, SplitIntoSteps(script));
    if (one && (of_script.size() > 1 || of_script[0].alone)) {
      return SingleTransactionError(script, of_script);
    }
    steps.push_back(std::move(of_script));
  }
  Text out;
  out.Comment("Run with: sqlite3 FILE < THIS");
  out.Line(".bail on");
  out.Statement("PRAGMA foreign_keys = OFF");
  out.Statement(absl::StrCat("CREATE TEMP TABLE ", kHolds.substr(5),
                             " (holds INTEGER NOT NULL CHECK (holds))"));
  if (one) out.Statement("BEGIN IMMEDIATE");
  if (create_tables) {
    out.Statement(tables.CreateTable());
    out.Statement(tables.CreateLedger());
  }
  for (size_t i = 0; i < scripts.size(); ++i) out.Script(scripts[i], steps[i], tables, !one);
  if (one) out.Statement("COMMIT");
  out.Blank();
  out.Statement(absl::StrCat("DROP TABLE ", kHolds));
  out.Statement("PRAGMA foreign_keys = ON");
  return std::move(out).text();
}

}  // namespace autogen::apply
