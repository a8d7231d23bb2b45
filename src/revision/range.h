// The sets of scripts between two places of a graph: what plan.h is made of.
#ifndef AUTOGEN_REVISION_RANGE_H_
#define AUTOGEN_REVISION_RANGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/revision/graph.h"

namespace autogen::revision {

struct RangeOptions {
  bool inclusive = false;  // the lower end (going up) or the target (going down) belongs to the set
  // All that the upper end needs, not only what depends on the lower end; and the lower end need
  // not be below it.
  bool all_needed = false;
  bool strict = true;  // a relative end past the end of the graph is an error, else it stays there
};

// Going up: what `uppers` need and `lowers` (arguments; none is the base) do not have.
absl::StatusOr<NodeSet> RangeUp(const Graph& graph, absl::Span<const std::string> uppers,
                                absl::Span<const std::string> lowers,
                                absl::Span<const Node> current, const RangeOptions& options);

// Going down from `rows` to `target`. `warnings` may be null.
absl::StatusOr<NodeSet> RangeDown(const Graph& graph, absl::Span<const Node> rows,
                                  absl::string_view target, const RangeOptions& options,
                                  std::vector<std::string>* warnings);

// The members that no other member has among its ancestors, dependencies included. Sorted by id.
Nodes Maximal(const Graph& graph, absl::Span<const Node> nodes);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_RANGE_H_
