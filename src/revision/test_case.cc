#include "src/revision/test_case.h"

#include <algorithm>
#include <optional>
#include <set>

#include "src/base/status.h"
#include "src/revision/argument.h"
#include "src/revision/plan.h"
#include "src/revision/range.h"
#include "src/revision/state.h"

namespace autogen::revision {

Strings Texts(const json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return {value.get<std::string>()};
  return value.get<Strings>();
}

Strings Ids(const Graph& graph, const Nodes& nodes) {
  Strings ids;
  for (Node node : nodes) ids.push_back(graph.id(node));
  return ids;
}

Strings Sorted(Strings list) {
  std::sort(list.begin(), list.end());
  return list;
}

absl::StatusOr<Graph> BuildGraph(const json& test) {
  std::vector<Revision> revisions;
  for (const json& item : test["revisions"]) {
    revisions.push_back({.id = item["rev"],
                         .revises = Texts(item["down"]),
                         .depends_on = Texts(item["depends_on"]),
                         .labels = Texts(item["branch_labels"])});
  }
  return Graph::Build(std::move(revisions));
}

namespace {

json Info(const Graph& graph) {
  json info = {{"labels", json::object()},
               {"normalized_down", json::object()},
               {"resolved_dependencies", json::object()},
               {"branch_points", json::array()},
               {"merge_points", json::array()},
               {"heads", Ids(graph, graph.heads())},
               {"bases", Ids(graph, graph.bases())},
               {"real_bases", Ids(graph, graph.effective_bases())},
               {"effective_heads", Ids(graph, graph.effective_heads())}};
  for (Node node : graph.order()) {
    const std::string& id = graph.id(node);
    if (!graph.labels(node).empty()) info["labels"][id] = graph.labels(node);
    info["normalized_down"][id] = Sorted(Ids(graph, graph.EffectiveParents(node)));
    if (!graph.dependencies(node).empty()) {
      info["resolved_dependencies"][id] = Sorted(Ids(graph, graph.dependencies(node)));
    }
    if (graph.is_branch_point(node)) info["branch_points"].push_back(id);
    if (graph.is_merge(node)) info["merge_points"].push_back(id);
  }
  for (const char* list :
       {"branch_points", "merge_points", "heads", "bases", "real_bases", "effective_heads"}) {
    info[list] = Sorted(info[list].get<Strings>());
  }
  return info;
}

absl::Status RunRange(const Graph& graph, const json& test, Outcome& outcome) {
  const json& opts = test["opts"];
  RangeOptions options = {.inclusive = opts["inclusive"],
                          .all_needed = opts["implicit_base"],
                          .strict = opts["assert_relative_length"]};
  NodeSet set;
  outcome.newest_first = true;
  if (opts["select_for_downgrade"]) {
    Nodes rows;
    for (const std::string& row : Texts(test["target"])) {
      ASSIGN_OR_RETURN(Nodes nodes, Resolve(graph, row));
      rows.insert(rows.end(), nodes.begin(), nodes.end());
    }
    Strings lower = Texts(test["from"]);
    ASSIGN_OR_RETURN(
        set, RangeDown(graph, rows, lower.empty() ? "base" : lower.front(), options, nullptr));
  } else {
    ASSIGN_OR_RETURN(set, RangeUp(graph, Texts(test["target"]), Texts(test["from"]), {}, options));
  }
  outcome.steps = Ids(graph, graph.InOrder(set));
  std::reverse(outcome.steps.begin(), outcome.steps.end());
  return absl::OkStatus();
}

}  // namespace

absl::Status RunOperation(const Graph& graph, const json& test, Outcome& outcome) {
  std::string op = test["op"];
  Strings targets = test.contains("target") ? Texts(test["target"]) : Strings();
  if (op == "load") return absl::OkStatus();
  if (op == "info") {
    outcome.info = Info(graph);
    return absl::OkStatus();
  }
  if (op == "iterate") return RunRange(graph, test, outcome);
  if (op == "resolve" || op == "resolve_one") {
    for (const std::string& target : targets) {
      if (op == "resolve") {
        ASSIGN_OR_RETURN(Nodes nodes, Resolve(graph, target));
        for (Node node : nodes) outcome.steps.push_back(graph.id(node));
      } else {
        ASSIGN_OR_RETURN(std::optional<Node> node, ResolveOne(graph, target));
        if (node.has_value()) outcome.steps.push_back(graph.id(*node));
      }
    }
    return absl::OkStatus();
  }
  Strings from = test.contains("from") ? Texts(test["from"]) : Strings();
  if (from == Strings{"base"}) from.clear();
  ASSIGN_OR_RETURN(Nodes rows, LocateRows(graph, from));
  if (op == "history") {
    ASSIGN_OR_RETURN(Nodes nodes, PlanHistory(graph, rows, targets.empty() ? "" : targets.front()));
    outcome.steps = Ids(graph, nodes);
    outcome.newest_first = true;
    return absl::OkStatus();
  }
  outcome.has_heads = true;
  if (op == "stamp") {
    ASSIGN_OR_RETURN(Nodes nodes, PlanStamp(graph, rows, targets));
    outcome.heads = Sorted(Ids(graph, nodes));
    return absl::OkStatus();
  }
  bool up = op == "upgrade";
  absl::StatusOr<Steps> steps =
      up ? PlanUpgrade(graph, rows, targets)
         : PlanDowngrade(graph, rows, targets.empty() ? "base" : targets.front());
  RETURN_IF_ERROR(steps.status());
  outcome.steps = Ids(graph, steps->nodes);
  outcome.newest_first = !up;
  State state(&graph, rows);
  Strings before = state.rows();
  std::set<std::string> table(before.begin(), before.end());
  for (Node node : steps->nodes) {
    State::Change change = up ? state.Apply(node) : state.Revert(node);
    for (const std::string& row : change.remove) table.erase(row);
    for (const std::string& row : change.add) table.insert(row);
  }
  // Where nothing runs, nobody touches the table.
  outcome.heads = steps->nodes.empty() ? Sorted(from) : state.rows();
  if (steps->nodes.empty()) return absl::OkStatus();
  // The changes of each step lead to the rows that the applied set gives.
  if (outcome.heads != Strings(table.begin(), table.end())) {
    return absl::InternalError("the row changes do not add up");
  }
  return absl::OkStatus();
}

}  // namespace autogen::revision
