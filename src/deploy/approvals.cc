#include "src/deploy/approvals.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/project/text_proto.h"

namespace autogen::deploy {
namespace {

bool Covers(const Approvals::Approval& approval, const apply::ScriptRun& script,
            lint::HazardKind hazard) {
  return approval.revision() == script.revision && approval.checksum() == script.checksum &&
         std::find(approval.hazard().begin(), approval.hazard().end(),
                   std::string(lint::HazardName(hazard))) != approval.hazard().end();
}

absl::Status CheckNames(const std::string& path, const Approvals& approvals) {
  for (const Approvals::Approval& approval : approvals.approval()) {
    for (const std::string& name : approval.hazard()) {
      absl::StatusOr<lint::HazardKind> kind = lint::ParseHazard(name);
      if (!kind.ok()) return Annotate(kind.status(), path);
    }
  }
  return absl::OkStatus();
}

struct Entry {
  Approvals::Approval approval;
  std::string where;
};

struct Entries {
  std::vector<Entry> list;
  std::vector<std::string> places;
  std::string problem;
};

// The nearest folder with .git, from the project's up; else the project's.
bool InRepository(const project::Project& project, const std::string& path) {
  std::error_code ignored;
  namespace fs = std::filesystem;
  fs::path root = fs::weakly_canonical(fs::absolute(project.folder(), ignored), ignored);
  for (fs::path up = root; up.has_relative_path(); up = up.parent_path()) {
    if (!fs::exists(up / ".git", ignored)) continue;
    root = up;
    break;
  }
  const fs::path below =
      fs::weakly_canonical(fs::absolute(path, ignored), ignored).lexically_relative(root);
  return !below.empty() && *below.begin() != "..";
}

absl::Status AddFile(const project::Project& project, const std::string& path, Entries& entries) {
  entries.places.push_back(path);
  Approvals approvals;
  RETURN_IF_ERROR(CheckBelow(ProjectRoot(DirName(path)), path));
  absl::Status read = project::ReadTextProto(path, &approvals);
  if (absl::IsNotFound(read)) return absl::OkStatus();
  RETURN_IF_ERROR(read);
  RETURN_IF_ERROR(CheckNames(path, approvals));
  const std::string where = absl::StrCat(
      path, InRepository(project, path) ? " (in the repository)" : " (outside of the repository)");
  for (const Approvals::Approval& approval : approvals.approval()) {
    entries.list.push_back({approval, where});
  }
  return absl::OkStatus();
}

// The sources that fewer people can write come first: those are named.
absl::StatusOr<Entries> ReadEntries(const project::Project& project, const ApprovalPolicy& policy,
                                    const apply::Database* database) {
  Entries entries;
  if (policy.database && database != nullptr) {
    ASSIGN_OR_RETURN(Approvals approvals, database->approvals(&entries.problem));
    for (const Approvals::Approval& approval : approvals.approval()) {
      entries.list.push_back({approval, "in the database"});
    }
  }
  if (!policy.outside.empty()) RETURN_IF_ERROR(AddFile(project, policy.outside, entries));
  if (policy.repository) {
    ASSIGN_OR_RETURN(std::string path, ApprovalsPath(project));
    RETURN_IF_ERROR(AddFile(project, path, entries));
  }
  if (entries.places.empty()) entries.places.push_back("the database");
  return entries;
}

// The flags with which `approve` writes an entry that counts.
std::string Where(const ApprovalPolicy& policy) {
  if (policy.repository) return "";
  return policy.outside.empty() ? " --in-database" : absl::StrCat(" --approvals ", policy.outside);
}

}  // namespace

absl::StatusOr<std::string> ApprovalsPath(const project::Project& project) {
  const std::string& configured = project.config().apply().approvals();
  if (configured.empty()) {
    return JoinPath(project.version_folders().front(), "approvals.txtpb");
  }
  const std::string path = JoinPath(project.folder(), configured);
  if (absl::EndsWith(path, ".txtpb") && InRepository(project, path)) return path;
  return absl::InvalidArgumentError(
      absl::StrCat(project.config_path(), ": approvals: ", path,
                   " must be a .txtpb file in the repository; --approvals takes any"));
}

absl::StatusOr<std::vector<std::string>> CheckApprovals(const project::Project& project,
                                                        const ApprovalPolicy& policy,
                                                        absl::Span<const apply::ScriptRun> scripts,
                                                        const apply::Database* database,
                                                        absl::string_view done) {
  std::vector<std::string> approved, lines, revisions;
  if (policy.required.empty()) return approved;
  ASSIGN_OR_RETURN(Entries entries, ReadEntries(project, policy, database));
  for (const apply::ScriptRun& script : scripts) {
    for (const lint::Hazard& hazard : lint::FindHazards(script.statements, script.impacts)) {
      if (policy.required.count(hazard.kind) == 0) continue;
      const std::string what = absl::StrCat(script.path, ":", hazard.line, ": ",
                                            lint::HazardName(hazard.kind), ": ", hazard.what);
      const auto found = std::find_if(
          entries.list.begin(), entries.list.end(),
          [&](const Entry& entry) { return Covers(entry.approval, script, hazard.kind); });
      if (found != entries.list.end()) {
        approved.push_back(absl::StrCat(what, ": approved by ", found->approval.by(), ", \"",
                                        found->approval.reason(), "\", ", found->where));
        continue;
      }
      const bool edited =
          std::any_of(entries.list.begin(), entries.list.end(), [&](const Entry& entry) {
            return entry.approval.revision() == script.revision &&
                   entry.approval.checksum() != script.checksum;
          });
      lines.push_back(absl::StrCat("  ", what, edited ? " (edited since it was approved)" : ""));
      if (revisions.empty() || revisions.back() != script.revision) {
        revisions.push_back(script.revision);
      }
    }
  }
  if (lines.empty()) return approved;
  if (!entries.problem.empty()) lines.push_back(absl::StrCat("  ", entries.problem));
  return absl::FailedPreconditionError(absl::StrCat(
      "nothing was ", done, ": ", Count(lines.size() - (entries.problem.empty() ? 0 : 1), "hazard"),
      " without an approval in ", absl::StrJoin(entries.places, " or "), "\n",
      absl::StrJoin(lines, "\n"), "\nAfter a review: autogen approve ",
      absl::StrJoin(revisions, " "), " --reason \"…\"", Where(policy)));
}

}  // namespace autogen::deploy
