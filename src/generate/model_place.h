// Where in the model's files it stands, what PostgreSQL does not take.
#ifndef AUTOGEN_GENERATE_MODEL_PLACE_H_
#define AUTOGEN_GENERATE_MODEL_PLACE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace autogen::generate {

// `status`, where it is that of an object that could not be built (scratch::BuiltObject) and one of
// the model files in `paths` says it: as a finding at the name that the server misses, with the
// nearest one that there is, else at the object. Any other status as it is.
absl::Status AtModel(const absl::Status& status, const std::vector<std::string>& paths);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_MODEL_PLACE_H_
