#include "src/revision/plan.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/revision/argument.h"
#include "src/revision/range.h"

namespace autogen::revision {
namespace {

std::vector<std::string> RowIds(const Graph& graph, absl::Span<const Node> rows) {
  std::vector<std::string> ids;
  for (Node row : rows) ids.push_back(graph.id(row));
  return ids;
}

// The rows that no other row includes, in their order.
Nodes Distinct(const Graph& graph, absl::Span<const Node> rows) {
  const Nodes maximal = graph.cycle().ok() ? Maximal(graph, rows) : Nodes(rows.begin(), rows.end());
  Nodes distinct;
  for (Node row : rows) {
    if (absl::c_linear_search(maximal, row)) distinct.push_back(row);
  }
  return distinct;
}

Nodes NewestFirst(const Graph& graph, const NodeSet& set) {
  Nodes nodes = graph.InOrder(set);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

absl::StatusOr<Nodes> LocateRows(const Graph& graph, absl::Span<const std::string> rows) {
  Nodes nodes;
  for (const std::string& row : rows) {
    std::optional<Node> node = graph.Find(row);
    if (!node.has_value()) {
      std::string nearest = graph.NearestName(row);
      return absl::NotFoundError(
          absl::StrCat("Can't locate revision identified by '", row,
                       "': the version table has it, but no script does",
                       nearest.empty() ? "" : absl::StrCat(" (the nearest is '", nearest, "')"),
                       ". Restore the script (is it on another branch of the repository?), or "
                       "correct the table: "
                       "autogen stamp --purge REVISION"));
    }
    if (!absl::c_linear_search(nodes, *node)) nodes.push_back(*node);
  }
  return nodes;
}

absl::StatusOr<Steps> PlanUpgrade(const Graph& graph, absl::Span<const Node> rows,
                                  absl::Span<const std::string> targets) {
  RETURN_IF_ERROR(graph.cycle());
  const Nodes current = Distinct(graph, rows);
  ASSIGN_OR_RETURN(NodeSet set, RangeUp(graph, targets, RowIds(graph, current), current,
                                        {.inclusive = false, .all_needed = true, .strict = true}));
  return Steps{.nodes = graph.InOrder(set)};
}

absl::StatusOr<Steps> PlanDowngrade(const Graph& graph, absl::Span<const Node> rows,
                                    absl::string_view target) {
  RETURN_IF_ERROR(graph.cycle());
  Steps steps;
  // Of rows that include one another too: Alembic counts "-N" from the first of them.
  ASSIGN_OR_RETURN(NodeSet set, RangeDown(graph, rows, target, {}, &steps.warnings));
  steps.nodes = NewestFirst(graph, set);
  return steps;
}

absl::StatusOr<Nodes> PlanStamp(const Graph& graph, absl::Span<const Node> rows,
                                absl::Span<const std::string> targets) {
  RETURN_IF_ERROR(graph.cycle());
  Nodes result = Distinct(graph, rows);
  Nodes stamped;
  for (const std::string& target : targets) {
    ASSIGN_OR_RETURN(Nodes nodes, Resolve(graph, target, Distinct(graph, rows)));
    const std::string label = ParseArgument(target).label;
    NodeSet gone(graph.size(), nodes.empty() && label.empty());
    auto add = [&](const NodeSet& set) {
      for (size_t i = 0; i < set.size(); ++i) gone[i] = gone[i] || set[i];
    };
    if (nodes.empty() && !label.empty()) {
      ASSIGN_OR_RETURN(Node branch, ResolveBranch(graph, label));
      add(graph.Ancestors({branch}, Edges::kRevisesAndDependencies));
      add(graph.Descendants({branch}, Edges::kRevisesAndDependencies));
    }
    for (Node node : nodes) {
      if (std::find(rows.begin(), rows.end(), node) != rows.end()) continue;
      stamped.push_back(node);
      add(graph.Ancestors({node}, Edges::kRevisesAndDependencies));
      add(graph.Descendants({node}, Edges::kRevisesAndDependencies));
    }
    result.erase(std::remove_if(result.begin(), result.end(),
                                [&](Node row) { return gone[static_cast<size_t>(row)]; }),
                 result.end());
  }
  result.insert(result.end(), stamped.begin(), stamped.end());
  return Maximal(graph, result);
}

absl::StatusOr<Nodes> PlanHistory(const Graph& graph, absl::Span<const Node> rows,
                                  absl::string_view range) {
  std::string lower = "base", upper = "heads";
  if (!range.empty()) {
    std::vector<std::string> ends = absl::StrSplit(range, ':');
    if (ends.size() != 2) {
      // Not repeated: it may be a connection string.
      return absl::InvalidArgumentError(
          "a range is written [start]:[end], with either end optional");
    }
    if (!ends[0].empty()) lower = ends[0];
    if (!ends[1].empty()) upper = ends[1];
  }
  ASSIGN_OR_RETURN(NodeSet set, RangeUp(graph, {upper}, {lower}, Distinct(graph, rows),
                                        {.inclusive = true, .all_needed = false, .strict = false}));
  return NewestFirst(graph, set);
}

}  // namespace autogen::revision
