#include "src/project/git.h"

#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/process.h"
#include "src/base/status.h"

namespace autogen::project {
namespace {

namespace fs = std::filesystem;

// What git prints where it ends with 0; else its words.
absl::StatusOr<std::string> Git(const std::string& folder, std::vector<std::string> arguments) {
  // Nothing that is set for other purposes: no pager, no monitor, no repository of a hook.
  std::vector<std::string> command = {"git", "--no-pager", "-c", "core.fsmonitor=false",
                                      "-C",  folder};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ASSIGN_OR_RETURN(
      const ProcessResult result,
      RunProcess(command, {.environment = {"GIT_OPTIONAL_LOCKS=0", "LC_ALL=C", "GIT_DIR",
                                           "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}}));
  if (result.exit_code == 0) return result.out;
  return absl::FailedPreconditionError(
      absl::StrCat("git ", arguments[0], ": \"", absl::StripAsciiWhitespace(result.err), "\""));
}

std::string WithoutLinks(const std::string& path) {
  std::error_code ignored;
  return fs::weakly_canonical(fs::absolute(path, ignored), ignored).string();
}

absl::StatusOr<std::string> ForkPoint(const std::string& folder, const std::string& ref) {
  if (ref.empty() || absl::StartsWith(ref, "-")) {
    return absl::InvalidArgumentError(absl::StrCat("\"", ref, "\" is not a git reference"));
  }
  const absl::StatusOr<std::string> commit =
      Git(folder, {"rev-parse", "--verify", "--quiet", absl::StrCat(ref, "^{commit}")});
  if (!commit.ok()) {
    if (!absl::IsFailedPrecondition(commit.status())) return commit.status();
    return absl::FailedPreconditionError(absl::StrCat("git does not know ", ref, " in ", folder,
                                                      ": fetch it first (git fetch origin; with ",
                                                      "actions/checkout, fetch-depth: 0)"));
  }
  absl::StatusOr<std::string> base =
      Git(folder, {"merge-base", std::string(absl::StripAsciiWhitespace(*commit)), "HEAD"});
  if (base.ok()) return std::string(absl::StripAsciiWhitespace(*base));
  return absl::FailedPreconditionError(
      absl::StrCat("this work tree and ", ref, " have no commit in common: fetch the history of ",
                   "both (git fetch --unshallow; with actions/checkout, fetch-depth: 0)"));
}

}  // namespace

absl::StatusOr<std::map<std::string, FileChange>> ChangedSince(
    const std::string& ref, const std::vector<std::string>& folders) {
  std::map<std::string, FileChange> changes;
  for (const std::string& folder : folders) {
    const std::string below = WithoutLinks(folder);
    ASSIGN_OR_RETURN(const std::string base, ForkPoint(below, ref));
    ASSIGN_OR_RETURN(std::string top, Git(below, {"rev-parse", "--show-toplevel"}));
    top = std::string(absl::StripSuffix(top, "\n"));
    ASSIGN_OR_RETURN(const std::string tracked,
                     Git(below, {"diff", "--name-status", "--no-renames", "--no-ext-diff", "-z",
                                 base, "--", "."}));
    const std::vector<std::string> fields = absl::StrSplit(tracked, '\0', absl::SkipEmpty());
    for (size_t i = 0; i + 1 < fields.size(); i += 2) {
      const char status = fields[i][0];
      changes[absl::StrCat(top, "/", fields[i + 1])] = status == 'A'   ? FileChange::kAdded
                                                       : status == 'D' ? FileChange::kDeleted
                                                                       : FileChange::kModified;
    }
    ASSIGN_OR_RETURN(const std::string others,
                     Git(below, {"ls-files", "-z", "--others", "--exclude-standard"}));
    for (const absl::string_view path : absl::StrSplit(others, '\0', absl::SkipEmpty())) {
      changes[absl::StrCat(below, "/", path)] = FileChange::kAdded;
    }
  }
  return changes;
}

absl::StatusOr<std::string> ContentBefore(const std::string& ref, const std::string& path) {
  // The folder may be gone with its files.
  fs::path folder = fs::path(path).parent_path();
  std::error_code ignored;
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  ASSIGN_OR_RETURN(const std::string base, ForkPoint(folder.string(), ref));
  return Git(
      folder.string(),
      {"show", absl::StrCat(base, ":./", fs::path(path).lexically_relative(folder).string())});
}

}  // namespace autogen::project
