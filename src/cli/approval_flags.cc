#include "src/cli/approval_flags.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/project/user_config.h"

namespace autogen::cli {
namespace {

using deploy::ApprovalPolicy;

absl::Status Require(const std::vector<std::string>& names, const std::string& where,
                     ApprovalPolicy& policy) {
  for (const std::string& name : names) {
    absl::StatusOr<lint::HazardKind> kind = lint::ParseHazard(name);
    if (!kind.ok()) return Annotate(kind.status(), where);
    policy.required.insert(*kind);
  }
  return absl::OkStatus();
}

// "a,b" or "a b".
std::vector<std::string> Words(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr) return {};
  return absl::StrSplit(value, absl::ByAnyChar(", "), absl::SkipEmpty());
}

}  // namespace

std::vector<Flag> ApprovalFlags() {
  return {
      {.name = "--approvals",
       .value = "FILE",
       .help = "where approvals are, instead of the project's file; default: $AUTOGEN_APPROVALS"},
      {.name = "--approvals-from",
       .value = "SOURCE",
       .help = "only these count: repository, file (of --approvals), database",
       .repeated = true},
      {.name = "--require-approval",
       .value = "HAZARD",
       .help = "beside those of the configuration",
       .repeated = true},
  };
}

absl::StatusOr<ApprovalPolicy> ReadApprovalPolicy(const project::Project& project,
                                                  const Invocation& invocation) {
  ASSIGN_OR_RETURN(UserConfig user, project::ReadUserConfig());
  ApprovalPolicy policy;
  const auto& configured = project.config().apply().require_approval();
  RETURN_IF_ERROR(Require({configured.begin(), configured.end()},
                          absl::StrCat(project.config_path(), ": require_approval"), policy));
  RETURN_IF_ERROR(Require({user.require_approval().begin(), user.require_approval().end()},
                          absl::StrCat(project::UserConfigPath(), ": require_approval"), policy));
  RETURN_IF_ERROR(Require(Words("AUTOGEN_REQUIRE_APPROVAL"), "$AUTOGEN_REQUIRE_APPROVAL", policy));
  RETURN_IF_ERROR(Require(invocation.All("--require-approval"), "--require-approval", policy));
  const char* variable = std::getenv("AUTOGEN_APPROVALS");
  policy.outside = invocation.Get("--approvals", variable == nullptr ? "" : variable);
  if (policy.outside.empty()) policy.outside = user.approvals();
  std::vector<std::string> from = invocation.All("--approvals-from");
  if (from.empty()) from = Words("AUTOGEN_APPROVALS_FROM");
  if (from.empty()) from = {user.approvals_from().begin(), user.approvals_from().end()};
  if (from.empty()) {
    policy.repository = policy.outside.empty();
    return policy;
  }
  policy.repository = policy.database = false;
  bool file = false;
  for (const std::string& source : from) {
    policy.repository |= source == "repository";
    policy.database |= source == "database";
    file |= source == "file";
    if (source != "repository" && source != "database" && source != "file") {
      return absl::InvalidArgumentError(
          absl::StrCat("approvals from ", source, ": repository, file or database"));
    }
  }
  if (file && policy.outside.empty()) {
    return absl::InvalidArgumentError("approvals from a file: --approvals names which");
  }
  if (!file) policy.outside.clear();
  return policy;
}

}  // namespace autogen::cli
