#include "src/cli/project.h"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/command.h"
#include "src/cli/text_proto.h"
#include "src/postgres/url.h"
#include "src/postgres/variables.h"

namespace autogen::cli {
namespace {

constexpr char kFileName[] = "autogen.txtpb";
constexpr char kEmbeddedDatabase[] = "autogen";

bool Exists(const std::string& path) {
  struct stat found;
  return stat(path.c_str(), &found) == 0;
}

// "autogen.txtpb", "../autogen.txtpb", …: the nearest one; "" where there is none up to the root.
std::string FindConfig() {
  char cwd[PATH_MAX];
  if (getcwd(cwd, sizeof cwd) == nullptr) return "";
  absl::string_view rest = cwd;
  for (std::string up; !rest.empty(); absl::StrAppend(&up, "../")) {
    std::string path = absl::StrCat(up, kFileName);
    if (Exists(path)) return path;
    size_t slash = rest.rfind('/');
    if (slash == absl::string_view::npos) break;
    rest = rest.substr(0, slash);
  }
  return "";
}

bool LibpqConfigured() {
  for (const char* name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return true;
  }
  return false;
}

std::vector<std::string> Paths(const std::vector<std::string>& flags, const std::string& folder,
                               const google::protobuf::RepeatedPtrField<std::string>& configured,
                               const char* fallback) {
  if (!flags.empty()) return flags;
  std::vector<std::string> paths;
  for (const std::string& path : configured) paths.push_back(JoinPath(folder, path));
  if (paths.empty()) paths.push_back(JoinPath(folder, fallback));
  return paths;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Project>> Project::Open(const Invocation& invocation) {
  std::unique_ptr<Project> project(new Project());
  std::string path = invocation.Get("--config");
  if (path.empty()) path = FindConfig();
  if (!path.empty()) RETURN_IF_ERROR(ReadTextProto(path, &project->config_));
  project->config_path_ = path;
  project->folder_ = path.empty() ? "." : DirName(path);
  project->url_flag_ = invocation.Get("--url");
  project->model_paths_ =
      Paths(invocation.All("--model"), project->folder_, project->config_.model(), "models");
  project->version_folders_ = Paths(invocation.All("--versions"), project->folder_,
                                    project->config_.versions(), "versions");
  return project;
}

absl::StatusOr<std::string> Project::Url() {
  std::string url = url_flag_;
  if (url.empty()) {
    const char* variable = std::getenv("DATABASE_URL");
    if (variable != nullptr) url = variable;
  }
  if (url.empty() && !config_.url().empty()) {
    ASSIGN_OR_RETURN(postgres::Expansion expanded, postgres::ExpandVariables(config_.url()));
    url = expanded.url;
  }
  if (url.empty()) {
    // libpq's variables, as a connection string that is not empty.
    if (LibpqConfigured()) return std::string("fallback_application_name=autogen");
    url = "embedded";
  }
  if (url != "embedded") return postgres::NormalizeUrl(url);
  return Embedded();
}

absl::StatusOr<std::string> Project::Embedded() {
  if (cluster_ == nullptr) {
    postgres::ClusterOptions options;
    options.folder = JoinPath(folder_, ".autogen");
    ASSIGN_OR_RETURN(cluster_, postgres::Cluster::Start(options));
    // The cluster is nobody's source: a repository that lacks the line ignores it all the same.
    std::string ignore = JoinPath(options.folder, ".gitignore");
    if (!Exists(ignore)) RETURN_IF_ERROR(WriteFile(ignore, "*\n", Overwrite::kReplace));
    RETURN_IF_ERROR(cluster_->EnsureDatabase(kEmbeddedDatabase));
  }
  return cluster_->Url(kEmbeddedDatabase);
}

absl::StatusOr<postgres::Connection> Project::Connect() {
  ASSIGN_OR_RETURN(std::string url, Url());
  return postgres::Connection::Open({.url = url});
}

}  // namespace autogen::cli
