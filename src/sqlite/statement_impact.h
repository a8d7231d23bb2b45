// What one statement does, whatever else its script says.
#ifndef AUTOGEN_SQLITE_STATEMENT_IMPACT_H_
#define AUTOGEN_SQLITE_STATEMENT_IMPACT_H_

#include "src/impact/impact.h"
#include "src/sqlite/copied_table.h"

namespace autogen::sqlite {

impact::Impact FindImpactAlone(const ReadStatement& statement);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_STATEMENT_IMPACT_H_
