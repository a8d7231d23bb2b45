// What the downgrade brings back of the rows that were there: said for each operation, and checked
// on synthetic rows.
#ifndef AUTOGEN_ROWS_WAY_BACK_H_
#define AUTOGEN_ROWS_WAY_BACK_H_

#include <string>
#include <vector>

#include "src/rows/migration.h"
#include "src/rows/trial.h"

namespace autogen::rows {

// "lossless", "lossy", "impossible".
const char* Name(WayBack::Kind kind);
// "lossy (public.t.score: the column's values)"
std::string Describe(const WayBack& way_back);

// One for each operation of the plan, from the plan alone.
std::vector<WayBack> FindWayBack(const diff::Plan& plan);

// What the proof tries on rows: the tables that the plan touches, and the questions of the upgrade.
RowPlan PlanRows(const Migration& migration);

// Puts what the trial saw in the place of what the plan said, and both above the statements: "way
// back: …" where rows were tried or something is lost, and the failures that no question announced.
void AddTrial(const RowTrial& trial, Migration* migration);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_WAY_BACK_H_
