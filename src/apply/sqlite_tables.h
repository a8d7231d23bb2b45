// The version table and the ledger in an SQLite file: as version_table.h, in its SQL.
#ifndef AUTOGEN_APPLY_SQLITE_TABLES_H_
#define AUTOGEN_APPLY_SQLITE_TABLES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/ledger.h"
#include "src/apply/script_run.h"
#include "src/sqlite/database.h"

namespace autogen::apply {

class SqliteTables {
 public:
  explicit SqliteTables(std::string table) : table_(std::move(table)) {}

  std::string Name() const;  // quoted
  std::string LedgerName() const;

  std::string CreateTable() const;   // IF NOT EXISTS
  std::string CreateLedger() const;  // the same
  // Behind CreateLedger(): what was applied before there was a ledger is in it as a stamp.
  std::string InsertBaseline() const;

  // At most two statements.
  std::vector<std::string> ChangeRows(absl::Span<const std::string> remove,
                                      absl::Span<const std::string> add) const;
  // The row of a step that is done now and took so long; without: printed, for somebody else to
  // run.
  std::string InsertDone(const ScriptRun& script, const Step& of, size_t step, size_t steps,
                         std::optional<int64_t> duration_ms) const;
  std::string InsertStamp(absl::Span<const std::string> revisions) const;
  std::string DeleteUnfinished() const;

  // What is there. FailedPrecondition: a view of that name, or a table without the column.
  struct Found {
    bool exists = false;
    bool has_ledger = false;
    std::vector<std::string> rows;  // sorted
    std::optional<Unfinished> unfinished;
  };
  absl::StatusOr<Found> Read(sqlite::Database& database) const;
  absl::StatusOr<std::vector<LedgerEntry>> ReadEntries(sqlite::Database& database) const;

 private:
  std::string LastFinished() const;

  std::string table_;
};

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_SQLITE_TABLES_H_
