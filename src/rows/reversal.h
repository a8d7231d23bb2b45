// Which rows the downgrade restores, for each operation: derived from the plan, then measured on
// synthetic rows.
#ifndef AUTOGEN_ROWS_REVERSAL_H_
#define AUTOGEN_ROWS_REVERSAL_H_

#include <string>
#include <vector>

#include "src/rows/migration.h"
#include "src/rows/trial.h"

namespace autogen::rows {

// "lossless", "lossy", "not reversible".
const char* Name(Reversal::Kind kind);
// "lossy (public.t.score: the column's values)"
std::string Describe(const Reversal& reversal);

// One for each operation of the plan, from the plan alone.
std::vector<Reversal> FindReversals(const diff::Plan& plan);

// What the proof tries on rows: the tables that the plan touches, and the upgrade's data checks.
RowPlan PlanRows(const Migration& migration);

// Replaces what the plan predicts by what the trial measured, and annotates the statements:
// "downgrade: …" where rows were tried or something is lost, and failures that no check predicted.
void AddTrial(const RowTrial& trial, Migration* migration);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_REVERSAL_H_
