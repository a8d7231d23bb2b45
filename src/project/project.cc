#include "src/project/project.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/postgres/variables.h"
#include "src/project/text_proto.h"
#include "src/project/urls.h"

namespace autogen::project {
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

absl::Status EmptyName(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(what,
                   " is empty, but must name the database: give a URL, or \"embedded\" for "
                   "a private cluster in .autogen/, or omit it"));
}

// Whether one of libpq's variables names a database. One that is set and empty is a mistake of a
// script that meant to name one.
absl::StatusOr<bool> LibpqConfigured() {
  bool any = false;
  for (const char* name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE", "PGUSER"}) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    if (*value == '\0') return EmptyName(absl::StrCat("the environment variable ", name));
    any = true;
  }
  return any;
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

absl::StatusOr<std::unique_ptr<Project>> Project::Open(const Flags& flags) {
  std::unique_ptr<Project> project(new Project());
  std::string path = flags.config;
  if (path.empty()) {
    path = FindConfig();
    absl::Status owner = path.empty() ? absl::OkStatus() : CheckOwner(path);
    if (!owner.ok()) {
      return absl::Status(owner.code(), absl::StrCat(owner.message(),
                                                     ", who would control what autogen does; to "
                                                     "use it anyway: --config ",
                                                     path));
    }
    if (!path.empty()) RETURN_IF_ERROR(CheckBelow(ProjectRoot(DirName(path)), path));
  }
  if (!path.empty()) RETURN_IF_ERROR(ReadTextProto(path, &project->config_));
  project->config_path_ = path;
  project->folder_ = path.empty() ? "." : DirName(path);
  project->url_flag_ = flags.url;
  project->hosts_.emplace(flags.allowed_hosts, flags.url.value_or(""));
  project->quiet_ = flags.quiet;
  project->model_paths_ = Paths(flags.models, project->folder_, project->config_.model(), "models");
  project->version_folders_ =
      Paths(flags.versions, project->folder_, project->config_.versions(), "versions");
  RETURN_IF_ERROR(project->CheckPaths(flags));
  return project;
}

absl::Status Project::CheckPaths(const Flags& flags) const {
  std::vector<std::string> named;
  if (flags.models.empty()) {
    named.insert(named.end(), config_.model().begin(), config_.model().end());
  }
  if (flags.versions.empty()) {
    named.insert(named.end(), config_.versions().begin(), config_.versions().end());
  }
  // The default file may be a link.
  for (const char* folder : {"models", "versions"}) named.push_back(folder);
  named.push_back(config_.template_());
  named.push_back(config_.apply().approvals());
  if (!flags.metrics_file) named.push_back(config_.apply().metrics_file());
  const std::string root = ProjectRoot(folder_);
  for (const std::string& path : named) {
    if (path.empty()) continue;
    absl::Status below = CheckBelow(root, JoinPath(folder_, path));
    if (!below.ok()) {
      return Annotate(below, PlaceOf(config_path_, path));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Project::NamedUrl() const {
  if (url_flag_.has_value()) {
    if (absl::StripAsciiWhitespace(*url_flag_).empty()) return EmptyName("--url");
    return *url_flag_;
  }
  if (const char* variable = std::getenv("DATABASE_URL"); variable != nullptr) {
    if (absl::StripAsciiWhitespace(variable).empty()) {
      return EmptyName("the environment variable DATABASE_URL");
    }
    return std::string(variable);
  }
  if (!config_.url().empty())
    return Resolve(config_.url(), absl::StrCat(PlaceOf(config_path_, config_.url()), ": url"));
  ASSIGN_OR_RETURN(bool libpq, LibpqConfigured());
  // libpq's variables, as a connection string that is not empty.
  return std::string(libpq ? "fallback_application_name=autogen" : "");
}

std::string Project::named() const {
  if (url_flag_.has_value()) return *url_flag_;
  if (const char* variable = std::getenv("DATABASE_URL"); variable != nullptr) return variable;
  const absl::StatusOr<std::string> expanded = postgres::ExpandAsText(config_.url());
  return expanded.ok() ? *expanded : config_.url();
}

absl::StatusOr<std::string> Project::Url() {
  ASSIGN_OR_RETURN(std::string url, NamedUrl());
  if (url.empty()) {
    Announce("embedded, a private cluster in .autogen/: no flag, variable or file names another");
    return Embedded();
  }
  if (url == "embedded") {
    Announce("embedded, a private cluster in .autogen/");
    return Embedded();
  }
  ASSIGN_OR_RETURN(url, NormalizeUrl(url));
  Announce(ShownTarget(url));
  return url;
}

absl::StatusOr<std::string> Project::Resolve(const std::string& text,
                                             const std::string& where) const {
  ASSIGN_OR_RETURN(const std::string url, hosts_->Resolve(text, where));
  // What a variable says is the choice of whoever runs the program.
  absl::StatusOr<std::string> placed = PlaceIn(folder_, url, absl::StrContains(text, "${"));
  if (placed.ok()) return placed;
  return absl::Status(placed.status().code(),
                      absl::StrCat(where, ": ", placed.status().message(),
                                   "; to use it anyway: --url, $DATABASE_URL or a variable"));
}

absl::StatusOr<std::vector<std::string>> Project::ResolveAll(const std::string& text,
                                                             const std::string& where) const {
  ASSIGN_OR_RETURN(const std::string url, Resolve(text, where));
  absl::StatusOr<std::vector<std::string>> all =
      MatchingFiles(folder_, url, absl::StrContains(text, "${"));
  return all.ok() ? all : Annotate(all.status(), where);
}

void Project::Announce(const std::string& database) {
  if (quiet_ || !announced_.insert(database).second) return;
  std::cerr << "database: " << database << std::endl;
}

absl::StatusOr<std::string> Project::Embedded() {
  if (cluster_ == nullptr) {
    postgres::ClusterOptions options;
    options.folder = JoinPath(folder_, ".autogen");
    RETURN_IF_ERROR(CheckBelow(ProjectRoot(folder_), JoinPath(folder_, ".autogen")));
    ASSIGN_OR_RETURN(cluster_, postgres::Cluster::Start(options));
    // The cluster is nobody's source: git ignores it even if the repository lacks the line.
    std::string ignore = JoinPath(options.folder, ".gitignore");
    if (!Exists(ignore)) RETURN_IF_ERROR(WriteFile(ignore, "*\n", Overwrite::kReplace));
    RETURN_IF_ERROR(cluster_->EnsureDatabase(kEmbeddedDatabase));
  }
  return cluster_->Url(kEmbeddedDatabase);
}

absl::StatusOr<std::string> Project::ServerUrl(absl::string_view what) {
  ASSIGN_OR_RETURN(std::string url, Url());
  if (!NamesFile(url)) return url;
  return absl::InvalidArgumentError(absl::StrCat(
      what, " needs a PostgreSQL server, and the database is the file ", ShownTarget(url)));
}

absl::StatusOr<postgres::Connection> Project::Connect(absl::string_view what) {
  ASSIGN_OR_RETURN(std::string url, ServerUrl(what));
  return postgres::Connection::Open({.url = url});
}

}  // namespace autogen::project
