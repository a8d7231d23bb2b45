#include "src/apply/profile.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "src/apply/report.h"
#include "src/sql/quote.h"

namespace autogen::apply {
namespace {

constexpr size_t kStatementWidth = 60;

// By strength, as the manual lists them (Table 13.2); 0 for a mode that is unknown.
int LockRank(absl::string_view mode) {
  static constexpr absl::string_view kModes[] = {
      "AccessShareLock", "RowShareLock",          "RowExclusiveLock", "ShareUpdateExclusiveLock",
      "ShareLock",       "ShareRowExclusiveLock", "ExclusiveLock",    "AccessExclusiveLock"};
  const auto found = std::find(std::begin(kModes), std::end(kModes), mode);
  return found == std::end(kModes) ? 0 : static_cast<int>(found - std::begin(kModes)) + 1;
}

class ProfileReport : public Observer {
 public:
  explicit ProfileReport(std::ostream& out) : out_(out) {}

  void Profiled(const ScriptRun& script, size_t statement,
                const StatementProfile& profile) override {
    rows_.push_back({FormatSeconds(profile.seconds), absl::StrCat(profile.rows),
                     absl::StrCat(Place(script, statement), ": ",
                                  Excerpt(script.statements[statement].text, kStatementWidth)),
                     absl::StrJoin(profile.locks, ", ",
                                   [](std::string* out, const HeldLock& lock) {
                                     absl::StrAppend(out, LockName(lock.mode), " on ",
                                                     lock.relation, " for ",
                                                     FormatSeconds(lock.seconds));
                                   }),
                     absl::StrJoin(profile.rewritten, ", ")});
  }
  void RunEnded(const RunSummary& summary) override {
    if (rows_.empty()) return;
    out_ << absl::StrFormat("%9s %8s  %s\n", "time", "rows", "statement");
    for (const Row& row : rows_) {
      out_ << absl::StrFormat("%9s %8s  %s\n", row.time, row.rows, row.statement);
      if (!row.locks.empty()) out_ << absl::StrFormat("%20s locks %s\n", "", row.locks);
      if (!row.rewritten.empty()) out_ << absl::StrFormat("%20s rewrote %s\n", "", row.rewritten);
    }
    rows_.clear();
  }

 private:
  struct Row {
    std::string time, rows, statement, locks, rewritten;
  };
  std::ostream& out_;
  std::vector<Row> rows_;
};

}  // namespace

std::string Profiler::SnapshotSql() {
  return "SELECT oid::bigint, oid::regclass::text, relfilenode::bigint FROM pg_class WHERE relkind "
         "IN ('r', 'm', 'p') AND oid >= 16384";
}

std::string Profiler::LocksSql(const VersionTable& table) {
  return absl::StrCat(
      "SELECT l.relation::bigint, l.mode, coalesce(c.relfilenode, 0)::bigint FROM pg_locks l LEFT "
      "JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() AND l.granted AND "
      "l.locktype = 'relation' AND l.relation >= 16384 AND l.mode <> 'AccessShareLock' AND "
      "l.relation IS DISTINCT FROM to_regclass(",
      sql::Literal(table.Name()), ") AND l.relation IS DISTINCT FROM to_regclass(",
      sql::Literal(table.LedgerName()), ") ORDER BY 1, 2");
}

void Profiler::Clear() {
  tables_.clear();
  held_.clear();
  entries_.clear();
}

void Profiler::Snapshot(const postgres::Result& result) {
  for (int row = 0; row < result.rows(); ++row) {
    tables_.emplace(result.Int(row, 0),
                    std::make_pair(std::string(result.Text(row, 1)), result.Int(row, 2)));
  }
}

void Profiler::Statement(const ScriptRun& script, size_t statement, double start,
                         const StatementResult& result) {
  entries_.push_back({&script, statement, start, {result.seconds, result.rows, {}, {}}});
}

void Profiler::Locks(const postgres::Result& result) {
  if (entries_.empty()) return;
  Entry& entry = entries_.back();
  for (int row = 0; row < result.rows(); ++row) {
    const int64_t oid = result.Int(row, 0);
    const std::string mode(result.Text(row, 1));
    // Indexes, and tables that are new: nobody waits for those.
    auto table = tables_.find(oid);
    if (table == tables_.end()) continue;
    auto& [name, file] = table->second;
    int& held = held_[oid];
    if (const int rank = LockRank(mode); rank > held) {
      held = rank;
      // One statement may take several: the strongest is reported.
      std::vector<HeldLock>& locks = entry.profile.locks;
      if (locks.empty() || locks.back().relation != name) locks.push_back({name, "", 0});
      locks.back().mode = mode;
    }
    const int64_t file_now = result.Int(row, 2);
    if (file_now != 0 && file_now != file) {
      file = file_now;
      entry.profile.rewritten.push_back(name);
    }
  }
}

void Profiler::End(double now, Observer& observer) {
  for (Entry& entry : entries_) {
    for (HeldLock& lock : entry.profile.locks) lock.seconds = now - entry.start;
    observer.Profiled(*entry.script, entry.statement, entry.profile);
  }
  Clear();
}

std::string LockName(absl::string_view mode) {
  std::string out;
  for (char c : absl::StripSuffix(mode, "Lock")) {
    if (absl::ascii_isupper(c) && !out.empty()) out += ' ';
    out += absl::ascii_toupper(c);
  }
  return out;
}

std::unique_ptr<Observer> MakeProfileReport(std::ostream& out) {
  return std::make_unique<ProfileReport>(out);
}

}  // namespace autogen::apply
