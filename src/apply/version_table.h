// The tables in which a database records what was applied: the version table in Alembic's shape,
// and the ledger.
#ifndef AUTOGEN_APPLY_VERSION_TABLE_H_
#define AUTOGEN_APPLY_VERSION_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/apply/script_run.h"

namespace autogen::apply {

// Names, and the SQL over them. Every name is qualified: a script may have changed search_path.
//
// <table>: version_num text primary key (Alembic's: varchar(32)); one row for each effective head.
// <table>_ledger: one row for each step of a script that ran (see Step; nearly always one), in
// order of `id`, which is one more than the largest: a sequence may lag behind (restored, cached by
// several sessions), and the run lock keeps others from writing:
//   revision, direction ('upgrade', 'downgrade', 'stamp')
//   step, steps            which of how many
//   state                  'started' (a step that runs alone) or 'done'
//   checksum, part_checksum, statement (of a step that runs alone)
//   tool, role, started_at, duration_ms
// <table>_lease: see lease.h; only where a run went through a pooler in transaction mode.
// A script is finished when a row with step = steps is 'done'. Scripts run one after another, so
// only the newest rows can belong to one that is not.
//
// Before any query over them, in the same string or transaction: row security that would hide rows
// is an error of the server's instead.
inline constexpr char kEveryRow[] = "SELECT pg_catalog.set_config('row_security', 'off', true); ";

class VersionTable {
 public:
  VersionTable() = default;
  VersionTable(std::string schema, std::string table)
      : schema_(std::move(schema)), table_(std::move(table)) {}

  const std::string& schema() const { return schema_; }
  const std::string& table() const { return table_; }
  std::string Name() const;        // quoted and qualified
  std::string LedgerName() const;  // the same
  std::string LeaseName() const;   // of the table of lease.h; the same
  // Of the session lock that keeps runners of this table apart; PostgreSQL keys it by database as
  // well.
  int64_t LockKey() const;

  std::string CreateTable(bool if_not_exists = false) const;
  std::string CreateLedger(bool if_not_exists = false) const;
  // Behind CreateLedger(): what was applied before there was a ledger is in it as a stamp.
  std::string InsertBaseline() const;
  // To make room for ids of any length.
  std::string WidenIds() const;
  // For SQL that is printed, of a table without a schema: to the end of the transaction the search
  // path is the schema of the one that is there, else as it was.
  std::string FindLocally() const;
  // With its row. Only runs through a pooler in transaction mode need it.
  std::string CreateLease() const;
  // Whether there are table, ledger and lease: one row of three booleans.
  std::string ExistSql() const;

  // Changes the rows, plainly: at most two statements.
  std::vector<std::string> ChangeRows(absl::Span<const std::string> remove,
                                      absl::Span<const std::string> add) const;

  // The ledger's row for a step that is done, inside its transaction.
  std::string InsertDone(const ScriptRun& script, const Step& step, size_t number,
                         size_t count) const;
  // ChangeRows() in one statement, which fails with division by zero (22012) where a row to delete
  // is not there. "" where nothing changes.
  std::string ChangeRowsOrFail(absl::Span<const std::string> remove,
                               absl::Span<const std::string> add) const;
  // The same together with InsertDone(), for the last step of a script.
  std::string FinishScript(const ScriptRun& script, const Step& step, size_t number,
                           size_t count) const;
  // FinishScript() of scripts of one step that take one row to another, nearly all, prepared once
  // for a session: parsing and planning it each time costs about as much as a small DDL statement.
  std::string PrepareFinish() const;
  static bool CanExecuteFinish(const ScriptRun& script, size_t count);
  std::string ExecuteFinish(const ScriptRun& script) const;
  // Around a step that runs alone.
  std::string InsertStarted(const ScriptRun& script, const Step& step, size_t number,
                            size_t count) const;
  // The statement has ended, but its row changes are not yet recorded: duration_ms is set.
  std::string MarkEnded(const ScriptRun& script, size_t number) const;
  std::string MarkDone(const ScriptRun& script, const Step& step, size_t number) const;
  std::string DeleteStarted() const;
  // Deletes the ledger's rows of the unfinished script.
  std::string DeleteUnfinished() const;
  // The id of the last row of the last script that is finished; 0 where there is none.
  std::string LastFinished() const;
  // 'stamp' rows: the revisions that now stand in the version table.
  std::string InsertStamp(absl::Span<const std::string> revisions) const;

 private:
  std::string NextId() const;
  std::string UpdateStarted(const ScriptRun& script, size_t number,
                            absl::string_view changes) const;
  std::string Changes(absl::Span<const std::string> remove,
                      absl::Span<const std::string> add) const;
  std::string schema_;
  std::string table_;
};

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_VERSION_TABLE_H_
