// A plan with its statements both ways, and what they do to rows.
#ifndef AUTOGEN_ROWS_MIGRATION_H_
#define AUTOGEN_ROWS_MIGRATION_H_

#include <string>
#include <vector>

#include "src/diff/plan.h"
#include "src/render/render.h"
#include "src/rows/violating.h"

namespace autogen::rows {

// What the way back brings back of the rows that were there before an operation.
struct WayBack {
  enum Kind { kLossless, kLossy, kImpossible };
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
  // Rows that are in the way of the upgrade; the questions stand above its statements, too.
  std::vector<ViolatingRows> violating;
  std::vector<WayBack> way_back;  // by operation of `plan`; see way_back.h
};

// Fills `violating`, with the questions above the statements, and `way_back` from the rest, anew.
void DescribeRows(Migration* migration);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_MIGRATION_H_
