// The project's configuration, its user's, lists of targets, approvals. The input: a file, a line
// of
// "%%", a user's file.
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <stdlib.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "autogen/config.pb.h"
#include "src/postgres/url_parts.h"
#include "src/postgres/variables.h"
#include "src/project/project.h"
#include "src/project/text_proto.h"
#include "src/project/user_config.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {
namespace {

using google::protobuf::util::MessageDifferencer;
using project::Project;

// Reads, prints, reads: the same. An error names the file.
template <typename Proto>
void CheckFile(const std::string& path, absl::string_view text) {
  Proto message;
  absl::Status status = project::ReadTextProto(path, &message);
  if (!status.ok()) {
    Expect(absl::StartsWith(status.message(), path), "an error without the file's name",
           {text, status.message()});
    return;
  }
  std::string printed;
  Expect(google::protobuf::TextFormat::PrintToString(message, &printed), "no text", {text});
  Proto again;
  status = project::ReadTextProto(WriteOwn("again.txtpb", printed), &again);
  Expect(status.ok() && MessageDifferencer::Equals(again, message),
         "a printed file reads otherwise", {text, printed, status.message()});
}

bool IsAllowed(const std::string& host, const UserConfig& user) {
  // A variable's value as a whole was named by its owner.
  if (postgres::IsLocalHost(host) || host == kSecret) return true;
  for (const std::string& allowed : user.allow_host()) {
    if (absl::EqualsIgnoreCase(allowed, host)) return true;
  }
  return false;
}

// What an environment variable holds goes to hosts that its owner named, and is shown to nobody.
void CheckSecret(const Project& project, const std::string& url, const UserConfig& user) {
  absl::StatusOr<std::string> resolved = project.Resolve(url, "autogen.txtpb: url");
  if (!resolved.ok()) {
    Expect(!absl::StrContains(resolved.status().message(), kSecret), "an error shows a secret",
           {url, resolved.status().message()});
    return;
  }
  if (!absl::StrContains(*resolved, kSecret)) return;
  const std::optional<postgres::Fields> fields = postgres::ReadFields(*resolved);
  Expect(fields.has_value(), "libpq does not read what was resolved", {url, *resolved});
  for (const std::string& host : postgres::HostsOf(*resolved)) {
    Expect(IsAllowed(host, user), "a secret would go to a host that only the file names",
           {url, *resolved, host});
  }
}

void CheckProject(const std::string& path, absl::string_view text) {
  if (absl::StrContains(text, kSecret)) return;
  project::Flags flags;
  flags.config = path;
  flags.quiet = true;
  absl::StatusOr<std::unique_ptr<Project>> project = Project::Open(flags);
  if (!project.ok()) return;
  absl::StatusOr<UserConfig> user = project::ReadUserConfig();
  Expect(user.ok() || !user.status().message().empty(), "an error without words", {text});
  Expect(!(*project)->model_paths().empty() && !(*project)->version_folders().empty(),
         "a project without folders", {text});
  CheckSecret(**project, (*project)->config().url(), user.ok() ? *user : UserConfig());
}

}  // namespace

void FuzzOne(absl::string_view input) {
  static const bool ready = [] {
    const std::string user = OwnFolder() + "/user.txtpb";
    for (const char* name : {"DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGSERVICE",
                             "AUTOGEN_ALLOW_HOST", "PGSERVICEFILE"}) {
      unsetenv(name);
    }
    return setenv("AUTOGEN_USER_CONFIG", user.c_str(), 1) == 0 &&
           setenv("AG_SECRET", std::string(kSecret).c_str(), 1) == 0;
  }();
  Expect(ready, "no environment");
  const std::vector<absl::string_view> parts = Parts(input);
  WriteOwn("user.txtpb", parts.size() > 1 ? parts[1] : "");
  const std::string path = WriteOwn("autogen.txtpb", parts[0]);
  CheckFile<Config>(path, parts[0]);
  CheckFile<UserConfig>(path, parts[0]);
  CheckFile<Approvals>(path, parts[0]);
  CheckFile<Targets>(path, parts[0]);
  CheckProject(path, input);
}

}  // namespace autogen::fuzz
