#include "src/cli/scripts.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/revision/hook.h"
#include "src/revision/load.h"
#include "src/revision/sum.h"

namespace autogen::cli {
namespace {

// The version folder that `path` is in; "" where it is in none.
std::string FolderOf(const Project& project, absl::string_view path) {
  std::string best;
  for (const std::string& folder : project.version_folders()) {
    if (folder.size() < best.size()) continue;
    if (folder == "." || absl::StartsWith(path, absl::StrCat(folder, "/"))) best = folder;
  }
  return best;
}

std::string ChooseFolder(const Project& project, const revision::Graph& graph,
                         const revision::ScriptSpec& spec) {
  if (project.version_folders().size() > 1 && !spec.revises.empty()) {
    std::optional<revision::Node> parent = graph.Find(spec.revises.front());
    if (parent.has_value()) {
      std::string folder = FolderOf(project, graph.at(*parent).path);
      if (!folder.empty()) return folder;
    }
  }
  return project.version_folders().front();
}

// The graph as it will be: a cycle or a label taken twice is found before anything is written.
absl::Status CheckGraphWith(const revision::Graph& graph, const revision::ScriptSpec& spec) {
  std::vector<revision::Revision> revisions;
  for (size_t i = 0; i < graph.size(); ++i) {
    revisions.push_back(graph.at(static_cast<revision::Node>(i)));
  }
  revisions.push_back({.id = spec.id,
                       .revises = spec.revises,
                       .depends_on = spec.depends_on,
                       .labels = spec.labels,
                       .path = "the new script"});
  return revision::Graph::Build(std::move(revisions)).status();
}

}  // namespace

absl::StatusOr<revision::Graph> LoadScripts(const Project& project) {
  return revision::LoadGraph(project.version_folders());
}

absl::StatusOr<std::string> AddScript(const Project& project, const revision::Graph& graph,
                                      revision::ScriptSpec spec, const std::string& folder) {
  const Config& config = project.config();
  spec.created = absl::Now();
  const bool generated = spec.id.empty();
  while (spec.id.empty() || (generated && graph.Find(spec.id).has_value())) {
    spec.id = revision::RandomId();
  }
  RETURN_IF_ERROR(CheckGraphWith(graph, spec));
  revision::ScriptLayout layout;
  layout.folder = folder.empty() ? ChooseFolder(project, graph, spec) : folder;
  layout.file_template = config.file_template();
  if (config.slug_length() > 0) layout.slug_length = config.slug_length();
  if (!config.template_().empty()) {
    ASSIGN_OR_RETURN(layout.template_text,
                     ReadFile(JoinPath(project.folder(), config.template_())));
  }
  ASSIGN_OR_RETURN(std::string path, revision::WriteScript(spec, layout));
  // Hooks first: the checksum is of what they leave.
  absl::Status hooks;
  for (const Config::Hook& hook : config.post_write_hook()) {
    hooks = revision::RunHook(hook.name(), {hook.argument().begin(), hook.argument().end()}, path);
    if (!hooks.ok()) break;
  }
  std::string owner = FolderOf(project, path);
  RETURN_IF_ERROR(revision::AddToSum(owner.empty() ? layout.folder : owner, path));
  RETURN_IF_ERROR(hooks);
  return path;
}

}  // namespace autogen::cli
