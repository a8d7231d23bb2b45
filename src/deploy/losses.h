// What scripts that are about to run take with them.
#ifndef AUTOGEN_DEPLOY_LOSSES_H_
#define AUTOGEN_DEPLOY_LOSSES_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "src/apply/script_run.h"

namespace autogen::deploy {

// A warning for each statement that loses rows or values ("versions/x.sql:12: loses data: drops
// column public.t.c"), in the order of the run; of many in one script the first ones, with how
// many more there are. By what the statements say, as for the hazard data_loss: what only a look at
// the database could tell "may lose data".
std::vector<std::string> LossWarnings(absl::Span<const apply::ScriptRun> scripts);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_LOSSES_H_
