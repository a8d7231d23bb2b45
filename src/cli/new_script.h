// A new script as its flags say: what revision and the default command have in common.
#ifndef AUTOGEN_CLI_NEW_SCRIPT_H_
#define AUTOGEN_CLI_NEW_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/cli/command.h"
#include "src/revision/graph.h"
#include "src/revision/write.h"

namespace autogen::cli {

struct NewScript {
  revision::ScriptSpec spec;  // all but the statements
  std::string folder;         // as AddScript takes it
};

// From --message, --head, --splice, --branch-label, --depends-on, --rev-id, --version-path.
absl::StatusOr<NewScript> NewScriptFor(const Project& project, const revision::Graph& graph,
                                       const Invocation& invocation);

// Those flags, and `more`.
std::vector<Flag> WithScriptFlags(std::vector<Flag> more);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_NEW_SCRIPT_H_
