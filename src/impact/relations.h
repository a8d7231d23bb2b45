// How many locks a transaction keeps for a statement: what max_locks_per_transaction is for.
#ifndef AUTOGEN_IMPACT_RELATIONS_H_
#define AUTOGEN_IMPACT_RELATIONS_H_

#include "absl/strings/string_view.h"
#include "src/impact/impact.h"

namespace autogen::impact {

// About as many as the relations that it locks, creates and drops, with their TOAST tables, indexes
// and sequences, as far as its text shows. `of` is the statement's impact.
size_t LocksKept(absl::string_view statement, const Impact& of);

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_RELATIONS_H_
