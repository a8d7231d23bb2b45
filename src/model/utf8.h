// Is a text one that PostgreSQL can hold?
#ifndef AUTOGEN_MODEL_UTF8_H_
#define AUTOGEN_MODEL_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace autogen::model {

// The first byte of `text` that is NUL or no valid UTF-8 (as PostgreSQL sees it: no surrogates, no
// overlong forms, nothing above U+10FFFF), or npos.
size_t FirstBadByte(absl::string_view text);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_UTF8_H_
