#include "src/revision/range.h"

#include <algorithm>
#include <cstdlib>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/revision/argument.h"

namespace autogen::revision {
namespace {

size_t At(Node node) { return static_cast<size_t>(node); }

absl::Status DidNotProduce(const Argument& argument) {
  return absl::InvalidArgumentError(absl::StrCat("Relative revision ", argument.text,
                                                 " didn't produce ", std::abs(*argument.steps),
                                                 " migrations: there are fewer"));
}

std::string Ids(const Graph& graph, absl::Span<const Node> nodes) {
  return absl::StrJoin(nodes, ", ", [&](std::string* out, Node n) { out->append(graph.id(n)); });
}

absl::Status CheckApart(const Graph& graph, const Nodes& nodes, Edges edges) {
  for (Node node : nodes) {
    NodeSet below = graph.Ancestors({node}, edges);
    Nodes overlaps;
    for (Node other : nodes) {
      if (other != node && below[At(other)]) overlaps.push_back(other);
    }
    if (!overlaps.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("Requested revision ", graph.id(node),
                                                     " overlaps with other requested revisions ",
                                                     Ids(graph, overlaps)));
    }
  }
  return absl::OkStatus();
}

void Deduplicate(Nodes& nodes) {
  Nodes unique;
  for (Node node : nodes) {
    if (!absl::c_linear_search(unique, node)) unique.push_back(node);
  }
  nodes = std::move(unique);
}

// Where "+2" or "label@+2" starts: the current revision, on the label's branch if there is one.
absl::StatusOr<Place> UpgradeStart(const Graph& graph, const Argument& argument,
                                   absl::Span<const Node> lowers) {
  Nodes starts(lowers.begin(), lowers.end());
  if (!argument.label.empty() && !lowers.empty()) {
    ASSIGN_OR_RETURN(starts, OnBranch(graph, lowers, argument.label));
    if (starts.empty()) {
      // The branch is applied further down, as something that a row needs: start at its tips.
      NodeSet applied = graph.Ancestors(lowers, Edges::kRevisesAndDependencies);
      ASSIGN_OR_RETURN(Nodes active, OnBranch(graph, graph.InOrder(applied), argument.label));
      starts = Maximal(graph, active);
    }
  }
  if (starts.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("Ambiguous upgrade from multiple current revisions ", Ids(graph, starts),
                     ": say which, as 'label@+N' or 'revision+N'"));
  }
  return starts.empty() ? Place::Base() : Place::At(starts.front());
}

absl::StatusOr<Nodes> UpgradeTargets(const Graph& graph, absl::Span<const std::string> uppers,
                                     absl::Span<const Node> lowers, absl::Span<const Node> current,
                                     bool strict) {
  Nodes targets;
  for (const std::string& upper : uppers) {
    Argument argument = ParseArgument(upper);
    if (!argument.steps.has_value()) {
      ASSIGN_OR_RETURN(Nodes nodes, Resolve(graph, upper, current));
      targets.insert(targets.end(), nodes.begin(), nodes.end());
      continue;
    }
    Place start;
    if (argument.symbol.empty()) {
      if (*argument.steps < 0) return DidNotProduce(argument);
      ASSIGN_OR_RETURN(start, UpgradeStart(graph, argument, lowers));
    } else {
      std::string symbol = argument.symbol;
      if (*argument.steps < 0 && !argument.label.empty()) {
        symbol = absl::StrCat(argument.label, "@", symbol);
      }
      ASSIGN_OR_RETURN(std::optional<Node> node, ResolveOne(graph, symbol, current));
      start = node.has_value() ? Place::At(*node) : Place::Base();
    }
    ASSIGN_OR_RETURN(Place end, Walk(graph, start, *argument.steps, argument.label));
    if (end.kind == Place::Kind::kBeyond) {
      if (strict) return DidNotProduce(argument);
      // Without a limit: all heads above.
      NodeSet above = start.kind == Place::Kind::kBase
                          ? NodeSet(graph.size(), true)
                          : graph.Descendants({start.node}, Edges::kRevises);
      for (Node head : graph.heads()) {
        if (above[At(head)]) targets.push_back(head);
      }
    } else if (end.kind == Place::Kind::kRevision) {
      targets.push_back(end.node);
    }
  }
  Deduplicate(targets);
  return targets;
}

// "label@base" as the lower end: only targets on that branch.
absl::StatusOr<Nodes> NarrowToBranch(const Graph& graph, const Nodes& targets,
                                     const std::string& branch) {
  std::string label = branch;
  if (!graph.FindLabel(branch).has_value()) {
    ASSIGN_OR_RETURN(Node node, ResolveBranch(graph, branch));
    if (graph.labels(node).size() != 1) return OnBranch(graph, targets, branch);
    label = graph.labels(node).front();
  }
  Nodes narrowed;
  for (Node target : targets) {
    if (absl::c_linear_search(graph.labels(target), label)) narrowed.push_back(target);
  }
  return narrowed;
}

struct DowngradeTarget {
  std::string branch;
  Place place;
};

absl::StatusOr<DowngradeTarget> FindDowngradeTarget(const Graph& graph, absl::Span<const Node> rows,
                                                    absl::string_view target, bool strict,
                                                    std::vector<std::string>* warnings) {
  Argument argument = ParseArgument(target);
  DowngradeTarget result{argument.label, Place::Base()};
  if (!argument.steps.has_value()) {
    ASSIGN_OR_RETURN(std::optional<Node> node, ResolveOne(graph, argument.symbol, rows));
    if (node.has_value()) result.place = Place::At(*node);
    return result;
  }
  Place start;
  std::string branch = argument.label;
  if (!argument.symbol.empty()) {
    std::string symbol = argument.symbol;
    if (*argument.steps < 0 && !branch.empty()) symbol = absl::StrCat(branch, "@", symbol);
    ASSIGN_OR_RETURN(std::optional<Node> node, ResolveOne(graph, symbol, rows));
    start = node.has_value() ? Place::At(*node) : Place::Base();
  } else {
    if (*argument.steps >= 0 || rows.empty()) return DidNotProduce(argument);
    Nodes starts;
    if (branch.empty()) {
      if (rows.size() > 1 && warnings != nullptr) {
        warnings->push_back(absl::StrCat("downgrade ", target,
                                         " from several current revisions is ambiguous; taking ",
                                         graph.id(rows.front()), ". Say which, as 'label@", target,
                                         "' or 'revision", target, "'"));
      }
      starts.push_back(rows.front());
      result.branch = graph.id(rows.front());
    } else {
      ASSIGN_OR_RETURN(starts, OnBranch(graph, rows, branch));
      if (starts.empty()) {
        NodeSet applied = graph.Ancestors(rows, Edges::kRevisesAndDependencies);
        ASSIGN_OR_RETURN(Nodes active, OnBranch(graph, graph.InOrder(applied), branch));
        starts = Maximal(graph, active);
      }
    }
    if (starts.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("no revision of branch '", branch,
                                                     "' is applied: ", target, " has no start"));
    }
    if (starts.size() > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("Ambiguous walk: ", target, " could start at ", Ids(graph, starts)));
    }
    start = Place::At(starts.front());
  }
  ASSIGN_OR_RETURN(result.place, Walk(graph, start, *argument.steps, argument.label));
  if (result.place.kind == Place::Kind::kBeyond) {
    if (strict) return DidNotProduce(argument);
    result.place = Place::Base();
  }
  return result;
}

}  // namespace

absl::StatusOr<NodeSet> RangeUp(const Graph& graph, absl::Span<const std::string> uppers,
                                absl::Span<const std::string> lowers,
                                absl::Span<const Node> current, const RangeOptions& options) {
  Nodes lower_nodes;
  bool counted_to_base = false;
  for (const std::string& lower : lowers) {
    ASSIGN_OR_RETURN(std::vector<Place> places, ResolvePlaces(graph, lower, current));
    for (const Place& place : places) {
      if (place.kind == Place::Kind::kRevision) {
        lower_nodes.push_back(place.node);
      } else {
        counted_to_base |= ParseArgument(lower).steps.has_value();
      }
    }
  }
  Deduplicate(lower_nodes);
  ASSIGN_OR_RETURN(Nodes targets,
                   UpgradeTargets(graph, uppers, lower_nodes, current, options.strict));
  if (lowers.size() == 1) {
    if (Argument lower = ParseArgument(lowers.front()); !lower.label.empty()) {
      ASSIGN_OR_RETURN(targets, NarrowToBranch(graph, targets, lower.label));
    }
  }
  RETURN_IF_ERROR(CheckApart(graph, targets, Edges::kRevisesAndDependencies));
  NodeSet needed = graph.Ancestors(targets, Edges::kRevisesAndDependencies);
  if (!options.all_needed) {
    if (counted_to_base) {
      return absl::InvalidArgumentError(
          absl::StrCat(absl::StrJoin(lowers, ", "),
                       " is the base, which is not an ancestor of a revision; leave it out"));
    }
    for (Node node : lower_nodes) {
      if (needed[At(node)]) continue;
      return absl::InvalidArgumentError(absl::StrCat("Revision ", graph.id(node),
                                                     " is not an ancestor of revision ",
                                                     absl::StrJoin(uppers, ", ")));
    }
  }
  RETURN_IF_ERROR(CheckApart(graph, lower_nodes, Edges::kRevisesAndDependencies));
  NodeSet present = graph.Ancestors(lower_nodes, Edges::kRevisesAndDependencies);
  NodeSet above = graph.Descendants(lower_nodes, Edges::kRevises);
  bool only_above = !lower_nodes.empty() && !options.all_needed;
  for (size_t i = 0; i < needed.size(); ++i) {
    needed[i] = needed[i] && !present[i] && (!only_above || above[i]);
  }
  if (options.inclusive) {
    for (Node node : lower_nodes) needed[At(node)] = true;
  }
  return needed;
}

absl::StatusOr<NodeSet> RangeDown(const Graph& graph, absl::Span<const Node> rows,
                                  absl::string_view target, const RangeOptions& options,
                                  std::vector<std::string>* warnings) {
  ASSIGN_OR_RETURN(DowngradeTarget end,
                   FindDowngradeTarget(graph, rows, target, options.strict, warnings));
  bool to_base = end.place.kind == Place::Kind::kBase;
  Nodes roots;
  if (to_base) {
    roots = graph.bases();
  } else if (options.inclusive) {
    roots = {end.place.node};
  } else {
    roots = graph.revised_by(end.place.node);
  }
  if (!end.branch.empty() && roots.size() > 1) {
    ASSIGN_OR_RETURN(Node branch, ResolveBranch(graph, end.branch));
    NodeSet line = graph.Ancestors({branch}, Edges::kRevises);
    Nodes narrowed;
    for (Node root : roots) {
      if (line[At(root)]) narrowed.push_back(root);
    }
    if (narrowed.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "Destination ", target, " is not a valid downgrade target from current head(s): branch '",
          end.branch, "' does not continue from there"));
    }
    roots = std::move(narrowed);
  }
  NodeSet active = graph.Ancestors(rows, Edges::kRevisesAndDependencies);
  NodeSet drop = graph.Descendants(roots, Edges::kRevisesAndDependencies);
  NodeSet below = graph.Ancestors(roots, Edges::kRevisesAndDependencies);
  bool any = false;
  for (size_t i = 0; i < drop.size(); ++i) {
    drop[i] = active[i] && (drop[i] || (options.all_needed && !below[i]));
    any |= drop[i];
  }
  if (!to_base && !any && !absl::c_linear_search(rows, end.place.node)) {
    return absl::InvalidArgumentError(
        absl::StrCat("Destination ", target,
                     " is not a valid downgrade target from current head(s) ", Ids(graph, rows)));
  }
  return drop;
}

Nodes Maximal(const Graph& graph, absl::Span<const Node> nodes) {
  NodeSet below(graph.size());
  Nodes parents;
  for (Node node : nodes) {
    parents.insert(parents.end(), graph.parents(node).begin(), graph.parents(node).end());
  }
  below = graph.Ancestors(parents, Edges::kRevisesAndDependencies);
  Nodes maximal;
  for (Node node : nodes) {
    if (!below[At(node)]) maximal.push_back(node);
  }
  absl::c_sort(maximal, [&](Node a, Node b) { return graph.id(a) < graph.id(b); });
  maximal.erase(std::unique(maximal.begin(), maximal.end()), maximal.end());
  return maximal;
}

}  // namespace autogen::revision
