#include "src/cli/rename_prompt.h"

#include <unistd.h>

#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/settings.h"
#include "src/model/edit.h"

namespace autogen::cli {
namespace {

model::Rename Declaration(const diff::LikelyRename& rename) {
  model::Rename declared;
  declared.object = rename.to;
  if (!rename.from_part.empty()) {
    declared.from = rename.from_part;
    declared.label = rename.to_part;
    return declared;
  }
  // Without a routine's signature.
  std::string name = rename.from.name.substr(0, rename.from.name.find('('));
  if (name != rename.to.name.substr(0, rename.to.name.find('('))) declared.from = name;
  if (rename.from.schema != rename.to.schema) declared.from_schema = rename.from.schema;
  return declared;
}

bool Yes(const std::string& question) {
  std::cout << question << " [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) return false;
  answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  return answer == "y" || answer == "yes";
}

}  // namespace

bool CanAsk(const Invocation& invocation) {
  return !invocation.Has("--no-input") && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
}

absl::StatusOr<bool> AskAboutRenames(const Project& project,
                                     const std::vector<diff::LikelyRename>& renames,
                                     std::set<std::string>* declined) {
  bool changed = false;
  for (const diff::LikelyRename& rename : renames) {
    std::string what = diff::Describe(rename);
    if (declined->count(what) > 0) continue;
    if (!Yes(absl::StrCat("Is this a rename: ", what, " (", rename.why, ")?"))) {
      declined->insert(what);
      continue;
    }
    absl::StatusOr<model::EditedFiles> files =
        model::DeclareRenames(project.model_paths(), {Declaration(rename)}, EngineFor(project).name);
    if (!files.ok()) {
      std::cerr << "not declared: " << files.status().message() << "\n";
      declined->insert(what);
      continue;
    }
    for (const auto& [path, text] : *files) {
      RETURN_IF_ERROR(WriteFile(path, text, Overwrite::kReplace));
      std::cout << "declared in " << path << "\n";
      changed = true;
    }
  }
  return changed;
}

absl::Status WarnAboutRenames(const std::vector<diff::LikelyRename>& renames, bool strict) {
  if (renames.empty()) return absl::OkStatus();
  std::string lines;
  for (const diff::LikelyRename& rename : renames) {
    absl::StrAppend(&lines, "likely rename: ", diff::Describe(rename), " (", rename.why, ")\n");
  }
  absl::StrAppend(&lines,
                  "Without a declaration in the model it is a drop and an add. Write renamed_from "
                  "(renamed_label for a label of an enum) into the model where it is one.");
  if (strict) {
    return absl::FailedPreconditionError(absl::StrCat("--strict: no script is written\n", lines));
  }
  std::cerr << lines << "\n";
  return absl::OkStatus();
}

}  // namespace autogen::cli
