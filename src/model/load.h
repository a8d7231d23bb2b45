// Model files -> Schema.
#ifndef AUTOGEN_MODEL_LOAD_H_
#define AUTOGEN_MODEL_LOAD_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"

namespace autogen::model {

// Reads every path (a file, or a folder's *.txtpb files, recursively and sorted), follows
// `include`, reads `definition_file`s (both only below the project root of the path, see
// base/project_root.h), merges all, expands sugar, fills in default schemas and
// PostgreSQL's names for unnamed constraints, checks every fragment and the model as a whole. What
// comes back has no sugar field set, no include, and lists "public" in `schema` only where the
// model does. What `engine` lacks is refused (see CheckEngine). InvalidArgument holds every problem
// found, one a line, "file:line:column: what; what to do".
absl::StatusOr<std::shared_ptr<Schema>> LoadModel(const std::vector<std::string>& paths,
                                                  EngineName engine = ENGINE_UNSPECIFIED);

// The same for one text; `name` stands for its file in messages. `definition_file` and
// `include` are an error.
absl::StatusOr<std::shared_ptr<Schema>> LoadModelText(const std::string& name,
                                                      const std::string& text,
                                                      EngineName engine = ENGINE_UNSPECIFIED);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_LOAD_H_
