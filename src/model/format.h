// autogen fmt: the layout of a model file, comments kept.
#ifndef AUTOGEN_MODEL_FORMAT_H_
#define AUTOGEN_MODEL_FORMAT_H_

#include <string>

#include "absl/status/statusor.h"

namespace autogen::model {

// `text` in the one layout (that of PrintModel), every comment kept in its place, values untouched.
// Idempotent. InvalidArgument with file:line:column on a syntax error.
absl::StatusOr<std::string> FormatModel(const std::string& name, const std::string& text);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_FORMAT_H_
