#include "src/base/project_root.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"

namespace autogen {
namespace {

namespace fs = std::filesystem;

// Without links; empty where that is unknown, as of a link to what does not exist yet.
fs::path Resolved(const std::string& path) {
  std::error_code error;
  const fs::path resolved = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) return {};
  fs::path part;
  for (const fs::path& name : resolved) {
    part /= name;
    if (fs::is_symlink(fs::symlink_status(part, error))) return {};
  }
  return resolved;
}

// The nearest folder from `folder` upwards that holds `name`; empty where none does.
fs::path NearestWith(const fs::path& folder, const char* name) {
  std::error_code ignored;
  for (fs::path at = folder;; at = at.parent_path()) {
    if (fs::exists(at / name, ignored)) return at;
    if (at == at.parent_path()) return {};
  }
}

bool IsOurs(uid_t owner) {
  if (owner == geteuid() || owner == 0) return true;
  const char* caller = geteuid() == 0 ? getenv("SUDO_UID") : nullptr;
  uint32_t uid = 0;
  return caller != nullptr && absl::SimpleAtoi(caller, &uid) && owner == uid;
}

}  // namespace

std::string ProjectRoot(const std::string& folder) {
  const fs::path resolved = Resolved(folder);
  for (const char* name : {".git", "autogen.txtpb"}) {
    const fs::path found = NearestWith(resolved, name);
    if (!found.empty()) return found.string();
  }
  return resolved.string();
}

absl::Status CheckBelow(const std::string& root, const std::string& path) {
  const std::string resolved = Resolved(path).string();
  const std::string prefix = absl::EndsWith(root, "/") ? root : absl::StrCat(root, "/");
  if (!root.empty() && (resolved == root || absl::StartsWith(resolved, prefix))) {
    return absl::OkStatus();
  }
  const bool other = !resolved.empty() && resolved != path;
  return absl::PermissionDeniedError(absl::StrCat(path, " is outside of the project ", root,
                                                  other ? ": it is " : "", other ? resolved : ""));
}

absl::StatusOr<std::string> ReadFileBelow(const std::string& root, const std::string& path) {
  absl::Status below = CheckBelow(root, path);
  if (!below.ok()) return below;
  return ReadFile(path);
}

absl::Status CheckOwner(const std::string& path) {
  for (const std::string& one : {path, DirName(path)}) {
    struct stat found;
    if (stat(one.c_str(), &found) != 0 || IsOurs(found.st_uid)) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(one, " belongs to another user (uid ", found.st_uid, ")"));
  }
  return absl::OkStatus();
}

}  // namespace autogen
