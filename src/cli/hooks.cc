#include "src/cli/hooks.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/project/user_config.h"
#include "src/revision/hook.h"

namespace autogen::cli {

Flag HooksFlag() {
  return {.name = "--hooks", .help = "run the post_write_hook of the project's configuration too"};
}

absl::StatusOr<std::vector<Config::Hook>> HooksFor(const Project& project,
                                                   const Invocation& invocation) {
  ASSIGN_OR_RETURN(UserConfig user, project::ReadUserConfig());
  std::vector<Config::Hook> hooks(user.post_write_hook().begin(), user.post_write_hook().end());
  const auto& configured = project.config().post_write_hook();
  if (invocation.Has("--hooks")) {
    hooks.insert(hooks.end(), configured.begin(), configured.end());
  } else if (!configured.empty()) {
    std::cerr << "note: " << Count(static_cast<size_t>(configured.size()), "post_write_hook")
              << " of " << project.config_path()
              << " not run, since the file comes with the repository; to run: --hooks, or "
                 "post_write_hook in "
              << project::UserConfigPath() << "\n";
  }
  return hooks;
}

absl::Status RunHooks(const std::vector<Config::Hook>& hooks, const std::string& path) {
  for (const Config::Hook& hook : hooks) {
    RETURN_IF_ERROR(
        revision::RunHook(hook.name(), {hook.argument().begin(), hook.argument().end()}, path));
  }
  return absl::OkStatus();
}

}  // namespace autogen::cli
