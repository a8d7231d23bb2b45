#include "src/project/user_config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/project/text_proto.h"

namespace autogen::project {
namespace {

constexpr char kVariable[] = "AUTOGEN_USER_CONFIG";

// A relative folder would be the repository's.
std::string AbsoluteFolder(const char* variable) {
  const char* value = getenv(variable);
  return value != nullptr && *value == '/' ? value : "";
}

}  // namespace

std::string UserConfigPath() {
  if (std::string path = AbsoluteFolder(kVariable); !path.empty()) return path;
  if (std::string folder = AbsoluteFolder("XDG_CONFIG_HOME"); !folder.empty()) {
    return folder + "/autogen/user.txtpb";
  }
  if (std::string home = AbsoluteFolder("HOME"); !home.empty()) {
    return home + "/.config/autogen/user.txtpb";
  }
  return "";
}

absl::StatusOr<UserConfig> ReadUserConfig() {
  UserConfig config;
  const char* named = getenv(kVariable);
  if (named != nullptr && *named != '\0' && *named != '/') {
    return absl::InvalidArgumentError(
        absl::StrCat(kVariable, "=", named, ": an absolute path is needed"));
  }
  const std::string path = UserConfigPath();
  struct stat found;
  if (path.empty() || (stat(path.c_str(), &found) != 0 && errno == ENOENT && named == nullptr)) {
    return config;
  }
  if (stat(path.c_str(), &found) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  }
  if ((found.st_uid != geteuid() && found.st_uid != 0) || (found.st_mode & 022) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " may have been written by somebody else: it must belong to you or root and be ",
        "writable by nobody else (chmod go-w ", path, ")"));
  }
  RETURN_IF_ERROR(ReadTextProto(path, &config));
  return config;
}

}  // namespace autogen::project
