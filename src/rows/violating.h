// Violating rows: what the old schema allows and the new one does not.
#ifndef AUTOGEN_ROWS_VIOLATING_H_
#define AUTOGEN_ROWS_VIOLATING_H_

#include <string>
#include <vector>

#include "src/diff/plan.h"

namespace autogen::rows {

// One data check of the database as it is before the upgrade. Each row that it counts makes the
// statement fail.
struct ViolatingRows {
  size_t operation = 0;  // in Plan::operations
  // NULLs, over which the operation's statement that sets NOT NULL fails; else whatever it fails
  // on first.
  bool nulls = false;
  std::string relation;  // whose rows they are, quoted, under its present name
  std::string what;      // "t.a is NULL"
  // SQL with one number. The first relation behind a FROM is `relation`.
  std::string count;
  // The same rows: (tableoid, ctid). Without them the statement runs.
  std::string rows;
};

// For NOT NULL over NULLs, casts, unique keys over repeats, foreign keys over orphans, checks,
// exclusions, removed labels, domains, bounds of partitions. What is only recreated as it was
// (Operation::because) counts where its columns change. Left out: what no query can tell before the
// upgrade (values from a sequence, a cast without a test). In the order of the operations.
std::vector<ViolatingRows> FindViolatingRows(const diff::Plan& plan, int server_version);

// `sql` with blanks for line ends, except in literals and names, where they mean themselves.
std::string OnOneLine(const std::string& sql);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_VIOLATING_H_
