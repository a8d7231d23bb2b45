// What a revision argument means. The syntax is Alembic's:
//
//   head  heads  base  current  3f2a9c1d7b60  3f2a (unique start of an id or label)  billing
//   (label) billing@head  billing@heads  billing@base  billing@3f2a   narrowed to one branch +2  -1
//   3f2a+2  3f2a-1  head-1  billing@+1  billing@-1    relative
//
// A branch is named by a label or by any revision on it.
#ifndef AUTOGEN_REVISION_ARGUMENT_H_
#define AUTOGEN_REVISION_ARGUMENT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/revision/graph.h"

namespace autogen::revision {

// The parts of "label@symbol-2"; absent parts are empty.
struct Argument {
  std::string text;
  std::string label;
  std::string symbol;
  std::optional<int> steps;  // "+2": 2, "-1": -1
};
Argument ParseArgument(absl::string_view text);

// A revision, the base, or the end of a walk past either.
struct Place {
  enum class Kind { kRevision, kBase, kBeyond };  // kBeyond: past a head or past the base
  Kind kind = Kind::kBase;
  Node node = -1;

  static Place At(Node node) { return {Kind::kRevision, node}; }
  static Place Base() { return {Kind::kBase, -1}; }
  static Place Beyond() { return {Kind::kBeyond, -1}; }
};

// The revisions that `text` names; none for "base". A relative argument without a symbol counts
// down from the heads ("-2"); upgrade and downgrade count from the current rows instead: see
// plan.h. `current` is what "current" stands for. NotFound: "Can't locate revision identified by
// …"; InvalidArgument: several heads for "head", an ambiguous start of an id, a walk that branches.
absl::StatusOr<Nodes> Resolve(const Graph& graph, absl::string_view text,
                              absl::Span<const Node> current = {});

// The same with the base as a place: at least one place, never kBeyond.
absl::StatusOr<std::vector<Place>> ResolvePlaces(const Graph& graph, absl::string_view text,
                                                 absl::Span<const Node> current = {});

// The same where one is expected; nullopt is the base. "heads" is an error when there are several.
absl::StatusOr<std::optional<Node>> ResolveOne(const Graph& graph, absl::string_view text,
                                               absl::Span<const Node> current = {});

// The script of a label, else the revision of that name. NotFound: "No such branch".
absl::StatusOr<Node> ResolveBranch(const Graph& graph, absl::string_view branch);

// Those of `nodes` that are on the branch: ancestors or descendants of it. Dependencies count only
// with kRevisesAndDependencies.
absl::StatusOr<Nodes> OnBranch(const Graph& graph, absl::Span<const Node> nodes,
                               absl::string_view branch, Edges edges = Edges::kRevises);

// `steps` up (positive; only along `branch` if it is not empty) or down. InvalidArgument where the
// way branches: "Ambiguous walk".
absl::StatusOr<Place> Walk(const Graph& graph, Place start, int steps, absl::string_view branch);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_ARGUMENT_H_
