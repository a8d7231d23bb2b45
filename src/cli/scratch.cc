#include "src/cli/scratch.h"

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/postgres/url.h"
#include "src/postgres/variables.h"
#include "src/project/user_config.h"

namespace autogen::cli {
namespace {

constexpr char kUrl[] = "AUTOGEN_SCRATCH_URL";
constexpr char kDisposable[] = "AUTOGEN_SCRATCH_IS_DISPOSABLE";
constexpr int kDefaultTimeout = 60;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::StatusOr<bool> IsDisposable(const Invocation& invocation, const UserConfig& user) {
  if (invocation.Has("--scratch-is-disposable")) return true;
  const std::string value = Environment(kDisposable);
  if (value.empty()) return user.scratch_is_disposable();
  if (value == "1" || value == "0") return value == "1";
  return absl::InvalidArgumentError(absl::StrCat(kDisposable, "=", value, ": 1 or 0 is expected"));
}

}  // namespace

std::vector<Flag> WithScratchFlags(std::vector<Flag> flags) {
  const Flag ours[] = {
      {.name = "--scratch-url",
       .value = "URL",
       .help = "PostgreSQL: create scratch databases on that server; default: "
               "$AUTOGEN_SCRATCH_URL, the "
               "user configuration, else a private cluster that is removed"},
      {.name = "--scratch-is-disposable",
       .help = "PostgreSQL: the server is disposable: a superuser may be used there"},
      {.name = "--scratch-timeout",
       .value = "SECONDS",
       .help = "PostgreSQL: cancel a scratch statement that takes longer, and all of them after "
               "ten times that; "
               "default: 60"},
  };
  flags.insert(flags.end(), std::begin(ours), std::end(ours));
  return flags;
}

absl::StatusOr<scratch::Options> ScratchFor(const Project& project, const Invocation& invocation,
                                            const std::string& target) {
  if (!project.config().scratch_url().empty()) {
    return absl::PermissionDeniedError(absl::StrCat(
        project.config_path(),
        ": scratch_url: a project does not choose the server on which its model is built. Take it "
        "out, for a private cluster; or name the server by --scratch-url, $",
        kUrl, " or scratch_url in ", project::UserConfigPath()));
  }
  ASSIGN_OR_RETURN(UserConfig user, project::ReadUserConfig());
  scratch::Options options;
  options.url = invocation.Get("--scratch-url", Environment(kUrl));
  if (options.url.empty()) options.url = user.scratch_url();
  if (!options.url.empty()) {
    // The person's own choice: variables may go wherever it says.
    absl::StatusOr<postgres::Expansion> expanded = postgres::ExpandVariables(options.url);
    absl::StatusOr<std::string> url =
        expanded.ok() ? postgres::NormalizeUrl(expanded->url) : expanded.status();
    if (!url.ok()) return Annotate(url.status(), "the scratch URL");
    options.url = *std::move(url);
  }
  ASSIGN_OR_RETURN(options.disposable, IsDisposable(invocation, user));
  const int fallback =
      user.scratch_timeout_s() > 0 ? static_cast<int>(user.scratch_timeout_s()) : kDefaultTimeout;
  ASSIGN_OR_RETURN(options.timeout_s, invocation.GetInt("--scratch-timeout", fallback));
  if (options.timeout_s <= 0) {
    return absl::InvalidArgumentError("--scratch-timeout needs a number of seconds above 0");
  }
  options.allowed_extensions.assign(user.allowed_extension().begin(),
                                    user.allowed_extension().end());
  if (!target.empty()) options.target_url = target;
  return options;
}

void PrintNotes(const generate::Workbench& bench) {
  for (const std::string& note : bench.notes()) std::cerr << "note: " << note << "\n";
}

}  // namespace autogen::cli
