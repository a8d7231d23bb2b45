// Where a script asks for a backfill, and how: add, backfill in batches, constrain.
#ifndef AUTOGEN_ROWS_BACKFILL_PLACE_H_
#define AUTOGEN_ROWS_BACKFILL_PLACE_H_

#include "src/rows/migration.h"

namespace autogen::rows {

// Adds the three scripts above each statement of the upgrade that needs values which are missing,
// or that rewrites a table under its lock: NOT NULL on a column of an existing table, a change of
// type by a cast, a column that moves to a new table. The lines start with "backfill:".
void AddBackfillPlaces(Migration* migration);

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_BACKFILL_PLACE_H_
