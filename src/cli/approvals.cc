#include "src/cli/approvals.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/text_proto.h"

namespace autogen::cli {
namespace {

bool Covers(const Approvals::Approval& approval, const apply::Unit& unit, lint::HazardKind hazard) {
  return approval.revision() == unit.revision && approval.checksum() == unit.checksum &&
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

}  // namespace

std::string ApprovalsPath(const Project& project) {
  const std::string& configured = project.config().apply().approvals();
  return configured.empty() ? JoinPath(project.version_folders().front(), "approvals.txtpb")
                            : JoinPath(project.folder(), configured);
}

absl::StatusOr<std::set<lint::HazardKind>> RequiredApprovals(const Project& project) {
  std::set<lint::HazardKind> required;
  for (const std::string& name : project.config().apply().require_approval()) {
    absl::StatusOr<lint::HazardKind> kind = lint::ParseHazard(name);
    if (!kind.ok()) {
      return Annotate(kind.status(), absl::StrCat(project.config_path(), ": require_approval"));
    }
    required.insert(*kind);
  }
  return required;
}

absl::Status CheckApprovals(const Project& project, absl::Span<const apply::Unit> units,
                            absl::string_view done) {
  ASSIGN_OR_RETURN(std::set<lint::HazardKind> required, RequiredApprovals(project));
  if (required.empty()) return absl::OkStatus();
  const std::string path = ApprovalsPath(project);
  Approvals approvals;
  absl::Status read = ReadTextProto(path, &approvals);
  if (!read.ok() && !absl::IsNotFound(read)) return read;
  RETURN_IF_ERROR(CheckNames(path, approvals));
  std::vector<std::string> lines;
  std::vector<std::string> revisions;
  for (const apply::Unit& unit : units) {
    for (const lint::Hazard& hazard : lint::FindHazards(unit.statements)) {
      if (required.count(hazard.kind) == 0) continue;
      if (std::any_of(approvals.approval().begin(), approvals.approval().end(),
                      [&](const auto& approval) { return Covers(approval, unit, hazard.kind); })) {
        continue;
      }
      const bool edited = std::any_of(
          approvals.approval().begin(), approvals.approval().end(), [&](const auto& approval) {
            return approval.revision() == unit.revision && approval.checksum() != unit.checksum;
          });
      lines.push_back(absl::StrCat("  ", unit.path, ":", hazard.line, ": ",
                                   lint::HazardName(hazard.kind), ": ", hazard.what,
                                   edited ? " (edited since it was approved)" : ""));
      if (revisions.empty() || revisions.back() != unit.revision) {
        revisions.push_back(unit.revision);
      }
    }
  }
  if (lines.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "nothing was ", done, ": ", Count(lines.size(), "hazard"), " without an approval in ", path,
      "\n", absl::StrJoin(lines, "\n"), "\nAfter a review: autogen approve ",
      absl::StrJoin(revisions, " "), " --reason \"…\""));
}

}  // namespace autogen::cli
