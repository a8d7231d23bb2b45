#include "src/apply/ledger.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"

namespace autogen::apply {

namespace {

std::string DescribeUnfinished(const Unfinished& unfinished) {
  return absl::StrCat("the ", DirectionName(unfinished.direction), " of revision ",
                      unfinished.revision, " was interrupted: ", unfinished.steps_done(),
                      " of its ", unfinished.step_count(), " steps are done");
}

}  // namespace

size_t Unfinished::steps_done() const {
  size_t done = 0;
  for (const RecordedStep& step : steps) {
    if (step.done) done = step.number;
  }
  return done;
}

const RecordedStep* Unfinished::open() const {
  const RecordedStep* open = nullptr;
  for (const RecordedStep& step : steps) {
    if (!step.done) open = &step;
  }
  return open;
}

absl::StatusOr<std::optional<Unfinished>> ReadUnfinished(postgres::Connection& connection,
                                                         const VersionTable& table) {
  ASSIGN_OR_RETURN(
      postgres::Result result,
      connection.Exec(absl::StrCat(
          kEveryRow,
          "SELECT revision, direction, step, steps, state, part_checksum, statement, "
          "to_char(started_at, 'YYYY-MM-DD HH24:MI:SS TZ'), role, duration_ms IS NOT NULL FROM ",
          table.LedgerName(), " WHERE id > ", table.LastFinished(), " ORDER BY id")));
  if (result.rows() == 0) return std::optional<Unfinished>();
  Unfinished unfinished;
  unfinished.revision = std::string(result.Text(0, 0));
  unfinished.direction =
      result.Text(0, 1) == "downgrade" ? Direction::kDowngrade : Direction::kUpgrade;
  for (int row = 0; row < result.rows(); ++row) {
    unfinished.steps.push_back({static_cast<size_t>(result.Int(row, 2)),
                                static_cast<size_t>(result.Int(row, 3)),
                                result.Text(row, 4) == "done", std::string(result.Text(row, 5)),
                                std::string(result.Text(row, 6)), std::string(result.Text(row, 7)),
                                std::string(result.Text(row, 8)), result.Bool(row, 9)});
  }
  return std::optional<Unfinished>(std::move(unfinished));
}

absl::StatusOr<std::vector<LedgerEntry>> ReadEntries(postgres::Connection& connection,
                                                     const VersionTable& table) {
  ASSIGN_OR_RETURN(postgres::Result result,
                   connection.Exec(absl::StrCat(
                       kEveryRow, "SELECT revision, direction, checksum FROM ", table.LedgerName(),
                       " WHERE step = steps AND state = 'done' ORDER BY id")));
  std::vector<LedgerEntry> entries;
  for (int row = 0; row < result.rows(); ++row) {
    LedgerEntry entry;
    const absl::string_view direction = result.Text(row, 1);
    entry.kind = direction == "stamp"       ? LedgerEntry::Kind::kStamp
                 : direction == "downgrade" ? LedgerEntry::Kind::kDowngrade
                                            : LedgerEntry::Kind::kUpgrade;
    entry.revisions = absl::StrSplit(result.Text(row, 0), ' ', absl::SkipEmpty());
    entry.checksum = std::string(result.Text(row, 2));
    entries.push_back(std::move(entry));
  }
  return entries;
}

absl::flat_hash_map<std::string, std::string> AppliedChecksums(
    absl::Span<const LedgerEntry> entries) {
  absl::flat_hash_map<std::string, std::string> checksums;
  for (const LedgerEntry& entry : entries) {
    if (entry.kind != LedgerEntry::Kind::kUpgrade) continue;
    for (const std::string& revision : entry.revisions) checksums[revision] = entry.checksum;
  }
  return checksums;
}

absl::Status CheckUnfinished(const std::optional<Unfinished>& unfinished,
                             absl::Span<const ScriptRun> scripts) {
  if (!unfinished.has_value()) return absl::OkStatus();
  const Unfinished& open = *unfinished;
  if (!scripts.empty() && scripts[0].revision == open.revision &&
      scripts[0].direction == open.direction) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(DescribeUnfinished(open), ". Finish it first: ",
                   open.direction == Direction::kUpgrade
                       ? absl::StrCat("autogen upgrade ", open.revision)
                       : absl::StrCat("autogen downgrade ", open.revision, "-1"),
                   "; or repair the database by hand and abandon it: autogen stamp REVISION"));
}

absl::StatusOr<size_t> StepsDone(const std::optional<Unfinished>& unfinished,
                                 const ScriptRun& script, const std::vector<Step>& steps) {
  if (!unfinished.has_value() || unfinished->revision != script.revision) return size_t{0};
  size_t done = 0;
  for (const RecordedStep& recorded : unfinished->steps) {
    if (!recorded.done || recorded.number == 0) continue;
    done = recorded.number;
    if (done > steps.size() || steps[done - 1].checksum != recorded.checksum) {
      return absl::FailedPreconditionError(absl::StrCat(
          script.path, ": ", DescribeUnfinished(*unfinished), ", but step ", done,
          " was edited since. Restore it (the steps that have not run yet may change), "
          "or repair the database by hand and abandon the script: autogen stamp REVISION"));
    }
  }
  return done;
}

}  // namespace autogen::apply
