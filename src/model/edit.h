// Changes to model files in place: only the values concerned are touched, everything else (layout,
// comments, order) stays as its author left it.
#ifndef AUTOGEN_MODEL_EDIT_H_
#define AUTOGEN_MODEL_EDIT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/model/object_id.h"

namespace autogen::model {

// Path -> new content, of the files that change.
using EditedFiles = std::map<std::string, std::string>;

// The model files of `paths` with every SQL text as in `canonical`. `canonical` holds the
// model's objects, under the same identities, as a database gives them back; what it lacks is left
// alone. Texts that the loader itself normalises (types), and those in
// .sql files, stay as they are written.
absl::StatusOr<EditedFiles> CanonicaliseFiles(const std::vector<std::string>& paths,
                                              const Schema& canonical,
                                              EngineName engine = ENGINE_UNSPECIFIED);

struct Rename {
  ObjectId object;  // as the model names it now
  std::string from;
  std::string from_schema;  // where it comes from another schema
  std::string label;        // `from` is the old label of an enum, this the new one
};

// The model files of `paths` with `renamed_from: "…"` (and renamed_from_schema) in each object, or
// `renamed_label { … }` in an enum. NotFound names an object that the model does not write out; an
// object that has a renamed_from gets the new value.
absl::StatusOr<EditedFiles> DeclareRenames(const std::vector<std::string>& paths,
                                           const std::vector<Rename>& renames,
                                           EngineName engine = ENGINE_UNSPECIFIED);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_EDIT_H_
