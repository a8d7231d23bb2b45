// A model together with the places where its messages were written: for edits in place.
#ifndef AUTOGEN_MODEL_LOAD_TRACKED_H_
#define AUTOGEN_MODEL_LOAD_TRACKED_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/model/problems.h"

namespace autogen::model {

struct TrackedModel {
  std::shared_ptr<Schema> schema;
  std::unique_ptr<Sources> sources;  // points into `files`
  std::deque<SourceFile> files;
};

// As LoadModel.
absl::StatusOr<TrackedModel> LoadModelTracked(const std::vector<std::string>& paths,
                                              EngineName engine = ENGINE_UNSPECIFIED);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_LOAD_TRACKED_H_
