#include "src/scratch/replay.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/cache_folder.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/postgres/binaries.h"
#include "src/scratch/cache.h"
#include "src/scratch/library_stubs.h"

namespace autogen::scratch {
namespace {

std::string NameOf(const revision::Graph& graph, revision::Node node) {
  const revision::Revision& r = graph.at(node);
  return r.path.empty() ? r.id : r.path;
}

}  // namespace

std::string AssertionSetting(const revision::Assertion& assertion) {
  return absl::StrCat("autogen.assertion_", assertion.line);
}

std::vector<Step> ScriptSteps(const revision::Script& script, const revision::Section& section) {
  std::vector<Step> steps;
  const std::string& name = script.header.path.empty() ? script.header.id : script.header.path;
  auto add = [&](const std::string& sql, int line) {
    Step step;
    step.sql = sql;
    step.object = absl::StrCat(name, ":", line);
    if (steps.empty()) step.search_path = "\"$user\", public";
    steps.push_back(std::move(step));
  };
  auto assertion = [&](const revision::Assertion& a) {
    add(absl::StrCat("SELECT pg_catalog.set_config('", AssertionSetting(a), "', CASE WHEN (",
                     a.query, "\n) THEN 'true' ELSE 'false' END, false)"),
        a.line);
  };
  for (const revision::Step& step : section.steps) {
    for (const revision::Assertion& a : step.before) assertion(a);
    add(step.statement.text, step.statement.line);
  }
  for (const revision::Assertion& a : section.after) assertion(a);
  return steps;
}

absl::Status ReplayUpgrades(Database& database, const revision::Graph& graph,
                            absl::Span<const revision::Node> nodes,
                            std::vector<std::string>* outside) {
  BuildOptions build;
  build.outside = outside;
  for (revision::Node node : nodes) {
    ASSIGN_OR_RETURN(revision::Script script,
                     revision::ReadScript(graph.at(node).path, graph.dialect()));
    absl::Status run = Build(database, ScriptSteps(script, script.upgrade), build);
    if (!run.ok()) return Annotate(run, absl::StrCat("the upgrade of ", NameOf(graph, node)));
  }
  return absl::OkStatus();
}

revision::Nodes NeededBy(const revision::Graph& graph, const revision::Nodes& nodes) {
  if (nodes.empty()) return graph.order();
  return graph.InOrder(graph.Ancestors(nodes, revision::Edges::kRevisesAndDependencies));
}

absl::StatusOr<model::Snapshot> Replay(Server& server, const revision::Graph& graph,
                                       const revision::Nodes& nodes,
                                       const introspect::Options& options) {
  RETURN_IF_ERROR(graph.cycle());
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, server.Create());
  std::vector<std::string> outside;  // changes nothing in the schema
  RETURN_IF_ERROR(ReplayUpgrades(*database, graph, NeededBy(graph, nodes), &outside));
  return ReadBack(*database, options);
}

namespace {

// The rest of the scripts on top of what those before made.
absl::StatusOr<model::Snapshot> ReplayOnTop(Server& server, const model::Snapshot& start,
                                            const revision::Graph& graph,
                                            absl::Span<const revision::Node> rest,
                                            const introspect::Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, server.Create());
  ASSIGN_OR_RETURN(std::vector<Step> steps,
                   StepsFor(start.schema, start.dependencies, server.version(), options.privileges,
                            options.owners, /*outside=*/nullptr));
  BuildOptions build;
  build.retry_missing = true;
  RETURN_IF_ERROR(Build(*database, steps, build));
  std::vector<std::string> outside;
  RETURN_IF_ERROR(ReplayUpgrades(*database, graph, rest, &outside));
  return ReadBack(*database, options);
}

// What a result depends on beside the scripts.
std::string KeyWithoutScripts(const Server& server, int target_version,
                              const introspect::Options& options) {
  std::string version = absl::StrCat(target_version);
  if (target_version == 0) {
    const std::vector<postgres::Installation> found = postgres::ServerInstallations();
    if (!found.empty()) version = absl::StrCat("newest ", found.front().major);
  }
  std::string key = absl::StrCat(ProgramVersion(), "\n", version, "\n",
                                 server.options().url.empty() ? "" : "configured", "\n",
                                 options.privileges, options.owners, options.dependencies);
  for (const std::vector<std::string>* names :
       {&options.include, &options.exclude, &options.exclude_extensions}) {
    absl::StrAppend(&key, "\n", absl::StrJoin(*names, " "));
  }
  for (const auto& [schema, name] : options.own_tables) {
    absl::StrAppend(&key, "\n", schema, ".", name);
  }
  return key;
}

}  // namespace

absl::StatusOr<model::Snapshot> ReplayKept(Server& server, const revision::Graph& graph,
                                           const revision::Nodes& nodes, int target_version,
                                           const introspect::Options& options) {
  RETURN_IF_ERROR(graph.cycle());
  const std::string& folder = server.options().cache_folder;
  const Cache cache(absl::StrCat(folder.empty() ? DefaultCacheFolder() : folder, "/replayed"));
  const revision::Nodes order = NeededBy(graph, nodes);
  std::vector<std::string> keys = {KeyWithoutScripts(server, target_version, options)};
  for (const revision::Node node : order) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(graph.at(node).path));
    keys.push_back(absl::StrCat(keys.back(), "\n", graph.id(node), " ", revision::Checksum(text)));
  }
  const std::string& whole = keys.back();
  if (auto found = cache.Find(whole); found.has_value()) return *std::move(found);
  absl::StatusOr<model::Snapshot> snapshot = absl::NotFoundError("");
  // Most often one script was added since. What was there before has no rows and no objects of
  // others then: a script that misses them makes all run again.
  constexpr size_t kAdded = 8;
  for (size_t added = 1; added <= kAdded && added < order.size(); ++added) {
    const size_t before = order.size() - added;
    const auto start = cache.Find(keys[before]);
    if (!start.has_value()) continue;
    snapshot =
        ReplayOnTop(server, *start, graph, absl::MakeConstSpan(order).subspan(before), options);
    break;
  }
  if (!snapshot.ok()) {
    ASSIGN_OR_RETURN(snapshot, Replay(server, graph, nodes, options));
  }
  cache.Store(whole, *snapshot);
  return snapshot;
}

}  // namespace autogen::scratch
