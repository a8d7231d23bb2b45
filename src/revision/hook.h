// Commands that run over a new script: formatters and linters.
#ifndef AUTOGEN_REVISION_HOOK_H_
#define AUTOGEN_REVISION_HOOK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace autogen::revision {

// Runs `arguments` as a program, found on $PATH, with "{}" in any of them replaced by `path`; never
// by a shell. Waits for its end. InvalidArgument: no arguments. FailedPrecondition: it cannot be
// started, or ends with another status than 0.
absl::Status RunHook(const std::string& name, std::vector<std::string> arguments,
                     const std::string& path);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_HOOK_H_
