#include "src/scratch/replay.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
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

}  // namespace autogen::scratch
