#include "src/apply/offline.h"

#include "absl/strings/str_cat.h"
#include "src/apply/engines.h"
#include "src/apply/secrets.h"
#include "src/apply/session.h"
#include "src/apply/version_table.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/postgres/definition_settings.h"
#include "src/sql/comment.h"
#include "src/sql/psql.h"
#include "src/sql/quote.h"
#include "src/sql/secret_variable.h"

namespace autogen::apply {
namespace {

// SQL for psql, and what it must be found to hold.
class SqlText {
 public:
  void Comment(absl::string_view text) { Add(sql::Comment(text)); }
  // Comments of a script, which were comments there.
  void Comments(const std::string& lines) {
    if (!lines.empty()) Add(absl::StrCat(lines, "\n"));
  }
  void Statement(const std::string& statement) {
    statements_.push_back(sql::WithoutPsqlVariables(statement));
    absl::StrAppend(&text_, statements_.back(), ";\n");
    absl::StrAppend(&printed_, sql::WithPsqlSecrets(statements_.back()), ";\n");
  }
  void Blank() { Add("\n"); }

  absl::StatusOr<std::string> Finish() {
    RETURN_IF_ERROR(Annotate(sql::CheckHolds(text_, statements_, {}),
                             "the SQL is not printed: psql would not run what autogen runs"));
    return std::move(printed_);
  }

 private:
  void Add(absl::string_view text) {
    absl::StrAppend(&text_, text);
    absl::StrAppend(&printed_, text);
  }

  std::string text_;
  std::string printed_;  // with variables of psql in the place of ours
  std::vector<std::string> statements_;
};

void AddAssertions(const ScriptRun& script, size_t before, SqlText& out) {
  for (const Assertion& assertion : script.assertions) {
    if (assertion.before != before) continue;
    out.Blank();
    out.Comment(absl::StrCat("assert: ", assertion.message));
    out.Statement(absl::StrCat("SELECT 1 / (CASE WHEN (", assertion.query, ") THEN 1 ELSE 0 END)"));
  }
}

void AddStatements(const ScriptRun& script, const Step& step, SqlText& out) {
  for (size_t i = step.begin; i < step.end; ++i) {
    AddAssertions(script, i, out);
    out.Blank();
    out.Comments(script.statements[i].comment);
    out.Statement(script.statements[i].text);
  }
}

// What the bookkeeping of the printed SQL needs of the session's settings.
Settings OwnSettings(const Options& options) {
  return {{"lock_timeout", absl::StrCat(options.lock_timeout_ms)},
          {"statement_timeout", absl::StrCat(options.statement_timeout_ms)},
          {"standard_conforming_strings", "on"}};
}

void AddSettings(const Options& options, SqlText& out) {
  out.Statement(absl::StrCat("SET lock_timeout = ", options.lock_timeout_ms));
  out.Statement(absl::StrCat("SET statement_timeout = ", options.statement_timeout_ms));
  out.Statement("SET standard_conforming_strings = on");
  for (const auto& [name, value] : postgres::DefinitionSettings()) {
    out.Statement(absl::StrCat("SET ", name, " = ", sql::Literal(value)));
  }
}

// The next script begins as in a new session.
void AddNewSession(const Options& options, SqlText& out) {
  out.Blank();
  out.Comment("a session as new");
  for (const std::string& statement : ResetSession()) out.Statement(statement);
  out.Statement("SELECT pg_advisory_unlock_all()");
  AddSettings(options, out);
}

// The version table may be one that was made for shorter ids (see version_table.h).
bool HasLongIds(absl::Span<const ScriptRun> scripts) {
  constexpr size_t kOfAlembic = 32;
  for (const ScriptRun& script : scripts) {
    for (const std::string& id : script.add) {
      if (CountCharacters(id) > kOfAlembic) return true;
    }
  }
  return false;
}

// What FindLocally() has set ends with the transaction, or at once where that goes on.
void EndBookkeeping(const VersionTable& table, bool transaction, SqlText& out) {
  if (transaction) {
    out.Statement("COMMIT");
  } else if (table.schema().empty()) {
    out.Statement("SET LOCAL search_path TO DEFAULT");
  }
}

void AddScript(const ScriptRun& script, const std::vector<Step>& steps, const VersionTable& table,
               const Options& options, const SessionUse& use, bool transaction, SqlText& out) {
  out.Blank();
  out.Comment(absl::StrCat(DirectionName(script.direction), " ", script.revision,
                           script.title.empty() ? "" : ": ", script.title, " (", script.path, ")"));
  for (size_t i = 0; i < steps.size(); ++i) {
    const bool last = i + 1 == steps.size();
    const bool begin = transaction && !steps[i].alone;
    // A script may have made transactions read only by default.
    const char* start = use.changes ? "BEGIN READ WRITE" : "BEGIN";
    if (begin) out.Statement(start);
    AddStatements(script, steps[i], out);
    if (last && steps[i].alone && transaction) {
      out.Blank();
      out.Statement(start);
    }
    if (last) AddAssertions(script, script.statements.size(), out);
    out.Blank();
    const bool find = table.schema().empty();
    const bool wrap = transaction && steps[i].alone && !last && (use.changes || find);
    if (wrap) out.Statement(start);
    if (use.changes) out.Statement(OwnSettingsLocally(OwnSettings(options), use.authorization));
    if (find) out.Statement(table.FindLocally());
    if (last) {
      for (const std::string& change : table.ChangeRows(script.remove, script.add)) {
        out.Statement(change);
      }
    }
    out.Statement(table.InsertDone(script, steps[i], i + 1, steps.size()));
    // What the record needs ends with its transaction, but the timeouts are ours in any case.
    if (use.changes) out.Statement(OwnTimeouts(OwnSettings(options)));
    if (begin || wrap || last) EndBookkeeping(table, transaction, out);
  }
}

}  // namespace

absl::StatusOr<std::string> OfflinePostgres(absl::Span<const ScriptRun> scripts,
                                            const Options& options, bool create_tables) {
  const VersionTable table(options.version_schema, options.version_table);
  SqlText out;
  out.Comment("Run with: psql -v ON_ERROR_STOP=1 -f FILE");
  for (const std::string& name : SecretsOf(scripts)) {
    out.Comment(absl::StrCat("Before it: \\set ", name, " `printenv ", name, "`"));
  }
  AddSettings(options, out);
  const bool one = options.single_transaction;
  if (one) {
    out.Blank();
    out.Statement("BEGIN");
  }
  const bool widen = HasLongIds(scripts);
  if (create_tables || widen) {
    out.Blank();
    if (!one) out.Statement("BEGIN");
    if (table.schema().empty()) out.Statement(table.FindLocally());
    if (create_tables) out.Statement(table.CreateTable(true));
    if (create_tables) out.Statement(table.CreateLedger(true));
    if (widen) out.Statement(table.WidenIds());
    EndBookkeeping(table, !one, out);
  }
  // Nobody has been asked: there may be any code in the database.
  const OwnCode code = {.functions = true, .event_triggers = false};
  bool dirty = false;
  for (const ScriptRun& script : scripts) {
    ASSIGN_OR_RETURN(std::vector<Step> steps, SplitIntoSteps(script));
    if (one && (steps.size() > 1 || steps[0].alone)) return SingleTransactionError(script, steps);
    if (one && scripts.size() > 1) RETURN_IF_ERROR(CheckShared(script, steps));
    if (dirty) AddNewSession(options, out);
    const SessionUse use = UseOf(steps, code);
    AddScript(script, steps, table, options, use, !one, out);
    dirty = use.leaves || (one && use.changes);
  }
  if (one) {
    out.Blank();
    out.Statement("COMMIT");
  }
  return out.Finish();
}

}  // namespace autogen::apply
