#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/scratch.h"
#include "src/cli/settings.h"
#include "src/generate/pipeline.h"
#include "src/generate/scope.h"
#include "src/model/edit.h"
#include "src/model/format.h"
#include "src/model/load.h"

namespace autogen::cli {
namespace {

// Every model file of `paths`: files as they are named, folders with the *.txtpb files in them.
absl::StatusOr<std::vector<std::string>> ModelFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) {
      files.push_back(path);
      continue;
    }
    ASSIGN_OR_RETURN(std::vector<std::string> found, ListFiles(path, ".txtpb", true));
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

// The files with a text that is not in canonical form, rewritten in it: the database's own form
// where it can be reached, so that check finds them equal as written.
absl::StatusOr<model::EditedFiles> Canonical(Project& project, const Invocation& invocation,
                                             const std::vector<std::string>& paths) {
  const generate::Settings settings = SettingsFor(project, invocation);
  const generate::Engine& engine = *settings.engine;
  ASSIGN_OR_RETURN(std::shared_ptr<Schema> schema, model::LoadModel(paths, engine.name));
  const absl::StatusOr<generate::Source> database = DatabaseSource(project);
  ASSIGN_OR_RETURN(scratch::Options scratch,
                   ScratchFor(project, invocation, database.ok() ? database->url : ""));
  const generate::Workbench bench = engine.open(std::move(scratch), settings.untested_version);
  generate::Pair pair;
  pair.before = model::EmptySnapshot(0);
  if (database.ok()) {
    absl::StatusOr<model::Snapshot> current = bench.read(*database, {});
    if (current.ok()) pair.before = *std::move(current);
  }
  pair.after.schema = schema;
  generate::Workbench::Canonicalisation request;
  request.models[1] = schema;
  request.paths = {nullptr, &paths};
  request.schemas[1] = generate::SchemasOf(*schema);
  request.options.server_version = pair.before.server_version;
  RETURN_IF_ERROR(bench.canonicalise(request, &pair));
  return model::CanonicaliseFiles(paths, *pair.after.schema, engine.name);
}

absl::StatusOr<int> Run(const Invocation& invocation) {
  std::vector<std::string> paths = invocation.All("path");
  const bool canonically = invocation.Has("--canonical");
  std::unique_ptr<Project> project;
  if (paths.empty() || canonically) {
    ASSIGN_OR_RETURN(project, OpenProject(invocation));
  }
  if (paths.empty()) paths = project->model_paths();
  const bool check = invocation.Has("--check");
  if (canonically) {
    ASSIGN_OR_RETURN(model::EditedFiles files, Canonical(*project, invocation, paths));
    for (const auto& [file, content] : files) {
      if (!check) RETURN_IF_ERROR(WriteFile(file, content, Overwrite::kReplace));
      std::cout << (check ? "would canonicalise " : "canonicalised ") << file << "\n";
    }
    if (files.empty()) std::cout << "every text is in canonical form\n";
    return check && !files.empty() ? 1 : 0;
  }
  ASSIGN_OR_RETURN(std::vector<std::string> files, ModelFiles(paths));
  size_t changed = 0;
  // One broken file does not keep the others from being formatted.
  std::string problems;
  for (const std::string& file : files) {
    absl::StatusOr<std::string> text = ReadTextFile(file);
    absl::StatusOr<std::string> formatted = text.ok() ? model::FormatModel(file, *text) : text;
    if (!formatted.ok()) {
      absl::StrAppend(&problems, problems.empty() ? "" : "\n", formatted.status().message());
      continue;
    }
    if (*formatted == *text) continue;
    ++changed;
    if (!check) RETURN_IF_ERROR(WriteFile(file, *formatted, Overwrite::kReplace));
    std::cout << (check ? "would format " : "formatted ") << file << "\n";
  }
  if (!problems.empty()) return absl::InvalidArgumentError(problems);
  if (changed == 0) std::cout << Count(files.size(), "model file") << ", nothing to change\n";
  return check && changed > 0 ? 1 : 0;
}

}  // namespace

Command FmtCommand() {
  return {
      .name = "fmt",
      .summary = "format model files",
      .details =
          "Rewrites model files in one layout. Comments stay where they are, values as they "
          "are written. Only files that change are written.\n\n"
          "--canonical writes expressions and queries in PostgreSQL's canonical form, and changes "
          "nothing else: "
          "the model is built in a scratch database and read back. Where the database can be "
          "reached, its own form is used. A canonical model is compared without a scratch "
          "database. Texts in .sql files stay as they are.\n\n"
          "Exit code 0: done, or nothing to do; 1: with --check, a file would change.",
      .example = "autogen fmt --check models",
      .flags = WithScratchFlags(
          {{.name = "--canonical",
            .help = "write SQL in PostgreSQL's canonical form, change nothing else"},
           {.name = "--check", .help = "write nothing; exit code 1 where a file would change"}}),
      .positionals = {{.name = "path",
                       .help = "model files or folders; default: those of the configuration",
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
