// PostgreSQL's defaults for what an object does not specify.
#ifndef AUTOGEN_MODEL_DEFAULTS_H_
#define AUTOGEN_MODEL_DEFAULTS_H_

#include "absl/strings/string_view.h"

namespace autogen::model {

// The comment that initdb gives to the schema public.
inline constexpr absl::string_view kPublicComment = "standard public schema";

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_DEFAULTS_H_
