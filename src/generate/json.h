// A comparison for programs.
#ifndef AUTOGEN_GENERATE_JSON_H_
#define AUTOGEN_GENERATE_JSON_H_

#include <string>

#include "src/generate/compare.h"

namespace autogen::generate {

// {"operations":[…], "likely_renames":[…]}: diff::PlanToJson with the `downgrade` mark and the data
// checks of each operation.
std::string ToJson(const Comparison& comparison);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_JSON_H_
