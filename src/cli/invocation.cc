#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/cli/command.h"
#include "src/cli/help.h"
#include "src/generate/engine.h"

namespace autogen::cli {

bool Invocation::Has(absl::string_view name) const { return values_.count(std::string(name)) > 0; }

std::string Invocation::Get(absl::string_view name, absl::string_view fallback) const {
  auto found = values_.find(std::string(name));
  if (found == values_.end() || found->second.empty()) return std::string(fallback);
  return found->second.back();
}

std::vector<std::string> Invocation::All(absl::string_view name) const {
  auto found = values_.find(std::string(name));
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

absl::StatusOr<int> Invocation::GetInt(absl::string_view name, int fallback) const {
  if (!Has(name)) return fallback;
  std::string text = Get(name);
  int number;
  if (!absl::SimpleAtoi(text, &number)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " needs a whole number, not \"", text, "\""));
  }
  return number;
}

namespace {

// A flag means the same in every command that has it.
absl::Status RefuseFlagsOfOthers(const Invocation& invocation, EngineName engine) {
  for (const Command& command : Commands()) {
    for (const Flag& flag : command.flags) {
      if (flag.engine == ENGINE_UNSPECIFIED || flag.engine == engine) continue;
      if (!invocation.Has(flag.name)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(flag.name, " is for ", EngineWords(flag.engine), ", and the database is of ",
                       EngineWords(engine), "; leave it out"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Project>> OpenProject(const Invocation& invocation) {
  project::Flags flags;
  flags.config = invocation.Get("--config");
  if (invocation.Has("--url")) flags.url = invocation.Get("--url");
  flags.models = invocation.All("--model");
  flags.versions = invocation.All("--versions");
  flags.allowed_hosts = invocation.All("--allow-host");
  flags.metrics_file = invocation.Has("--metrics-file");
  flags.quiet = invocation.Has("--quiet");
  ASSIGN_OR_RETURN(std::unique_ptr<Project> project, Project::Open(flags));
  const generate::Engine* engine = generate::FindEngine(project->named());
  if (engine != nullptr) RETURN_IF_ERROR(RefuseFlagsOfOthers(invocation, engine->name));
  return project;
}

}  // namespace autogen::cli
