#include "src/revision/graph.h"

#include <algorithm>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/status.h"
#include "src/base/text.h"

namespace autogen::revision {
namespace {

// "3f2a9c1d7b60 (versions/….sql)".
std::string Describe(const Revision& revision) {
  return revision.path.empty() ? revision.id : absl::StrCat(revision.id, " (", revision.path, ")");
}

// Reserved in a revision argument or in a script's list.
absl::Status CheckName(absl::string_view kind, absl::string_view name, const Revision& owner) {
  if (IsReservedName(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", name, "' is a word of revision arguments, not allowed as ", kind, " of ",
                     Describe(owner), "; choose another"));
  }
  if (name.size() > kMaxIdBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ", kind, " '", ClipUtf8(name, 40), "…' of ", name.size(),
                     " bytes is longer than the version table can hold (", kMaxIdBytes,
                     " bytes): ", owner.path));
  }
  size_t bad = name.find_first_of("@-+:, \t");
  if (bad == absl::string_view::npos && !name.empty()) return absl::OkStatus();
  if (name.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("an empty ", kind, " in ", Describe(owner)));
  }
  return absl::InvalidArgumentError(absl::StrCat("Character(s) '", name.substr(bad, 1),
                                                 "' not allowed in ", kind, " '", name, "' of ",
                                                 Describe(owner)));
}

void AddUnique(Nodes& nodes, Node node) {
  if (!absl::c_linear_search(nodes, node)) nodes.push_back(node);
}

}  // namespace

bool IsReservedName(absl::string_view name) {
  return name == "head" || name == "heads" || name == "base" || name == "current";
}

absl::StatusOr<Graph> Graph::Build(std::vector<Revision> revisions) {
  Graph graph;
  graph.revisions_ = std::move(revisions);
  RETURN_IF_ERROR(graph.AddNames());
  RETURN_IF_ERROR(graph.AddLinks());
  graph.FindEnds();
  graph.cycle_ = graph.Sort(Edges::kRevisesAndDependencies);
  if (!graph.cycle_.ok()) {
    if (!graph.SpansAll()) return graph.cycle_;
    RETURN_IF_ERROR(graph.Sort(Edges::kRevises));
  }
  graph.SpreadLabels();
  return graph;
}

absl::Status Graph::AddNames() {
  for (size_t i = 0; i < revisions_.size(); ++i) {
    const Revision& revision = revisions_[i];
    RETURN_IF_ERROR(CheckName("revision identifier", revision.id, revision));
    auto [at, fresh] = by_id_.emplace(revision.id, static_cast<Node>(i));
    if (!fresh) {
      return absl::InvalidArgumentError(absl::StrCat("Revision ", Describe(revision),
                                                     " is present more than once, also as ",
                                                     this->at(at->second).path));
    }
    names_.emplace_back(revision.id, static_cast<Node>(i));
  }
  for (size_t i = 0; i < revisions_.size(); ++i) {
    const Revision& revision = revisions_[i];
    for (const std::string& label : revision.labels) {
      RETURN_IF_ERROR(CheckName("branch label", label, revision));
      auto [at, fresh] = by_label_.emplace(label, static_cast<Node>(i));
      std::optional<Node> other = fresh ? Find(label) : at->second;
      if (other.has_value()) {
        return absl::InvalidArgumentError(
            absl::StrCat("Branch name '", label, "' in revision ", Describe(revision),
                         " already used by revision ", Describe(this->at(*other))));
      }
      names_.emplace_back(label, static_cast<Node>(i));
    }
  }
  absl::c_sort(names_);
  return absl::OkStatus();
}

absl::Status Graph::AddLinks() {
  links_.resize(revisions_.size());
  for (size_t i = 0; i < revisions_.size(); ++i) {
    const Revision& revision = revisions_[i];
    Links& links = links_[i];
    auto link = [&](const std::string& name, bool dependency) -> absl::Status {
      std::optional<Node> parent = Find(name);
      if (!parent.has_value() && dependency) parent = FindLabel(name);
      absl::string_view verb = dependency ? " depends on" : " revises";
      if (!parent.has_value()) {
        std::string nearest = NearestName(name);
        return absl::NotFoundError(absl::StrCat(
            "Can't locate revision identified by '", name, "', which revision ", Describe(revision),
            verb, nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?")));
      }
      if (*parent == static_cast<Node>(i)) {
        return absl::InvalidArgumentError(absl::StrCat(
            dependency ? "Dependency self-loop" : "Self-loop", " is detected in revisions (",
            revision.id, "): ", Describe(revision), verb, " itself"));
      }
      AddUnique(dependency ? links.dependencies : links.revises, *parent);
      AddUnique(links.parents, *parent);
      return absl::OkStatus();
    };
    for (const std::string& name : revision.revises) RETURN_IF_ERROR(link(name, false));
    for (const std::string& name : revision.depends_on) RETURN_IF_ERROR(link(name, true));
  }
  for (size_t i = 0; i < links_.size(); ++i) {
    for (Node parent : links_[i].revises) {
      links_[Index(parent)].revised_by.push_back(static_cast<Node>(i));
    }
    for (Node parent : links_[i].parents) {
      links_[Index(parent)].children.push_back(static_cast<Node>(i));
    }
  }
  return absl::OkStatus();
}

// Depth first without recursion: histories are deep.
absl::Status Graph::Sort(Edges edges) {
  order_.clear();
  auto below = [&](Node node) -> const Nodes& {
    return edges == Edges::kRevises ? revises(node) : parents(node);
  };
  enum Mark : char { kNew, kOpen, kDone };
  std::vector<Mark> marks(size(), kNew);
  std::vector<std::pair<Node, size_t>> stack;  // a node, and how many of its parents were seen
  for (size_t i = 0; i < size(); ++i) {
    if (marks[i] != kNew) continue;
    stack.emplace_back(static_cast<Node>(i), 0);
    marks[i] = kOpen;
    while (!stack.empty()) {
      auto& [node, seen] = stack.back();
      if (seen == below(node).size()) {
        marks[Index(node)] = kDone;
        order_.push_back(node);
        stack.pop_back();
        continue;
      }
      Node parent = below(node)[seen++];
      if (marks[Index(parent)] == kNew) {
        marks[Index(parent)] = kOpen;
        stack.emplace_back(parent, 0);
      } else if (marks[Index(parent)] == kOpen) {
        // The cycle is the stack from `parent` on.
        auto start =
            absl::c_find_if(stack, [&](const auto& entry) { return entry.first == parent; });
        std::vector<std::string> ids, paths;
        bool dependency = false;
        for (auto it = start; it != stack.end(); ++it) {
          Node next = it + 1 == stack.end() ? parent : (it + 1)->first;
          dependency |= !absl::c_linear_search(revises(it->first), next);
          ids.push_back(id(it->first));
          if (!at(it->first).path.empty()) paths.push_back(at(it->first).path);
        }
        return absl::InvalidArgumentError(absl::StrCat(
            dependency ? "Dependency cycle" : "Cycle", " is detected in revisions (",
            absl::StrJoin(ids, ", "), ")", paths.empty() ? "" : ": ", absl::StrJoin(paths, ", ")));
      }
    }
  }
  return absl::OkStatus();
}

// Whether every script is reached from a head, downwards, and from a base, upwards.
bool Graph::SpansAll() const {
  NodeSet below = Ancestors(effective_heads_, Edges::kRevisesAndDependencies);
  NodeSet above = Descendants(effective_bases_, Edges::kRevisesAndDependencies);
  for (size_t i = 0; i < size(); ++i) {
    if (!below[i] || !above[i]) return false;
  }
  return true;
}

void Graph::FindEnds() {
  for (size_t i = 0; i < size(); ++i) {
    Node node = static_cast<Node>(i);
    const Links& links = links_[i];
    if (links.revised_by.empty()) heads_.push_back(node);
    if (links.children.empty()) effective_heads_.push_back(node);
    if (links.revises.empty()) bases_.push_back(node);
    if (links.parents.empty()) effective_bases_.push_back(node);
  }
}

void Graph::SpreadLabels() {
  std::vector<std::set<std::string>> sets(size());
  auto plain = [&](Node node) { return children(node).size() <= 1 && !is_merge(node); };
  for (Node node : order_) {
    std::set<std::string>& set = sets[Index(node)];
    set.insert(at(node).labels.begin(), at(node).labels.end());
    for (Node parent : revises(node)) {
      set.insert(sets[Index(parent)].begin(), sets[Index(parent)].end());
    }
  }
  // A label also names the line below its script, if nothing branches off or merges from there to
  // the head.
  for (Node node : order_) {
    if (at(node).labels.empty()) continue;
    Node top = node;
    while (plain(top) && !revised_by(top).empty()) top = revised_by(top).front();
    if (!plain(top)) continue;
    Node below = node;
    while (!revises(below).empty()) {
      below = revises(below).front();
      if (!plain(below)) break;
      sets[Index(below)].insert(at(node).labels.begin(), at(node).labels.end());
    }
  }
  labels_.reserve(size());
  for (const auto& set : sets) labels_.emplace_back(set.begin(), set.end());
}

std::optional<Node> Graph::Find(absl::string_view id) const {
  auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<Node> Graph::FindLabel(absl::string_view label) const {
  auto found = by_label_.find(label);
  if (found == by_label_.end()) return std::nullopt;
  return found->second;
}

Nodes Graph::StartingWith(absl::string_view prefix) const {
  Nodes nodes;
  auto it = std::lower_bound(names_.begin(), names_.end(), prefix,
                             [](const auto& entry, absl::string_view text) {
                               return absl::string_view(entry.first) < text;
                             });
  for (; it != names_.end() && absl::StartsWith(it->first, prefix); ++it) {
    if (it->first.size() > 3) AddUnique(nodes, it->second);
  }
  absl::c_sort(nodes);
  return nodes;
}

std::string Graph::NearestName(absl::string_view word) const {
  std::vector<std::string> names;
  for (const auto& [name, node] : names_) names.push_back(name);
  return Nearest(word, names);
}

Nodes Graph::EffectiveParents(Node node) const {
  Nodes inherited;
  NodeSet below = Ancestors({node}, Edges::kRevises);
  for (size_t i = 0; i < below.size(); ++i) {
    if (!below[i] || static_cast<Node>(i) == node) continue;
    for (Node dependency : links_[i].dependencies) AddUnique(inherited, dependency);
  }
  Nodes result = revises(node);
  for (Node dependency : dependencies(node)) {
    if (!absl::c_linear_search(inherited, dependency)) AddUnique(result, dependency);
  }
  return result;
}

NodeSet Graph::Ancestors(absl::Span<const Node> nodes, Edges edges) const {
  NodeSet seen(size());
  Nodes todo(nodes.begin(), nodes.end());
  while (!todo.empty()) {
    Node node = todo.back();
    todo.pop_back();
    if (seen[Index(node)]) continue;
    seen[Index(node)] = true;
    const Nodes& next = edges == Edges::kRevises ? revises(node) : parents(node);
    todo.insert(todo.end(), next.begin(), next.end());
  }
  return seen;
}

NodeSet Graph::Descendants(absl::Span<const Node> nodes, Edges edges) const {
  NodeSet seen(size());
  Nodes todo(nodes.begin(), nodes.end());
  while (!todo.empty()) {
    Node node = todo.back();
    todo.pop_back();
    if (seen[Index(node)]) continue;
    seen[Index(node)] = true;
    const Nodes& next = edges == Edges::kRevises ? revised_by(node) : children(node);
    todo.insert(todo.end(), next.begin(), next.end());
  }
  return seen;
}

Nodes Graph::InOrder(const NodeSet& set) const {
  Nodes nodes;
  for (Node node : order_) {
    if (set[Index(node)]) nodes.push_back(node);
  }
  return nodes;
}

}  // namespace autogen::revision
