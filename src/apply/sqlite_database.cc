#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/apply/engines.h"
#include "src/apply/sqlite_runner.h"
#include "src/base/status.h"

namespace autogen::apply {

absl::StatusOr<Database> OpenSqlite(const std::string& url, const Options& options,
                                    Observer* observer) {
  ASSIGN_OR_RETURN(std::unique_ptr<SqliteRunner> opened,
                   SqliteRunner::Open(url, options, observer));
  const std::shared_ptr<SqliteRunner> runner = std::move(opened);
  Database database;
  database.rows = [runner]() -> const std::vector<std::string>& { return runner->found().rows; };
  database.unfinished = [runner]() -> const std::optional<Unfinished>& {
    return runner->found().unfinished;
  };
  database.entries = [runner] { return runner->Entries(); };
  database.table_name = [runner] { return runner->tables().Name(); };
  database.ledger_name = [runner] { return runner->tables().LedgerName(); };
  // A file that whoever runs the program can write proves nobody's approval.
  database.approvals = [](std::string*) -> absl::StatusOr<Approvals> { return Approvals(); };
  database.refresh = [runner] { return runner->Refresh(); };
  database.alive = [] { return true; };
  database.lock = [runner] { return runner->Lock(); };
  database.preflight = [runner](auto scripts) { return runner->Preflight(scripts); };
  database.count = [runner](const std::string& query) { return runner->Count(query); };
  database.set_before_step = [runner](Database::BeforeStep before) {
    runner->SetBeforeStep(std::move(before));
  };
  database.run = [runner](auto scripts) { return runner->Run(scripts); };
  database.finished = [runner] { return runner->finished(); };
  database.began = [runner] { return runner->began(); };
  database.undecided_step = [] { return size_t{0}; };
  database.undo = [](const ScriptRun& down) {
    return absl::FailedPreconditionError(
        absl::StrCat(down.path,
                     ": some of its steps are done, and which statements of the downgrade "
                     "undo them only its author knows: finish it (autogen upgrade ",
                     down.revision, "), or repair the database by hand and stamp it"));
  };
  database.stamp = [runner](auto remove, auto add) { return runner->Stamp(remove, add); };
  return database;
}

}  // namespace autogen::apply
