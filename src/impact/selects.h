// What a condition leaves out.
#ifndef AUTOGEN_IMPACT_SELECTS_H_
#define AUTOGEN_IMPACT_SELECTS_H_

#include "nlohmann/json_fwd.hpp"

namespace autogen::impact {

bool HasColumn(const nlohmann::json& tree);
bool HasQuery(const nlohmann::json& tree);

// The condition of a WHERE, which may be null, leaves some rows out as far as its form tells: not
// `true`, `1 = 1`, `a = a`, `a IS NOT NULL`, nor anything OR one of these.
bool Selects(const nlohmann::json& condition);

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_SELECTS_H_
