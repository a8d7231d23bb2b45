// What the ledger records before a run.
#ifndef AUTOGEN_APPLY_LEDGER_H_
#define AUTOGEN_APPLY_LEDGER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/apply/script_run.h"
#include "src/apply/version_table.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// A step that ran, or was started, of a script that is not finished.
struct RecordedStep {
  size_t number = 0;
  size_t count = 0;  // of the script
  bool done = false;
  std::string checksum;
  std::string statement;
  std::string started_at;
  std::string role;
  // Not done, but its statement has ended: the changes with it are not recorded yet.
  bool ended = false;
};

// A script that an interrupted run left between two of its steps.
struct Unfinished {
  std::string revision;
  Direction direction = Direction::kUpgrade;
  std::vector<RecordedStep> steps;  // in order
  size_t steps_done() const;
  // The step that was started and not recorded as done; null where there is none.
  const RecordedStep* open() const;
  size_t step_count() const { return steps.empty() ? 0 : steps.back().count; }
};

// FailedPrecondition where something is unfinished that the first of `scripts` does not go on with.
absl::Status CheckUnfinished(const std::optional<Unfinished>& unfinished,
                             absl::Span<const ScriptRun> scripts);
// The steps of `script` that are done. FailedPrecondition where one of them was edited since.
absl::StatusOr<size_t> StepsDone(const std::optional<Unfinished>& unfinished,
                                 const ScriptRun& script, const std::vector<Step>& steps);

// The ledger must exist.
absl::StatusOr<std::optional<Unfinished>> ReadUnfinished(postgres::Connection& connection,
                                                         const VersionTable& table);

// A script that was finished, or a stamp.
struct LedgerEntry {
  enum class Kind { kUpgrade, kDowngrade, kStamp } kind = Kind::kUpgrade;
  std::vector<std::string> revisions;  // one; of a stamp all that it left in the version table
  std::string checksum;                // of the script
};
// In order. The ledger must exist.
absl::StatusOr<std::vector<LedgerEntry>> ReadEntries(postgres::Connection& connection,
                                                     const VersionTable& table);

// Checksums of the scripts as they were when last applied, by revision; not of those stamped.
absl::flat_hash_map<std::string, std::string> AppliedChecksums(
    absl::Span<const LedgerEntry> entries);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_LEDGER_H_
