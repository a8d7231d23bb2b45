// Headers of several scripts as a graph, and revision arguments on it. The input: headers, each
// behind a line of "%%"; the last part is arguments, one a line.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/revision/argument.h"
#include "src/revision/describe.h"
#include "src/revision/graph.h"
#include "src/revision/plan.h"
#include "src/revision/script.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {
namespace {

using revision::Graph;
using revision::Node;
using revision::Nodes;

constexpr size_t kMostArguments = 12;

void CheckNodes(const Graph& graph, const Nodes& nodes, absl::string_view argument) {
  for (Node node : nodes) {
    Expect(node >= 0 && static_cast<size_t>(node) < graph.size(), "no node of the graph",
           {argument});
  }
}

// Upgrades run what a script needs before it; and what was planned ends at the planned rows.
void CheckUpgrade(const Graph& graph, const Nodes& rows, const std::string& argument) {
  absl::StatusOr<revision::Steps> up = revision::PlanUpgrade(graph, rows, {argument});
  if (!up.ok()) return;
  CheckNodes(graph, up->nodes, argument);
  revision::NodeSet have = graph.Ancestors(rows, revision::Edges::kRevisesAndDependencies);
  for (Node node : up->nodes) {
    for (Node parent : graph.parents(node)) {
      Expect(have[static_cast<size_t>(parent)], "an upgrade runs a script before what it needs",
             {argument, graph.id(node), graph.id(parent)});
    }
    Expect(!have[static_cast<size_t>(node)], "an upgrade runs a script again",
           {argument, graph.id(node)});
    have[static_cast<size_t>(node)] = true;
  }
}

void CheckDowngrade(const Graph& graph, const Nodes& rows, const std::string& argument) {
  absl::StatusOr<revision::Steps> down = revision::PlanDowngrade(graph, rows, argument);
  if (!down.ok()) return;
  CheckNodes(graph, down->nodes, argument);
  revision::NodeSet have = graph.Ancestors(rows, revision::Edges::kRevisesAndDependencies);
  for (Node node : down->nodes) {
    Expect(have[static_cast<size_t>(node)], "a downgrade runs a script that was not applied",
           {argument, graph.id(node)});
    have[static_cast<size_t>(node)] = false;
    for (Node child : graph.children(node)) {
      Expect(!have[static_cast<size_t>(child)], "a downgrade leaves what needs its script",
             {argument, graph.id(node), graph.id(child)});
    }
  }
}

void ReadArgument(const Graph& graph, const Nodes& rows, const std::string& argument) {
  revision::ParseArgument(argument);
  absl::StatusOr<Nodes> nodes = revision::Resolve(graph, argument, rows);
  if (nodes.ok()) CheckNodes(graph, *nodes, argument);
  revision::ResolvePlaces(graph, argument, rows).IgnoreError();
  revision::ResolveOne(graph, argument, rows).IgnoreError();
  revision::ResolveBranch(graph, argument).IgnoreError();
  CheckUpgrade(graph, rows, argument);
  CheckDowngrade(graph, rows, argument);
  absl::StatusOr<Nodes> stamped = revision::PlanStamp(graph, rows, {argument});
  if (stamped.ok()) CheckNodes(graph, *stamped, argument);
  absl::StatusOr<Nodes> history = revision::PlanHistory(graph, rows, argument);
  if (history.ok()) CheckNodes(graph, *history, argument);
}

}  // namespace

void FuzzOne(absl::string_view input) {
  std::vector<absl::string_view> parts = Parts(input);
  const absl::string_view arguments = parts.back();
  parts.pop_back();
  std::vector<revision::Revision> revisions;
  for (size_t i = 0; i < parts.size(); ++i) {
    absl::StatusOr<revision::Revision> header =
        revision::ParseHeader(parts[i], absl::StrCat(i, ".sql"));
    if (header.ok()) revisions.push_back(*std::move(header));
  }
  revision::ParseArgument(arguments);
  absl::StatusOr<Graph> graph = Graph::Build(std::move(revisions));
  if (!graph.ok()) return;
  const Nodes& all = graph->order();
  revision::ToJson(*graph, all, graph->heads());
  revision::ToMermaid(*graph, all, graph->heads());
  revision::ToDot(*graph, all, graph->heads());
  revision::CheckSingleHead(*graph).IgnoreError();
  for (size_t i = 0; i < std::min<size_t>(all.size(), 8); ++i) {
    revision::OneLine(*graph, all[i], i == 0);
    revision::Paragraph(*graph, all[i], i == 0);
  }
  if (!graph->cycle().ok()) return;
  size_t read = 0;
  for (absl::string_view argument : absl::StrSplit(arguments, '\n')) {
    if (++read > kMostArguments) break;
    ReadArgument(*graph, {}, std::string(argument));
    ReadArgument(*graph, graph->heads(), std::string(argument));
    if (!all.empty()) ReadArgument(*graph, {all[all.size() / 2]}, std::string(argument));
  }
}

}  // namespace autogen::fuzz
