// A plan with its statements both ways, and what they do to rows.
#ifndef AUTOGEN_ROWS_MIGRATION_H_
#define AUTOGEN_ROWS_MIGRATION_H_

#include <string>
#include <vector>

#include "src/diff/plan.h"
#include "src/render/render.h"
#include "src/rows/violating.h"

namespace autogen::rows {

// What the downgrade restores of the rows that an operation found.
struct Reversal {
  enum Kind { kLossless, kLossy, kNotReversible };
  Kind kind = kLossless;
  std::vector<std::string> losses;  // "public.t.score: the column's values"
  bool tried = false;               // on synthetic rows
};

struct Migration {
  diff::Plan plan;
  diff::Plan back;  // the operations of the downgrade
  // Statement::operation is an index into the operations of `plan` and of `back`.
  std::vector<render::Statement> upgrade;
  std::vector<render::Statement> downgrade;
  int server_version = 0;
  // Rows over which the upgrade fails; their data checks stand above its statements, too.
  std::vector<ViolatingRows> violating;
  std::vector<Reversal> reversals;  // by operation of `plan`; see reversal.h
};

// Recomputes `violating` (and the data checks above the statements) and `reversals` from the rest.
void DescribeRows(Migration* migration);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_MIGRATION_H_
