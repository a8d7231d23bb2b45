// What the downgrade brings back of the rows that were there: said for each operation, and checked
// on synthetic rows.
#ifndef AUTOGEN_GENERATE_WAY_BACK_H_
#define AUTOGEN_GENERATE_WAY_BACK_H_

#include <string>
#include <vector>

#include "src/generate/compare.h"
#include "src/scratch/prove.h"

namespace autogen::generate {

// "lossless", "lossy", "impossible".
const char* Name(WayBack::Kind kind);
// "lossy (public.t.score: the column's values)"
std::string Describe(const WayBack& way_back);

// One for each operation of the plan, from the plan alone.
std::vector<WayBack> FindWayBack(const Comparison& comparison);

// What the proof tries on rows: the tables that the plan touches, and the questions of the upgrade.
scratch::RowPlan PlanRows(const Comparison& comparison);

// Puts what the trial saw in the place of what the plan said, and both above the statements: "way
// back: …" where rows were tried or something is lost, and the failures that no question announced.
void AddTrial(const scratch::RowTrial& trial, Comparison* comparison);

// {"operations":[…], "likely_renames":[…]}: diff::PlanToJson with a way_back and the preflight
// questions of each operation.
std::string ToJson(const Comparison& comparison);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_WAY_BACK_H_
