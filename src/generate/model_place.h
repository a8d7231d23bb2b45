// Where in the model's files it stands, what PostgreSQL does not take.
#ifndef AUTOGEN_GENERATE_MODEL_PLACE_H_
#define AUTOGEN_GENERATE_MODEL_PLACE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "autogen/options.pb.h"
#include "src/model/object_id.h"

namespace autogen::generate {

// `status`, where it is that of an object that could not be built (scratch::BuiltObject) and one of
// the model files in `paths` says it: as a finding at the name that the server misses, with the
// nearest one that there is, else at the object. Any other status as it is.
absl::Status AtModel(const absl::Status& status, const std::vector<std::string>& paths);

// What an engine does not take, and why.
struct Misfit {
  model::ObjectId object;
  std::string message;
};
// `status` as a finding for each of them, where one of the model files in `paths` says the object.
absl::Status AtObjects(const absl::Status& status, const std::vector<Misfit>& misfits,
                       const std::vector<std::string>& paths, EngineName engine);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_MODEL_PLACE_H_
