#include <memory>

#include "src/apply/approvals_table.h"
#include "src/apply/engines.h"
#include "src/apply/runner.h"
#include "src/base/status.h"

namespace autogen::apply {

absl::StatusOr<Database> OpenPostgres(const std::string& url, const Options& options,
                                      Observer* observer) {
  ASSIGN_OR_RETURN(std::unique_ptr<Runner> opened, Runner::Open({.url = url}, options, observer));
  const std::shared_ptr<Runner> runner = std::move(opened);
  Database database;
  database.rows = [runner]() -> const std::vector<std::string>& { return runner->rows(); };
  database.unfinished = [runner]() -> const std::optional<Unfinished>& {
    return runner->unfinished();
  };
  database.entries = [runner]() -> absl::StatusOr<std::vector<LedgerEntry>> {
    if (!runner->has_ledger()) return std::vector<LedgerEntry>();
    return ReadEntries(runner->connection(), runner->table());
  };
  database.table_name = [runner] { return runner->table().Name(); };
  database.ledger_name = [runner] { return runner->table().LedgerName(); };
  database.approvals = [runner](std::string* problem) {
    return ReadApprovals(runner->connection(), problem);
  };
  database.refresh = [runner] { return runner->Refresh(); };
  database.alive = [runner] { return runner->connection().alive(); };
  database.lock = [runner] { return runner->Lock(); };
  if (runner->pooled()) {
    database.check_scripts = [runner](auto scripts) { return runner->CheckPooling(scripts); };
  }
  database.preflight = [runner](auto scripts) { return runner->Preflight(scripts); };
  database.set_before_step = [runner](Database::BeforeStep before) {
    runner->SetBeforeStep(std::move(before));
  };
  database.run = [runner](auto scripts) { return runner->Run(scripts); };
  database.finished = [runner] { return runner->finished(); };
  database.began = [runner] { return runner->began(); };
  database.undecided_step = [runner] { return runner->undecided_step(); };
  database.undo = [runner](const ScriptRun& down) { return runner->Undo(down); };
  database.stamp = [runner](auto remove, auto add) { return runner->Stamp(remove, add); };
  return database;
}

}  // namespace autogen::apply
