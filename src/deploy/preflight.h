// The data checks of an upgrade, run on the real database before anything is changed.
#ifndef AUTOGEN_DEPLOY_PREFLIGHT_H_
#define AUTOGEN_DEPLOY_PREFLIGHT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/apply/database.h"
#include "src/postgres/connection.h"
#include "src/revision/graph.h"
#include "src/revision/plan.h"
#include "src/sql/made_names.h"

namespace autogen::deploy {

struct DataCheck {
  std::string query;  // one SELECT of one number
  std::string what;   // "t.a is NULL"
  std::string path;   // of the script; "" where a comparison asks
  int line = 0;       // in the script
  // What the statements ahead of it, in its own script and in those before, make: what is missing
  // for want of that is for later.
  sql::MadeNames made;
  // One of those statements may change the rows that are counted: they are for later, too.
  bool rows_change = false;
  // A derived one (see DerivedCheck): gives the query; and why there is none.
  std::function<absl::StatusOr<std::string>(postgres::Connection&)> find;
  std::string problem;
  // The statement that it is for, of the script's upgrade.
  size_t statement = 0;
};

// Those of the scripts `nodes`, which run in this order: what they say themselves, and, for a
// script that was not generated and proved as it is, what its statements imply. Those leave out
// `schema`.
absl::StatusOr<std::vector<DataCheck>> DataChecksOf(const revision::Graph& graph,
                                                    const revision::Nodes& nodes,
                                                    const std::string& schema);

struct DataCheckResult {
  DataCheck check;
  int64_t rows = 0;      // violating ones; of the sample
  double sampled = 100;  // percent of the table that was looked at
  // Why the result is unknown: not run, failed, or took too long. Then `rows` means nothing.
  std::string problem;
  // For later: something is missing that comes with an earlier statement, or that one may change
  // the rows that were found.
  bool early = false;
  bool late = false;  // it reached its deadline
  bool passed() const { return problem.empty() && rows == 0; }
  bool fails() const { return problem.empty() && rows > 0 && !early; }
};

struct PreflightOptions {
  // About so many rows of each table are looked at (TABLESAMPLE SYSTEM); 0: all.
  int64_t sample_rows = 0;
  int check_timeout_ms = 30000;  // of each check, all that it needs included
  int lock_timeout_ms = 3000;
  // Beside HarmlessExtensions().
  std::vector<std::string> extensions;
  // Ends everything at once when it becomes true (a signal); called by another thread.
  std::function<bool()> stop;
  // After each answer; may be empty.
  std::function<void(const DataCheckResult&)> progress;
};

// The text of a check comes from whoever wrote the script, so it is run only where JudgeQuery finds
// that it can do nothing but read, alone in a read-only transaction, as one statement of the
// extended protocol. What it counts are all rows: where row security would hide some, the check
// fails. Cancelled after `stop`; another status only where no session can be had.
absl::StatusOr<std::vector<DataCheckResult>> RunPreflight(const std::string& url,
                                                          const std::vector<DataCheck>& checks,
                                                          const PreflightOptions& options);

// How the checks of one database are asked: as RunPreflight(), or, where they go over the run's own
// connection (apply::Database::count), one after the other. A check that fails there is not run, or
// for later where the error names what a statement ahead of it makes.
using AskChecks =
    std::function<absl::StatusOr<std::vector<DataCheckResult>>(const std::vector<DataCheck>&)>;
AskChecks ChecksOf(const apply::Database& database, const std::string& url,
                   const PreflightOptions& options);

// `query` over a sample of the first relation that it names behind FROM.
std::string WithSample(const std::string& query, double percent);
// That relation as it is written, quoted; "" where there is none.
std::string FirstRelation(const std::string& query);
// All that stand behind a FROM, in that order.
std::vector<std::string> RelationsOf(const std::string& query);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_PREFLIGHT_H_
