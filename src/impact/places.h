// Finds where a parsed statement puts what it makes. Internal to src/impact.
#ifndef AUTOGEN_IMPACT_PLACES_H_
#define AUTOGEN_IMPACT_PLACES_H_

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "src/impact/impact.h"

namespace autogen::impact {

Impact::Places FindPlaces(absl::string_view node, const nlohmann::json& body);

}  // namespace autogen::impact

#endif  // AUTOGEN_IMPACT_PLACES_H_
