// The model file that `init` writes: an example in comments.
#ifndef AUTOGEN_CLI_EXAMPLE_MODEL_H_
#define AUTOGEN_CLI_EXAMPLE_MODEL_H_

#include <string>

#include "absl/strings/string_view.h"

namespace autogen::cli {

absl::string_view ExampleModel();

// Whether the file holds that example and nothing else, to the byte: nobody's work is lost if it is
// overwritten.
bool IsExampleModel(const std::string& path);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_EXAMPLE_MODEL_H_
