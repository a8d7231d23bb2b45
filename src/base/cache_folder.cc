#include "src/base/cache_folder.h"

#include <stdlib.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace autogen {

std::string DefaultCacheFolder() {
  auto set = [](const char* name) {
    const char* value = getenv(name);
    return value != nullptr && *value == '/' ? std::string(value) : std::string();
  };
  if (std::string folder = set("AUTOGEN_CACHE_DIR"); !folder.empty()) return folder;
  if (std::string folder = set("XDG_CACHE_HOME"); !folder.empty()) return folder + "/autogen";
  if (std::string folder = set("HOME"); !folder.empty()) return folder + "/.cache/autogen";
  return absl::StrCat("/tmp/autogen-cache-", geteuid());
}

}  // namespace autogen
