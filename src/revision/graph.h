// The history of scripts as a graph. Immutable once built; scripts are nodes, numbered in load
// order.
#ifndef AUTOGEN_REVISION_GRAPH_H_
#define AUTOGEN_REVISION_GRAPH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/impact/dialect.h"

namespace autogen::revision {

// What the graph must know about one script.
struct Revision {
  std::string id;
  std::vector<std::string> revises;     // ids, in the order of the script
  std::vector<std::string> depends_on;  // ids or labels
  std::vector<std::string> labels;  // as written; those that follow from the graph: Graph::labels
  std::string message;              // lines
  std::string created;              // "2026-11-21 09:13:00 UTC"; may be empty
  std::string path;                 // of the file; may be empty
  std::string checksum;  // of the file (see script.h), where LoadGraph() was asked for it
};

// What an index of PostgreSQL's can hold (a third of a page), and so a version table.
inline constexpr size_t kMaxIdBytes = 2600;

// The words of revision arguments (see argument.h), which no id and no label can be: head, heads,
// base, current.
bool IsReservedName(absl::string_view name);

using Node = int;
using Nodes = std::vector<Node>;
using NodeSet = std::vector<bool>;  // one flag for each node

// Which edges a walk follows.
enum class Edges { kRevises, kRevisesAndDependencies };

class Graph {
 public:
  // InvalidArgument, with the paths concerned: an id or label twice, one with a character of "@-+:"
  // or a blank, a reserved one, a script that revises itself, a cycle (but see cycle()). NotFound:
  // `revises` or `depends on` names no script.
  static absl::StatusOr<Graph> Build(std::vector<Revision> revisions);

  // Why the scripts cannot be run in any order: they depend on one another in a cycle. Such a
  // graph can still be described, so long as every script stands between a base and a head, as in
  // Alembic; the plans (plan.h) refuse it with this.
  const absl::Status& cycle() const { return cycle_; }

  // What the scripts are written in.
  const impact::Dialect& dialect() const { return *dialect_; }
  void set_dialect(const impact::Dialect& dialect) { dialect_ = &dialect; }

  size_t size() const { return revisions_.size(); }
  const Revision& at(Node node) const { return revisions_[Index(node)]; }
  const std::string& id(Node node) const { return at(node).id; }

  // By whole id, by whole label.
  std::optional<Node> Find(absl::string_view id) const;
  std::optional<Node> FindLabel(absl::string_view label) const;
  // Scripts of which the id or a label starts with `prefix`; names of fewer than four characters
  // are left out. In load order.
  Nodes StartingWith(absl::string_view prefix) const;
  // The id or label nearest to `word`, or "": for messages.
  std::string NearestName(absl::string_view word) const;

  // Edges, in the order of the scripts. Without repeats.
  const Nodes& revises(Node node) const { return links_[Index(node)].revises; }
  const Nodes& dependencies(Node node) const { return links_[Index(node)].dependencies; }
  const Nodes& parents(Node node) const { return links_[Index(node)].parents; }  // both kinds
  const Nodes& revised_by(Node node) const { return links_[Index(node)].revised_by; }
  const Nodes& children(Node node) const { return links_[Index(node)].children; }  // both kinds
  // parents() without the dependencies that an ancestor has as well.
  Nodes EffectiveParents(Node node) const;

  bool is_merge(Node node) const { return revises(node).size() > 1; }
  bool is_branch_point(Node node) const { return revised_by(node).size() > 1; }
  // The labels of the branches that the script is on, sorted: its own, those of what it revises,
  // and those written further up an unbranched line.
  const std::vector<std::string>& labels(Node node) const { return labels_[Index(node)]; }

  // In load order.
  const Nodes& heads() const { return heads_; }                      // no script revises them
  const Nodes& effective_heads() const { return effective_heads_; }  // nor depends on them
  const Nodes& bases() const { return bases_; }                      // they revise nothing
  const Nodes& effective_bases() const { return effective_bases_; }  // nor depend on anything

  // Everything reachable, the nodes themselves included.
  NodeSet Ancestors(absl::Span<const Node> nodes, Edges edges) const;
  NodeSet Descendants(absl::Span<const Node> nodes, Edges edges) const;

  // The members of `set`: each after all that it revises or depends on (with a cycle(): all that it
  // revises), else in load order.
  Nodes InOrder(const NodeSet& set) const;
  // All of them.
  const Nodes& order() const { return order_; }

 private:
  struct Links {
    Nodes revises, dependencies, parents, revised_by, children;
  };
  static size_t Index(Node node) { return static_cast<size_t>(node); }
  absl::Status AddNames();
  absl::Status AddLinks();
  absl::Status Sort(Edges edges);
  bool SpansAll() const;
  void FindEnds();
  void SpreadLabels();

  const impact::Dialect* dialect_ = &impact::DefaultDialect();
  std::vector<Revision> revisions_;
  std::vector<Links> links_;
  std::vector<std::vector<std::string>> labels_;
  absl::flat_hash_map<std::string, Node> by_id_;
  absl::flat_hash_map<std::string, Node> by_label_;
  std::vector<std::pair<std::string, Node>> names_;  // ids and labels, sorted
  Nodes heads_, effective_heads_, bases_, effective_bases_, order_;
  absl::Status cycle_;
};

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_GRAPH_H_
