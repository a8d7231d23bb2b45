// The project on disk: configuration, and where models, scripts and the database are.
#ifndef AUTOGEN_PROJECT_PROJECT_H_
#define AUTOGEN_PROJECT_PROJECT_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "autogen/config.pb.h"
#include "src/postgres/cluster.h"
#include "src/postgres/connection.h"
#include "src/project/host_policy.h"

namespace autogen::project {

// The project flags of the command line.
struct Flags {
  std::string config;              // the file; "": looked for
  std::optional<std::string> url;  // the target database
  std::vector<std::string> models;
  std::vector<std::string> versions;
  std::vector<std::string> allowed_hosts;  // lists with commas
  // A metrics file is named there: the configuration's does not count.
  bool metrics_file = false;
  bool quiet = false;
};

class Project {
 public:
  // Reads the file that `flags` name, else autogen.txtpb in this folder or the nearest one above
  // it; with none, the defaults. Flags override the file. InvalidArgument with file:line:column;
  // FailedPrecondition for a file that was found in another user's folder; PermissionDenied, with
  // file and line, where it names a file outside of the project (see base/project_root.h).
  static absl::StatusOr<std::unique_ptr<Project>> Open(const Flags& flags);

  const Config& config() const { return config_; }
  // The file that it was read from; "" where there is none.
  const std::string& config_path() const { return config_path_; }
  const std::string& folder() const { return folder_; }
  // Ready to open: those of the configuration below folder(), those of flags as given. Never empty.
  const std::vector<std::string>& model_paths() const { return model_paths_; }
  const std::vector<std::string>& version_folders() const { return version_folders_; }

  // The target database as libpq takes it: --url, $DATABASE_URL, configuration, libpq's variables,
  // else the embedded cluster (started here, stopped with the Project). InvalidArgument for a flag
  // or variable that is set and empty. The first call prints on stderr which database it is.
  absl::StatusOr<std::string> Url();
  // The same where it is a server. InvalidArgument: a file, for which `what` is not there.
  absl::StatusOr<std::string> ServerUrl(absl::string_view what);
  // What names it, as it is written; "" where nothing does. Its scheme says which engine it is.
  std::string named() const;
  // The connection string that `text` of one of the project's files stands for (see HostPolicy).
  absl::StatusOr<std::string> Resolve(const std::string& text, const std::string& where) const;
  // The same where a pattern may stand for several files; one for each.
  absl::StatusOr<std::vector<std::string>> ResolveAll(const std::string& text,
                                                      const std::string& where) const;
  // "database: app@db:5432/taskman" on stderr, unless --quiet; once for each.
  void Announce(const std::string& database);
  absl::StatusOr<postgres::Connection> Connect(absl::string_view what);
  // The project's private cluster in .autogen/, started where it does not run.
  absl::StatusOr<std::string> Embedded();

 private:
  Project() = default;
  // Where the database is named: --url, $DATABASE_URL, the configuration or libpq's variables; ""
  // where nowhere.
  absl::StatusOr<std::string> NamedUrl() const;
  absl::Status CheckPaths(const Flags& flags) const;
  Config config_;
  std::string config_path_;
  std::string folder_;
  std::optional<std::string> url_flag_;
  std::optional<HostPolicy> hosts_;
  bool quiet_ = false;
  std::set<std::string> announced_;
  std::vector<std::string> model_paths_;
  std::vector<std::string> version_folders_;
  std::unique_ptr<postgres::Cluster> cluster_;
};

}  // namespace autogen::project

#endif  // AUTOGEN_PROJECT_PROJECT_H_
