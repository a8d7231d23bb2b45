#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/cli/commands.h"
#include "src/cli/example_model.h"
#include "src/project/urls.h"
#include "src/revision/template.h"

namespace autogen::cli {
namespace {

constexpr char kConfig[] =
    R"(# The configuration of autogen. Relative paths start at this file's folder.

# The database. PostgreSQL: postgresql://user@host/database, libpq's keywords, or "embedded", a
# private cluster in .autogen/. SQLite: sqlite:///data/app.db, a file below this folder. Any of them
# can stand in a variable ("${APP_DATABASE_URL}"). --url and $DATABASE_URL override it.
url: "embedded"

model: "models"
versions: "versions"
template: "script.sql.mustache"

# The table that records the applied revisions; "alembic_version" takes over a database of Alembic's.
# version_table: "autogen_version"

# Run over each new script; "{}" is its path.
# post_write_hook { name: "format" argument: "pg_format" argument: "-i" argument: "{}" }
)";

// With the file that --url names; the URL of a server may hold a password, and stays out of the
// file.
absl::StatusOr<std::string> ConfigText(const Invocation& invocation) {
  const std::string url = invocation.Get("--url");
  if (!project::NamesFile(url)) return std::string(kConfig);
  ASSIGN_OR_RETURN(const std::string normal, project::NormalizeUrl(url));
  return absl::StrReplaceAll(
      kConfig, {{"url: \"embedded\"", absl::StrCat("url: \"", absl::CEscape(normal), "\"")}});
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat("creating the folder ", path));
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  std::string folder = invocation.Get("folder", ".");
  ASSIGN_OR_RETURN(const std::string config, ConfigText(invocation));
  struct {
    const char* path;
    absl::string_view content;
  } files[] = {
      {"autogen.txtpb", config},
      {"script.sql.mustache", revision::DefaultTemplate()},
      {"models/schema.txtpb", ExampleModel()},
      {"versions/.gitkeep", ""},
  };
  // Looked at before anything is written, so that a refusal changes nothing.
  for (const auto& file : files) {
    struct stat found;
    std::string path = JoinPath(folder, file.path);
    if (stat(path.c_str(), &found) == 0) {
      return absl::AlreadyExistsError(
          absl::StrCat(path, " exists: init never overwrites; remove it, or give another folder"));
    }
  }
  if (folder != ".") RETURN_IF_ERROR(MakeFolder(folder));
  RETURN_IF_ERROR(MakeFolder(JoinPath(folder, "models")));
  RETURN_IF_ERROR(MakeFolder(JoinPath(folder, "versions")));
  for (const auto& file : files)
    RETURN_IF_ERROR(CheckBelow(ProjectRoot(folder), JoinPath(folder, file.path)));
  for (const auto& file : files) {
    std::string path = JoinPath(folder, file.path);
    RETURN_IF_ERROR(WriteFile(path, file.content, Overwrite::kNever));
    std::cout << "wrote " << path << "\n";
  }
  std::cout << "Declare tables in " << JoinPath(folder, "models/schema.txtpb")
            << ", then: autogen -m \"first tables\"\n";
  return 0;
}

}  // namespace

Command InitCommand() {
  return {
      .name = "init",
      .summary = "create a project in this folder",
      .details =
          "Writes autogen.txtpb, models/, versions/ and the template of new scripts. Refuses "
          "to overwrite any of them. With --url sqlite:///PATH the project is for that file, whose "
          "path starts at the project's folder.",
      .example = "autogen init",
      .positionals = {{.name = "folder", .help = "where; default: this folder"}},
      .run = Run,
  };
}

}  // namespace autogen::cli
