// Text values as literals of a model file.
#ifndef AUTOGEN_MODEL_TEXT_LITERAL_H_
#define AUTOGEN_MODEL_TEXT_LITERAL_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::model {

// `text` in double quotes: only what would end the literal, or could not be seen in it, is escaped.
std::string TextLiteral(absl::string_view text);

// A literal for each line of `text` (the line's end in it as \n), which together are its value. At
// least one.
std::vector<std::string> TextLiterals(absl::string_view text);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_TEXT_LITERAL_H_
