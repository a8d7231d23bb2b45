// Likely renames that the model does not declare: a prompt on a terminal, a warning elsewhere.
#ifndef AUTOGEN_CLI_RENAME_PROMPT_H_
#define AUTOGEN_CLI_RENAME_PROMPT_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/cli/command.h"
#include "src/diff/likely_rename.h"
#include "src/project/project.h"

namespace autogen::cli {

// Standard input and output are a terminal, and --no-input was not given.
bool CanAsk(const Invocation& invocation);

// Prompts for each one that is not in `declined` ("yes" writes renamed_from into the model's files,
// everything else adds to `declined`). True where a model was changed: compare again.
absl::StatusOr<bool> AskAboutRenames(const Project& project,
                                     const std::vector<diff::LikelyRename>& renames,
                                     std::set<std::string>* declined);

// Without a terminal: a warning for each on stderr. FailedPrecondition with `strict`.
absl::Status WarnAboutRenames(const std::vector<diff::LikelyRename>& renames, bool strict);

}  // namespace autogen::cli

#endif  // AUTOGEN_CLI_RENAME_PROMPT_H_
