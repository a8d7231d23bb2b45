#include <sys/stat.h>

#include <filesystem>
#include <iostream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/example_model.h"
#include "src/cli/settings.h"
#include "src/generate/outside.h"
#include "src/introspect/introspect.h"
#include "src/model/print.h"

namespace autogen::cli {
namespace {

// Nothing is overwritten but the example that `init` wrote, as long as nobody has changed it.
absl::Status CheckMayWrite(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored) || IsExampleModel(path)) {
    return absl::OkStatus();
  }
  return absl::AlreadyExistsError(
      absl::StrCat(path, " exists: import never overwrites; give another path with --output"));
}

absl::Status WriteModel(const std::string& path, const std::string& content) {
  RETURN_IF_ERROR(CheckMayWrite(path));
  return WriteFile(path, content, IsExampleModel(path) ? Overwrite::kReplace : Overwrite::kNever);
}

// All or nothing: no file is written where one of them exists.
absl::Status WriteSplit(const std::string& folder,
                        const std::map<std::string, std::string>& files) {
  for (const auto& [name, content] : files) {
    RETURN_IF_ERROR(CheckMayWrite(JoinPath(folder, name)));
  }
  for (const auto& [name, content] : files) {
    std::string path = JoinPath(folder, name);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    RETURN_IF_ERROR(CheckBelow(ProjectRoot(folder), path));
    std::filesystem::create_directories(DirName(path), error);
    if (error) {
      return absl::ErrnoToStatus(error.value(),
                                 absl::StrCat("creating the folder ", DirName(path)));
    }
    RETURN_IF_ERROR(WriteModel(path, content));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  std::string output = invocation.Get("--output");
  if (output.empty()) {
    return absl::InvalidArgumentError(
        "no --output given: the file (or with --split the folder) to write");
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, OpenProject(invocation));
  ASSIGN_OR_RETURN(generate::Source database, DatabaseSource(*project));
  const generate::Settings settings = SettingsFor(*project, invocation);
  const introspect::Options options = generate::IntrospectOptions(settings);
  ASSIGN_OR_RETURN(model::Snapshot snapshot,
                   settings.engine->open({}, settings.untested_version).read(database, options));
  ASSIGN_OR_RETURN(const generate::Manages manages, introspect::SelectedSchemas(options));
  snapshot.schema = generate::WithoutExtensions(
      *snapshot.schema, generate::OutsideExtensions({snapshot.schema.get()}, manages));
  if (invocation.Has("--split")) {
    RETURN_IF_ERROR(WriteSplit(output, model::PrintModelSplit(*snapshot.schema)));
  } else {
    RETURN_IF_ERROR(WriteModel(output, model::PrintModel(*snapshot.schema)));
  }
  std::cout << "wrote " << output << ": "
            << Count(static_cast<size_t>(snapshot.schema->table_size()), "table") << ", "
            << Count(static_cast<size_t>(snapshot.schema->view_size() +
                                         snapshot.schema->materialized_view_size()),
                     "view")
            << ", " << Count(static_cast<size_t>(snapshot.schema->function_size()), "routine")
            << "\n";
  PrintUnmanaged(snapshot.unmanaged);
  return 0;
}

}  // namespace

Command ImportCommand() {
  return {
      .name = "import",
      .summary = "write the model of a database",
      .details =
          "Reads the database and writes the model that describes it. Overwrites nothing but the "
          "unchanged example that `init` wrote.",
      .example = "autogen import --url postgresql://localhost/app --output models --split",
      .flags = WithComparisonFlags(
          {{.name = "-o,--output", .value = "PATH", .help = "the file, or with --split the folder"},
           {.name = "--split", .help = "a file for each table, SQL bodies in .sql files"}}),
      .run = Run,
  };
}

}  // namespace autogen::cli
