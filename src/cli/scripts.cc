#include "src/cli/scripts.h"

#include <re2/re2.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "src/apply/database.h"
#include "src/base/file.h"
#include "src/base/folder_lock.h"
#include "src/base/status.h"
#include "src/cli/hooks.h"
#include "src/cli/settings.h"
#include "src/revision/plan.h"
#include "src/revision/sum.h"

namespace autogen::cli {

std::string FolderOf(const Project& project, absl::string_view path) {
  std::string best;
  for (const std::string& folder : project.version_folders()) {
    if (folder.size() < best.size()) continue;
    if (folder == "." || absl::StartsWith(path, absl::StrCat(folder, "/"))) best = folder;
  }
  return best;
}

namespace {

// As a shell takes it.
std::string ShellWord(const std::string& text) {
  static const LazyRE2 kPlain = {"[A-Za-z0-9_./:@=,+-]+"};
  if (RE2::FullMatch(text, *kPlain)) return text;
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
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

absl::StatusOr<revision::ScriptLayout> LayoutOf(const Project& project) {
  const Config& config = project.config();
  revision::ScriptLayout layout;
  layout.folder = project.version_folders().front();
  layout.dialect = &EngineFor(project).dialect();
  layout.file_template = config.file_template();
  if (config.slug_length() > 0) layout.slug_length = config.slug_length();
  if (!config.template_().empty()) {
    layout.template_path = JoinPath(project.folder(), config.template_());
    ASSIGN_OR_RETURN(layout.template_text, ReadTextFile(layout.template_path));
  }
  return layout;
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
  ASSIGN_OR_RETURN(revision::Graph with, revision::Graph::Build(std::move(revisions)));
  return with.cycle();
}

// A script written since `before` was read must not revise what `spec` does: that would be a second
// head that nobody asked for.
absl::Status CheckNoRival(const revision::Graph& before, const revision::Graph& now,
                          const revision::ScriptSpec& spec) {
  for (size_t i = 0; i < now.size(); ++i) {
    const revision::Revision& other = now.at(static_cast<revision::Node>(i));
    if (before.Find(other.id).has_value()) continue;
    const bool same = other.revises.empty() && spec.revises.empty();
    const bool shared =
        std::any_of(other.revises.begin(), other.revises.end(),
                    [&](const std::string& id) { return absl::c_linear_search(spec.revises, id); });
    if (!same && !shared) continue;
    return absl::AbortedError(absl::StrCat(
        other.path, " (revision ", other.id,
        ") was written while this command ran, and revises the same: nothing was written, since "
        "the scripts would have two heads. Run the command again on top of it"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<revision::Graph> LoadScripts(const Project& project, revision::Checksums checksums) {
  ASSIGN_OR_RETURN(revision::Graph graph, LoadScriptsToShow(project, checksums));
  RETURN_IF_ERROR(graph.cycle());
  return graph;
}

absl::StatusOr<revision::Graph> LoadScriptsToShow(const Project& project,
                                                  revision::Checksums checksums) {
  return revision::LoadGraph(project.version_folders(), checksums, EngineFor(project).dialect());
}

absl::StatusOr<std::string> AddScript(const Project& project, const revision::Graph& graph,
                                      revision::ScriptSpec spec,
                                      const std::vector<Config::Hook>& hooks,
                                      const std::string& folder) {
  spec.created = absl::Now();
  const bool generated = spec.id.empty();
  while (spec.id.empty() || (generated && graph.Find(spec.id).has_value())) {
    spec.id = revision::RandomId();
  }
  ASSIGN_OR_RETURN(revision::ScriptLayout layout, LayoutOf(project));
  layout.folder = folder.empty() ? ChooseFolder(project, graph, spec) : folder;
  // A script whose checksum cannot be written is not written either.
  RETURN_IF_ERROR(revision::CheckSumIsReadable(layout.folder));
  std::string path;
  {
    ASSIGN_OR_RETURN(std::unique_ptr<FolderLock> lock, FolderLock::Take(project.folder()));
    ASSIGN_OR_RETURN(revision::Graph now, LoadScripts(project));
    RETURN_IF_ERROR(CheckNoRival(graph, now, spec));
    RETURN_IF_ERROR(CheckGraphWith(now, spec));
    ASSIGN_OR_RETURN(path, revision::WriteScript(spec, layout));
  }
  // Hooks first: the checksum is of what they leave.
  const absl::Status ran = RunHooks(hooks, path);
  RETURN_IF_ERROR(RecordSums(project, {path}));
  RETURN_IF_ERROR(ran);
  return path;
}

absl::StatusOr<std::string> AdoptScript(const Project& project, const revision::ScriptSpec& spec) {
  ASSIGN_OR_RETURN(revision::ScriptLayout layout, LayoutOf(project));
  return revision::WriteScript(spec, layout);
}

absl::Status ReplaceScript(const Project& project, const std::string& path,
                           const revision::ScriptSpec& spec) {
  ASSIGN_OR_RETURN(revision::ScriptLayout layout, LayoutOf(project));
  ASSIGN_OR_RETURN(std::string text, revision::RenderScript(spec, layout));
  return WriteFile(path, text, Overwrite::kReplace);
}

absl::Status RecordSums(const Project& project, absl::Span<const std::string> paths) {
  std::map<std::string, std::vector<std::string>> by_folder;
  for (const std::string& path : paths) {
    std::string folder = FolderOf(project, path);
    by_folder[folder.empty() ? DirName(path) : folder].push_back(path);
  }
  for (const auto& [folder, files] : by_folder) {
    RETURN_IF_ERROR(revision::AddToSum(folder, files));
  }
  return absl::OkStatus();
}

absl::StatusOr<revision::Nodes> CurrentRows(Project& project, const revision::Graph& graph) {
  ASSIGN_OR_RETURN(std::string url, project.Url());
  apply::Observer observer;
  ASSIGN_OR_RETURN(apply::Database database,
                   apply::OpenDatabase(url, ApplyOptionsFor(project), &observer));
  return revision::LocateRows(graph, database.rows());
}

std::string DatabaseFlags(const Invocation& invocation) {
  static const LazyRE2 kPassword = {R"((?i)password|://[^/@]*:[^/@]*@)"};
  std::string flags;
  for (const char* flag :
       {"--config", "--url", "--model", "--versions", "--allow-host", "--direct-url"}) {
    for (const std::string& value : invocation.All(flag)) {
      absl::StrAppend(
          &flags, " ", flag, " ",
          RE2::PartialMatch(value, *kPassword) ? "\"$DATABASE_URL\"" : ShellWord(value));
    }
  }
  return flags;
}

std::vector<std::string> MissingScripts(const revision::Graph& graph, const revision::Nodes& rows) {
  const revision::NodeSet applied = graph.Ancestors(rows, revision::Edges::kRevisesAndDependencies);
  std::vector<std::string> missing;
  for (revision::Node node : graph.order()) {
    if (!applied[static_cast<size_t>(node)]) missing.push_back(graph.id(node));
  }
  return missing;
}

bool PrintWarnings(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) std::cerr << "warning: " << warning << "\n";
  return !warnings.empty();
}

}  // namespace autogen::cli
