// A profile of the run: each statement's locks, how long they were held, and the tables that it
// rewrote.
#ifndef AUTOGEN_APPLY_PROFILE_H_
#define AUTOGEN_APPLY_PROFILE_H_

#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "src/apply/observer.h"
#include "src/apply/version_table.h"
#include "src/postgres/connection.h"

namespace autogen::apply {

// Follows one transaction. Its two queries run in the transaction: SnapshotSql() first,
// LocksSql() behind each statement.
class Profiler {
 public:
  // The tables that are there, with their files.
  static std::string SnapshotSql();
  // What the transaction holds now. `table`'s own locks are left out.
  static std::string LocksSql(const VersionTable& table);

  void Snapshot(const postgres::Result& result);
  // `start` in seconds of the clock of End()'s argument.
  void Statement(const ScriptRun& script, size_t statement, double start,
                 const StatementResult& result);
  void Locks(const postgres::Result& result);
  // The transaction is over: reports each statement to `observer`.
  void End(double now, Observer& observer);
  void Clear();

 private:
  struct Entry {
    const ScriptRun* script = nullptr;
    size_t statement = 0;
    double start = 0;
    StatementProfile profile;
  };
  std::map<int64_t, std::pair<std::string, int64_t>> tables_;  // by oid: name, file
  std::map<int64_t, int> held_;                                // by oid: the strongest lock's rank
  std::vector<Entry> entries_;
};

// "ACCESS EXCLUSIVE" for "AccessExclusiveLock".
std::string LockName(absl::string_view mode);

// Prints the table when the run has ended.
std::unique_ptr<Observer> MakeProfileReport(std::ostream& out);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_PROFILE_H_
