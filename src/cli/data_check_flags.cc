#include "src/cli/data_check_flags.h"

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/cli/settings.h"
#include "src/project/user_config.h"

namespace autogen::cli {

Flag CheckTimeoutFlag() {
  return {.name = "--check-timeout",
          .value = "SECONDS",
          .help = "how long a data check may take; default 30"};
}

absl::StatusOr<deploy::PreflightOptions> DataCheckOptions(const project::Project& project,
                                                          const Invocation& invocation) {
  deploy::PreflightOptions options;
  options.lock_timeout_ms = ApplyOptionsFor(project).lock_timeout_ms;
  ASSIGN_OR_RETURN(int seconds, invocation.GetInt("--check-timeout", 30));
  constexpr int kMostSeconds = 24 * 3600;
  if (seconds < 1 || seconds > kMostSeconds) {
    return absl::InvalidArgumentError(
        absl::StrCat("--check-timeout ", seconds, ": 1 to ", kMostSeconds, " seconds"));
  }
  options.check_timeout_ms = seconds * 1000;
  ASSIGN_OR_RETURN(UserConfig user, project::ReadUserConfig());
  options.extensions = {user.allowed_extension().begin(), user.allowed_extension().end()};
  return options;
}

}  // namespace autogen::cli
