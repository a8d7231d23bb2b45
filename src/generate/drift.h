// The differences between a database and a model, at what the model says.
#ifndef AUTOGEN_GENERATE_DRIFT_H_
#define AUTOGEN_GENERATE_DRIFT_H_

#include <string>
#include <vector>

#include "src/diff/plan.h"
#include "src/report/finding.h"

namespace autogen::generate {

// One for each operation of `plan`, in their order, with the words of diff::PrintPlan and the rule
// "drift"; at the object in the model files of `paths` where they have it.
std::vector<report::Finding> DriftFindings(const diff::Plan& plan,
                                           const std::vector<std::string>& paths, EngineName engine);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_DRIFT_H_
