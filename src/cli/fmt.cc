#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/model/format.h"

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

absl::StatusOr<int> Run(const Invocation& invocation) {
  std::vector<std::string> paths = invocation.All("path");
  if (paths.empty()) {
    ASSIGN_OR_RETURN(std::unique_ptr<Project> project, Project::Open(invocation));
    paths = project->model_paths();
  }
  ASSIGN_OR_RETURN(std::vector<std::string> files, ModelFiles(paths));
  const bool check = invocation.Has("--check");
  size_t changed = 0;
  // One broken file does not keep the others from being formatted.
  std::string problems;
  for (const std::string& file : files) {
    absl::StatusOr<std::string> text = ReadFile(file);
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
      .summary = "give model files their layout",
      .details =
          "Rewrites model files in one layout. Comments stay where they are, values as they "
          "are written. Only files that change are written.\n\n"
          "Exit code 0: done, or nothing to do; 1: with --check, a file would change.",
      .example = "autogen fmt --check models",
      .flags = {{.name = "--check",
                 .help = "write nothing; exit code 1 where a file would change"}},
      .positionals = {{.name = "path",
                       .help = "model files or folders; default: those of the configuration",
                       .repeated = true}},
      .run = Run,
  };
}

}  // namespace autogen::cli
