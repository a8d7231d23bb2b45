#include "src/deploy/metrics_file.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "src/base/file.h"

namespace autogen::deploy {
namespace {

bool IsOwn(const project::Project& project, const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path root = fs::weakly_canonical(fs::absolute(project.folder(), ignored), ignored);
  const fs::path below =
      fs::weakly_canonical(fs::absolute(path, ignored), ignored).lexically_relative(root);
  return below.extension() == ".prom" && *below.begin() != ".." &&
         !std::any_of(below.begin(), below.end(),
                      [](const fs::path& part) { return part == ".git"; });
}

}  // namespace

absl::Status WriteMetrics(const project::Project& project, const std::string& named,
                          absl::Span<const apply::RunMetrics> runs) {
  std::string path = named;
  const std::string& configured = project.config().apply().metrics_file();
  if (path.empty() && !configured.empty()) {
    path = JoinPath(project.folder(), configured);
    if (!IsOwn(project, path)) {
      return absl::PermissionDeniedError(
          absl::StrCat(path, " of ", project.config_path(),
                       " is not written: it must be a .prom file below the project's folder; "
                       "--metrics-file takes any"));
    }
  }
  if (path.empty()) return absl::OkStatus();
  return WriteFile(
      path, apply::FormatMetrics(runs, absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch())),
      Overwrite::kReplace);
}

}  // namespace autogen::deploy
