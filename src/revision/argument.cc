#include "src/revision/argument.h"

#include <algorithm>
#include <cstdlib>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"

namespace autogen::revision {
namespace {

std::string Ids(const Graph& graph, absl::Span<const Node> nodes, size_t most = 5) {
  std::vector<std::string> ids;
  for (Node node : nodes.subspan(0, most)) ids.push_back(graph.id(node));
  if (nodes.size() > most) ids.push_back("…");
  return absl::StrJoin(ids, ", ");
}

absl::Status MultipleHeads(const Graph& graph, absl::string_view argument,
                           absl::Span<const Node> heads) {
  return absl::InvalidArgumentError(
      absl::StrCat("Multiple head revisions are present for given argument '", argument,
                   "': ", Ids(graph, heads),
                   ". Name one of them, '<branch>@head' for a branch's own, or 'heads' for all; "
                   "`autogen merge heads` joins them"));
}

absl::Status CannotLocate(const Graph& graph, absl::string_view name) {
  std::string nearest = graph.NearestName(name);
  return absl::NotFoundError(
      absl::StrCat("Can't locate revision identified by '", name, "'",
                   nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?")));
}

// A whole id or label, else the only one that starts so (and is on `branch`, if that is not empty).
absl::StatusOr<Node> Identify(const Graph& graph, absl::string_view name,
                              absl::string_view branch) {
  std::optional<Node> found = graph.Find(name);
  if (!found.has_value()) found = graph.FindLabel(name);
  if (!found.has_value() && !name.empty()) {
    Nodes candidates = graph.StartingWith(name);
    if (!branch.empty()) {
      ASSIGN_OR_RETURN(candidates, OnBranch(graph, candidates, branch));
    }
    if (candidates.size() > 1) {
      return absl::InvalidArgumentError(absl::StrCat(
          "Revision identifier '", name, "' is ambiguous: ", Ids(graph, candidates), " start so"));
    }
    if (!candidates.empty()) found = candidates.front();
  }
  if (!found.has_value()) return CannotLocate(graph, name);
  if (!branch.empty()) {
    ASSIGN_OR_RETURN(Nodes member, OnBranch(graph, {*found}, branch));
    if (member.empty()) {
      return absl::NotFoundError(absl::StrCat("Can't locate revision identified by '", name,
                                              "' there: Revision ", graph.id(*found),
                                              " is not a member of branch '", branch, "'"));
    }
  }
  return *found;
}

// An argument that is not relative.
absl::StatusOr<Nodes> ResolveSymbol(const Graph& graph, const Argument& argument,
                                    absl::Span<const Node> current) {
  const std::string& label = argument.label;
  const std::string& symbol = argument.symbol;
  if (symbol.empty() || symbol == "base") return Nodes();
  if (symbol == "current") {
    if (label.empty()) return Nodes(current.begin(), current.end());
    return OnBranch(graph, current, label);
  }
  if (symbol == "heads" && label.empty()) return graph.effective_heads();
  if (symbol == "head" || symbol == "heads") {
    Nodes heads = graph.heads();
    if (!label.empty()) {
      ASSIGN_OR_RETURN(heads, OnBranch(graph, heads, label));
    }
    if (symbol == "head" && heads.size() > 1) return MultipleHeads(graph, argument.text, heads);
    return heads;
  }
  ASSIGN_OR_RETURN(Node node, Identify(graph, symbol, label));
  return Nodes{node};
}

absl::Status TooFar(const Argument& argument) {
  int steps = argument.steps.value_or(0);
  return absl::InvalidArgumentError(absl::StrCat("Relative revision ", argument.text,
                                                 " didn't produce ", std::abs(steps),
                                                 " migrations: it walked too far"));
}

}  // namespace

Argument ParseArgument(absl::string_view text) {
  Argument argument;
  argument.text = std::string(text);
  size_t at = text.find('@');
  if (at != absl::string_view::npos) {
    argument.label = std::string(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  size_t sign = text.find_last_of("+-");
  int steps;
  if (sign != absl::string_view::npos && sign + 1 < text.size() &&
      absl::c_all_of(text.substr(sign + 1), absl::ascii_isdigit) &&
      absl::SimpleAtoi(text.substr(sign + 1), &steps)) {
    argument.steps = text[sign] == '-' ? -steps : steps;
    text = text.substr(0, sign);
  }
  argument.symbol = std::string(text);
  return argument;
}

absl::StatusOr<std::vector<Place>> ResolvePlaces(const Graph& graph, absl::string_view text,
                                                 absl::Span<const Node> current) {
  Argument argument = ParseArgument(text);
  std::vector<Place> places;
  if (!argument.steps.has_value() || !argument.symbol.empty()) {
    ASSIGN_OR_RETURN(Nodes nodes, ResolveSymbol(graph, argument, current));
    for (Node node : nodes) places.push_back(Place::At(node));
  } else if (*argument.steps < 0) {
    for (Node head : graph.effective_heads()) {
      if (argument.label.empty() || absl::c_linear_search(graph.labels(head), argument.label)) {
        places.push_back(Place::At(head));
      }
    }
  }
  if (places.empty()) places.push_back(Place::Base());
  if (!argument.steps.has_value()) return places;
  // All walks before the verdict: the error about a branch helps more than the one about an early
  // end.
  for (Place& place : places) {
    ASSIGN_OR_RETURN(place, Walk(graph, place, *argument.steps, argument.label));
  }
  for (const Place& place : places) {
    if (place.kind == Place::Kind::kBeyond) return TooFar(argument);
  }
  return places;
}

absl::StatusOr<Nodes> Resolve(const Graph& graph, absl::string_view text,
                              absl::Span<const Node> current) {
  ASSIGN_OR_RETURN(std::vector<Place> places, ResolvePlaces(graph, text, current));
  Nodes nodes;
  for (const Place& place : places) {
    if (place.kind == Place::Kind::kRevision) nodes.push_back(place.node);
  }
  return nodes;
}

absl::StatusOr<std::optional<Node>> ResolveOne(const Graph& graph, absl::string_view text,
                                               absl::Span<const Node> current) {
  ASSIGN_OR_RETURN(Nodes nodes, Resolve(graph, text, current));
  if (nodes.size() > 1) return MultipleHeads(graph, text, nodes);
  if (nodes.empty()) return std::optional<Node>();
  return std::optional<Node>(nodes.front());
}

absl::StatusOr<Node> ResolveBranch(const Graph& graph, absl::string_view branch) {
  if (absl::StrContains(branch, ':')) {
    // user:password@host: not repeated.
    return absl::InvalidArgumentError(
        "what precedes @ is not a branch, since it has a colon. Name a database with --url; a "
        "range of revisions is for --sql, verify, lint and history");
  }
  if (std::optional<Node> node = graph.FindLabel(branch)) return *node;
  absl::StatusOr<Node> node = Identify(graph, branch, "");
  if (absl::IsNotFound(node.status())) {
    return absl::NotFoundError(
        absl::StrCat(node.status().message(), " (No such branch: '", branch, "')"));
  }
  return node;
}

absl::StatusOr<Nodes> OnBranch(const Graph& graph, absl::Span<const Node> nodes,
                               absl::string_view branch, Edges edges) {
  ASSIGN_OR_RETURN(Node root, ResolveBranch(graph, branch));
  NodeSet below = graph.Ancestors({root}, edges);
  NodeSet above = graph.Descendants({root}, edges);
  Nodes members;
  for (Node node : nodes) {
    size_t i = static_cast<size_t>(node);
    if (below[i] || above[i]) members.push_back(node);
  }
  return members;
}

absl::StatusOr<Place> Walk(const Graph& graph, Place start, int steps, absl::string_view branch) {
  Place place = start;
  for (int i = 0; i < std::abs(steps); ++i) {
    Nodes next;
    if (steps > 0) {
      next = place.kind == Place::Kind::kBase ? graph.bases() : graph.revised_by(place.node);
      if (!branch.empty() && !next.empty()) {
        ASSIGN_OR_RETURN(next, OnBranch(graph, next, branch));
      }
    } else {
      if (place.kind == Place::Kind::kBase) return Place::Beyond();
      next = graph.revises(place.node);
      if (next.empty()) {
        place = Place::Base();
        continue;
      }
    }
    if (next.empty()) return Place::Beyond();
    if (next.size() > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("Ambiguous walk: ", steps > 0 ? "after " : "before ",
                       place.kind == Place::Kind::kBase ? "the base" : graph.id(place.node),
                       " come ", Ids(graph, next), "; name one of them",
                       steps > 0 ? ", or its branch as 'label@+N'" : ""));
    }
    place = Place::At(next.front());
  }
  return place;
}

}  // namespace autogen::revision
