#include "src/revision/describe.h"

#include <nlohmann/json.hpp>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/base/text.h"

namespace autogen::revision {
namespace {

std::string Ids(const Graph& graph, absl::Span<const Node> nodes) {
  return absl::StrJoin(nodes, ", ", [&](std::string* out, Node n) { out->append(graph.id(n)); });
}

std::string FirstLine(const std::string& message) { return message.substr(0, message.find('\n')); }

bool IsEffectiveHead(const Graph& graph, Node node) { return graph.children(node).empty(); }

std::string Marks(const Graph& graph, Node node, bool current) {
  std::string marks;
  if (!graph.labels(node).empty()) {
    absl::StrAppend(&marks, " (", absl::StrJoin(graph.labels(node), ", "), ")");
  }
  if (IsEffectiveHead(graph, node)) {
    absl::StrAppend(&marks, " (head)");
  } else if (graph.revised_by(node).empty()) {
    absl::StrAppend(&marks, " (head, but others depend on it)");
  }
  if (graph.is_branch_point(node)) absl::StrAppend(&marks, " (branchpoint)");
  if (graph.is_merge(node)) absl::StrAppend(&marks, " (mergepoint)");
  if (current) absl::StrAppend(&marks, " (current)");
  return marks;
}

std::string Quoted(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}});
}

}  // namespace

std::string OneLine(const Graph& graph, Node node, bool current,
                    absl::Span<const Acceptance> accepted) {
  std::string from = graph.revises(node).empty() ? "<base>" : Ids(graph, graph.revises(node));
  if (!graph.dependencies(node).empty()) {
    absl::StrAppend(&from, " (", Ids(graph, graph.dependencies(node)), ")");
  }
  std::string message = FirstLine(graph.at(node).message);
  std::string line = absl::StrCat(from, " -> ", graph.id(node), Marks(graph, node, current),
                                  message.empty() ? "" : ", ", message);
  std::string reason;
  for (const Acceptance& one : accepted) {
    if (one.revision == graph.id(node)) reason = FirstLine(one.reason);
  }
  if (reason.empty()) return line;
  constexpr size_t kWidth = 60;
  if (reason.size() > kWidth) reason = absl::StrCat(ClipUtf8(reason, kWidth), "…");
  return absl::StrCat(line, " [edited: ", reason, "]");
}

std::string Paragraph(const Graph& graph, Node node, bool current,
                      absl::Span<const Acceptance> accepted) {
  const Revision& revision = graph.at(node);
  std::string out =
      absl::StrCat("revision:   ", revision.id, Marks(graph, node, current), "\nrevises:    ",
                   graph.revises(node).empty() ? "base" : Ids(graph, graph.revises(node)), "\n");
  if (!graph.dependencies(node).empty()) {
    absl::StrAppend(&out, "depends on: ", Ids(graph, graph.dependencies(node)), "\n");
  }
  if (!graph.revised_by(node).empty()) {
    absl::StrAppend(&out, "revised by: ", Ids(graph, graph.revised_by(node)), "\n");
  }
  if (!revision.created.empty()) absl::StrAppend(&out, "created:    ", revision.created, "\n");
  if (!revision.path.empty()) absl::StrAppend(&out, "path:       ", revision.path, "\n");
  for (const Acceptance& one : accepted) {
    if (one.revision != revision.id) continue;
    absl::StrAppend(&out, "edited:     ", one.reason, " (accepted)\n");
  }
  absl::StrAppend(&out, "\n");
  for (absl::string_view line : absl::StrSplit(revision.message, '\n', absl::SkipEmpty())) {
    absl::StrAppend(&out, "    ", line, "\n");
  }
  return out;
}

std::string ToJson(const Graph& graph, absl::Span<const Node> nodes, absl::Span<const Node> current,
                   absl::Span<const Acceptance> accepted) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  auto ids = [&](const Nodes& of) {
    nlohmann::ordered_json array = nlohmann::ordered_json::array();
    for (Node node : of) array.push_back(graph.id(node));
    return array;
  };
  for (Node node : nodes) {
    const Revision& revision = graph.at(node);
    nlohmann::ordered_json edits = nlohmann::ordered_json::array();
    for (const Acceptance& one : accepted) {
      if (one.revision != revision.id) continue;
      edits.push_back({{"from", one.from}, {"to", one.to}, {"reason", one.reason}});
    }
    list.push_back({{"revision", revision.id},
                    {"revises", ids(graph.revises(node))},
                    {"depends_on", ids(graph.dependencies(node))},
                    {"labels", graph.labels(node)},
                    {"message", revision.message},
                    {"created", revision.created},
                    {"path", revision.path},
                    {"accepted", edits},
                    {"head", IsEffectiveHead(graph, node)},
                    {"branch_point", graph.is_branch_point(node)},
                    {"merge", graph.is_merge(node)},
                    {"current", absl::c_linear_search(current, node)}});
  }
  // A message may hold any bytes; JSON may not.
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string ToMermaid(const Graph& graph, absl::Span<const Node> nodes,
                      absl::Span<const Node> current) {
  std::string out = "flowchart BT\n";
  NodeSet shown(graph.size());
  for (Node node : nodes) shown[static_cast<size_t>(node)] = true;
  for (Node node : nodes) {
    std::string message = absl::StrReplaceAll(
        FirstLine(graph.at(node).message),
        {{"&", "&amp;"}, {"\"", "&quot;"}, {"<", "&lt;"}, {">", "&gt;"}, {"#", "&num;"}});
    absl::StrAppend(&out, "  r", node, "[\"", graph.id(node), message.empty() ? "" : "<br>",
                    message, "\"]", absl::c_linear_search(current, node) ? ":::current" : "", "\n");
  }
  for (Node node : nodes) {
    for (Node parent : graph.parents(node)) {
      if (!shown[static_cast<size_t>(parent)]) continue;
      bool revises = absl::c_linear_search(graph.revises(node), parent);
      absl::StrAppend(&out, "  r", parent, revises ? " --> r" : " -.-> r", node, "\n");
    }
  }
  absl::StrAppend(&out, "  classDef current fill:#cfc,stroke:#080\n");
  return out;
}

std::string ToDot(const Graph& graph, absl::Span<const Node> nodes,
                  absl::Span<const Node> current) {
  std::string out = "digraph history {\n  rankdir=BT;\n  node [shape=box];\n";
  NodeSet shown(graph.size());
  for (Node node : nodes) shown[static_cast<size_t>(node)] = true;
  for (Node node : nodes) {
    std::string message = Quoted(FirstLine(graph.at(node).message));
    absl::StrAppend(&out, "  \"", graph.id(node), "\" [label=\"", graph.id(node),
                    message.empty() ? "" : "\\n", message, "\"",
                    absl::c_linear_search(current, node) ? ", style=filled" : "", "];\n");
  }
  for (Node node : nodes) {
    for (Node parent : graph.parents(node)) {
      if (!shown[static_cast<size_t>(parent)]) continue;
      bool revises = absl::c_linear_search(graph.revises(node), parent);
      absl::StrAppend(&out, "  \"", graph.id(parent), "\" -> \"", graph.id(node), "\"",
                      revises ? "" : " [style=dashed]", ";\n");
    }
  }
  return absl::StrCat(out, "}\n");
}

absl::Status CheckSingleHead(const Graph& graph) {
  const Nodes& heads = graph.effective_heads();
  if (heads.size() <= 1) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "Multiple head revisions are present: ", Ids(graph, heads),
      ". Join them with: autogen merge -m \"merge\" ",
      absl::StrJoin(heads, " ", [&](std::string* out, Node n) { out->append(graph.id(n)); })));
}

}  // namespace autogen::revision
