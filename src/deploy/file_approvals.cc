#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/deploy/approvals.h"

namespace autogen::deploy {
namespace {

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
}

std::string TextOf(const Approvals::Approval& approval) {
  std::string entry = absl::StrCat("approval {\n  revision: ", Quoted(approval.revision()),
                                   "\n  checksum: ", Quoted(approval.checksum()), "\n");
  for (const std::string& hazard : approval.hazard()) {
    absl::StrAppend(&entry, "  hazard: ", Quoted(hazard), "\n");
  }
  absl::StrAppend(&entry, "  by: ", Quoted(approval.by()),
                  "\n  reason: ", Quoted(approval.reason()), "\n}\n");
  return entry;
}

}  // namespace

absl::Status ApproveInFile(const std::string& path, const Approvals& approvals) {
  absl::StatusOr<std::string> text = ReadFileBelow(ProjectRoot(DirName(path)), path);
  if (!text.ok() && !absl::IsNotFound(text.status())) return text.status();
  std::string all = text.ok() ? *text : "";
  for (const Approvals::Approval& approval : approvals.approval()) all += TextOf(approval);
  return WriteFile(path, all, Overwrite::kReplace);
}

}  // namespace autogen::deploy
