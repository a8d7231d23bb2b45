#include "src/revision/hook.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/base/process.h"

namespace autogen::revision {

absl::Status RunHook(const std::string& name, std::vector<std::string> arguments,
                     const std::string& path) {
  if (arguments.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("post_write_hook \"", name, "\" has no argument: nothing to run"));
  }
  for (std::string& argument : arguments) absl::StrReplaceAll({{"{}", path}}, &argument);
  absl::StatusOr<ProcessResult> result = RunProcess(arguments);
  if (result.ok() && result->exit_code == 0) return absl::OkStatus();
  std::string how;
  if (!result.ok()) {
    how = absl::StrCat("cannot start: ", result.status().message());
  } else {
    absl::string_view said = absl::StripAsciiWhitespace(result->err);
    how = absl::StrCat("exited with ", result->exit_code, said.empty() ? "" : ": ", said);
  }
  return absl::FailedPreconditionError(absl::StrCat("post_write_hook \"", name, "\" (",
                                                    absl::StrJoin(arguments, " "), ") ", how, "; ",
                                                    path, " was written anyway"));
}

}  // namespace autogen::revision
